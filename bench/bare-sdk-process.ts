// What the server is held against in memory: a process that does nothing but send ListAccessKeys with the bare SDK,
// for the user and as often as its arguments say. Prints a line when done, and stays until stdin closes.
import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';

const [userName, count] = process.argv.slice(2);
const client = new IAMClient();
for (let sent = 0; sent < Number(count); sent += 1)
  await client.send(new ListAccessKeysCommand({ UserName: userName }));
process.stdout.write('done\n');
process.stdin.resume().once('end', () => process.exit());
