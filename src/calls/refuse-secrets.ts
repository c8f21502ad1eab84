// What a caller sends must not have a secret of this program in it.
import { CallError } from '../errors.ts';
import type { Redactor } from '../redact.ts';

/**
 * Once more when the account is open, since its secret may not be known before.
 * @throws CallError Refused
 */
export function refuseSecrets(values: unknown, redactor: Redactor): void {
  if (redactor.isClean(values)) return;
  throw new CallError('Refused', 'a value of this call has a secret of this program in it: take it out');
}
