// To which account each call of a table goes, which its journal is kept by: a label may mean another one tomorrow.
import { isChange } from '../actions/action.ts';
import type { Account } from '../iam/account.ts';
import { openAccounts } from './connect.ts';
import type { CallContext } from './context.ts';
import { type RowCall, timed } from './row-call.ts';

/**
 * Sets `account`, `caller` and `endpoint` of each call. Of one that cannot be reached they stay unknown: why is told with its row.
 * @returns the accounts, as `openAccounts` does
 */
export async function identify(
  calls: readonly RowCall[],
  { action, program, host }: CallContext,
): Promise<(call: RowCall) => Account> {
  const accountOf = await openAccounts(calls, program, host);
  const identities = new Map<Account, ReturnType<Account['identity']>>();
  const identityOf = (account: Account, call: RowCall) => {
    const known = identities.get(account) ?? timed(call, host.signal, (signal) => account.identity(signal));
    identities.set(account, known);
    return known;
  };
  await Promise.all(
    calls.map(async (call) => {
      try {
        const account = accountOf(call);
        if (isChange(action)) action.check?.(call.input, account);
        call.endpoint = account.endpoint;
        const identity = await identityOf(account, call);
        call.account = identity.account;
        call.caller = identity.arn;
      } catch (error) {
        call.unreachable = error;
      }
    }),
  );
  return accountOf;
}
