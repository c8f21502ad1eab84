// What an action has at hand while it runs: one account to send to, and a place for a new secret.
import { isComplete, natureOf, type RunContext } from '../actions/action.ts';
import { CallError } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import { openSecretFile, secretInResult } from '../state/secret-file.ts';
import type { CallContext } from './context.ts';
import { refuseSecrets } from './refuse-secrets.ts';
import type { RowCall } from './row-call.ts';

/** Runs the action for one row. @throws whatever the action throws; CallError Refused for a value that is a secret */
export function runAction(
  call: RowCall,
  account: Account,
  { action, program }: CallContext,
  signal: AbortSignal,
): Promise<unknown> {
  const { secrets, stateDir } = program.settings;
  const context: RunContext = {
    send: async (operation, fields) => account.send(operation, fields, signal, natureOf(action, operation)),
    openSecretPlace() {
      if (secrets === 'inline') return secretInResult;
      const file = openSecretFile(stateDir);
      return {
        ...file,
        keep(key) {
          program.redactor.register(key.secretAccessKey);
          return file.keep(key);
        },
      };
    },
  };
  refuseSecrets(call.input, program.redactor);
  // AWS would take something of the caller's own for it.
  if (!isComplete(action, call.input)) throw new CallError('Refused', 'it is not known whom or what this is about');
  return action.run(call.input, context);
}
