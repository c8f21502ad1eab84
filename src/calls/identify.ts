// To which account each call of a table goes, which its journal is kept by: a label may mean another one tomorrow.
import type { Account } from '../iam/account.ts';
import { openAccounts } from './connect.ts';
import type { Caller, Program } from './program.ts';
import { type RowCall, timed } from './row-call.ts';

/**
 * Sets `account` and `endpoint` of each call. Of one that cannot be reached they stay unknown: why is told with its row.
 * @returns the accounts, as `openAccounts` does
 */
export async function identify(
  calls: readonly RowCall[],
  program: Program,
  caller: Caller,
): Promise<(call: RowCall) => Account> {
  const accountOf = await openAccounts(calls, program, caller);
  const identities = new Map<Account, ReturnType<Account['identity']>>();
  const identityOf = (account: Account, call: RowCall) => {
    const known = identities.get(account) ?? timed(call, caller.signal, (signal) => account.identity(signal));
    identities.set(account, known);
    return known;
  };
  await Promise.all(
    calls.map(async (call) => {
      try {
        const account = accountOf(call);
        call.endpoint = account.endpoint;
        call.account = (await identityOf(account, call)).account;
      } catch (error) {
        call.unreachable = error;
      }
    }),
  );
  return accountOf;
}
