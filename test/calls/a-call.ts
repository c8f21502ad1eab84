// A row's call to test with, as prepare-rows.ts makes one.
import { newKey } from '../../src/actions/targets.ts';
import type { RowCall } from '../../src/calls/row-call.ts';
import { TimeLimit } from '../../src/time-limit.ts';
import { type ConnectionInTest, connectionTo } from '../actions/program.ts';

interface CallInTest {
  number?: number;
  input?: Record<string, string>;
  /** The name of whose things it changes. */
  owner?: string;
  roleArn?: string;
  connection?: ConnectionInTest;
  limitMs?: number;
}

export function aCall({
  number = 1,
  input = {},
  owner,
  roleArn,
  connection = {},
  limitMs = 10_000,
}: CallInTest = {}): RowCall {
  const limit = new TimeLimit(limitMs);
  limit.stop();
  const target = owner === undefined ? undefined : newKey({ user_name: owner });
  return { number, input, roleArn, connection: connectionTo(connection), limit, warnings: [], target };
}
