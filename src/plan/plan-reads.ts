// How whatever is made before a change reads facts: once for all rows of a pass that need the same.
import type { PlanContext } from '../actions/action.ts';
import type { Program } from '../calls/program.ts';
import { CallError } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import { AwsError } from '../iam/errors.ts';
import type { SharedReads } from './shared-reads.ts';

/** @param waiting ends the wait of the row that asks */
export function readsOf(
  account: Account,
  reads: SharedReads,
  waiting: AbortSignal,
  program: Program,
): PlanContext['send'] {
  return (operation, fields) =>
    reads.once(account, [operation, fields], waiting, async (readSignal) => {
      try {
        const answer = await account.send(operation, fields, readSignal);
        // Here already: of a fact that is shortened for the plan, a rest of a secret would not be known any more.
        refuseSecretsIn(answer, program);
        return answer;
      } catch (error) {
        throw error instanceof AwsError ? error.asOfARead() : error;
      }
    });
}

/**
 * What a person reads and types must be what is sent, so that nothing in it can be blanked out. A value that is also a
 * secret of this program comes from a strange endpoint, or from a strange choice of a password.
 */
export function refuseSecretsIn(facts: object, { redactor }: Program): void {
  if (redactor.isClean(facts)) return;
  throw new CallError(
    'Refused',
    'a name or fact of this change has a secret of this connection in it, and cannot be shown',
  );
}
