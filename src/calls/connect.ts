// The identities at AWS that one call works with: one for each connection and role, however many rows there are.
import pLimit from 'p-limit';
import type { Account } from '../iam/account.ts';
import type { Host } from './context.ts';
import type { Program } from './program.ts';
import { type RowCall, timed } from './row-call.ts';

type Opened = { account: Account } | { error: unknown };

const AT_ONCE = 8;

/**
 * @returns the account of a call, which throws what opening it threw: CallError NoCredentials, InvalidArguments,
 *   Timeout; AwsError when AWS refuses the role
 */
export async function openAccounts(
  calls: readonly RowCall[],
  program: Program,
  { signal, askForMfaCode }: Host,
): Promise<(call: RowCall) => Account> {
  const limit = pLimit(AT_ONCE);
  const open = (call: RowCall): Promise<Opened> =>
    timed(call, signal, (timedSignal) =>
      program.accounts.open(call.connection, {
        roleArn: call.roleArn,
        signal: timedSignal,
        // A person may take their time to look for the device.
        askForMfaCode: askForMfaCode && call.limit.whileStopped(askForMfaCode),
      }),
    ).then(
      (account) => ({ account }),
      (error: unknown) => ({ error }),
    );
  const firstOfEach = new Map(calls.toReversed().map((call) => [identityOf(call), call]));
  const opened = new Map(
    await Promise.all([...firstOfEach].map(async ([key, call]) => [key, await limit(() => open(call))] as const)),
  );
  return (call) => {
    const found = opened.get(identityOf(call));
    if (!found || 'error' in found) throw found?.error;
    return found.account;
  };
}

function identityOf({ connection, roleArn }: RowCall): string {
  return JSON.stringify([connection.label, roleArn]);
}
