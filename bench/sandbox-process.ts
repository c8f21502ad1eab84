// The sandbox in a process of its own, so that its work is on neither side of a comparison. Prints where it is, what
// signs there and whose keys there are as one line of JSON; then answers each line on its stdin, an order, with a line.
// Ends when stdin closes.
import { createInterface } from 'node:readline';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import type { Order, Seen } from './sandbox.ts';

const USERS = 1000;
const POLICIES = 10_000;

// Without the company, so that there are so many policies and no more.
const sandbox = await startSandbox({ company: false });
sandbox.load({ users: USERS, policies: POLICIES });
const { endpoint, credentials, log } = sandbox;
const keys = Array.from({ length: USERS }, (_, index) => keyOf(`loaded-user-${String(index + 1).padStart(5, '0')}`));
print({ endpoint, ...credentials, keys, policies: POLICIES });

let toldOf = log.length;
for await (const line of createInterface({ input: process.stdin })) {
  const order: Order = JSON.parse(line);
  if (order.do === 'be-slow') {
    sandbox.clearOrders();
    sandbox.order({ fault: { kind: 'latency', ms: order.ms }, times: order.ms > 0 ? Number.POSITIVE_INFINITY : 0 });
    print({});
  } else {
    print(seen(order.operation));
    toldOf = log.length;
  }
}
await sandbox.close();

/** Of what came since this was last asked. Each was logged when it was carried out, just before its answer. */
function seen(operation: string): Seen {
  const times = log
    .slice(toldOf)
    .flatMap((entry) => (entry.operation === operation && entry.outcome === 'done' ? Date.parse(entry.at) : []));
  return { count: times.length, ms: Math.max(...times) - Math.min(...times) };
}

function keyOf(user_name: string) {
  const [key] = sandbox.keysOf(user_name);
  return { user_name, access_key_id: key?.accessKeyId };
}

function print(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
