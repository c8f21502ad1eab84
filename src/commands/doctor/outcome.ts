// What came of asking AWS for something: the answer, or an error that can be told. A doctor has no use for exceptions:
// each is a finding.
import { cleanLine } from '../../clean-text.ts';
import { CallError } from '../../errors.ts';
import { AwsError } from '../../iam/errors.ts';

export type Outcome<T> = { value: T; error?: undefined } | { value?: undefined; error: AwsError | CallError };

export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work };
  } catch (error) {
    if (error instanceof AwsError || error instanceof CallError) return { error };
    const name = error instanceof Error ? error.name : typeof error;
    return { error: new CallError('Internal', `this program failed (${cleanLine(name, 60)})`, { cause: error }) };
  }
}

/** "Code: message", as in envelopes. */
export function told({ code, message }: AwsError | CallError): string {
  return `${code}: ${message}`;
}

/** Whether the request did not get to AWS, or no answer of AWS's came back. */
export function isOfNetwork(error: AwsError | CallError | undefined): error is AwsError {
  return error instanceof AwsError && ['NetworkError', 'Timeout', 'BadResponse'].includes(error.code);
}
