// The sandbox in a process of its own, so that its work is on neither side of a comparison. Prints where it is and
// what signs there as one line of JSON; ends when stdin closes.
import { startSandbox } from '../src/sandbox/sandbox.ts';

const sandbox = await startSandbox();
const { endpoint, credentials, company } = sandbox;
process.stdout.write(`${JSON.stringify({ endpoint, ...credentials, userName: company.leakedUser })}\n`);
process.stdin.resume().once('end', () => sandbox.close());
