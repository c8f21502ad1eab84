// To which account each call of a table goes, which its journal is kept by: a label may mean another one tomorrow.
import type { Account } from '../iam/account.ts';
import type { Caller, Program } from '../program.ts';
import { openAccounts } from './open-accounts.ts';
import { type RowCall, timed } from './row-call.ts';

/** Sets `account` and `endpoint` of each call. Of one that cannot be reached they stay unknown: why is told with its row. */
export async function identify(calls: readonly RowCall[], program: Program, caller: Caller): Promise<void> {
  const accountOf = await openAccounts(calls, program, caller);
  const identities = new Map<Account, Promise<string | undefined>>();
  const identityOf = (account: Account, call: RowCall) => {
    const asked = timed(call, caller.signal, (signal) => account.identity(signal));
    return asked.then(
      (identity) => identity.account,
      () => undefined,
    );
  };
  for (const call of calls) {
    try {
      const account = accountOf(call);
      call.endpoint = account.endpoint;
      const identity = identities.get(account) ?? identityOf(account, call);
      identities.set(account, identity);
      call.account = await identity;
    } catch {}
  }
}
