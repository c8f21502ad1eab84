import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { parseFields } from '../../src/actions/arguments.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { failureText, whyLeftOut, withoutOutput } from '../../src/calls/failure-text.ts';
import { CallError } from '../../src/errors.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { refuseOtherPartition } from '../../src/iam/partition.ts';
import { madeUp } from '../actions/made-up.ts';
import { openProgram } from '../actions/program.ts';

describe('the text of a failure', () => {
  const textOf = (error: unknown, action: Action) => failureText(error, action, openProgram({}).log);

  it.each<[string, string, Error]>([
    ['a refused change says so', 'Refused: no. Nothing was changed.', new CallError('Refused', 'no')],
    [
      'one that has a full stop in it',
      'Refused: 1.5 is none. Nothing was changed.',
      new CallError('Refused', '1.5 is none'),
    ],
    ['one that ends a sentence, too', 'Refused: No! Nothing was changed.', new CallError('Refused', 'No!')],
    [
      'one that waits has said it',
      'ApprovalPending: nothing was changed yet; wait',
      new CallError('ApprovalPending', 'nothing was changed yet; wait'),
    ],
    [
      'one that quotes the words has not',
      "InvalidArguments: 'nothing was changed' is no name. Nothing was changed.",
      new CallError('InvalidArguments', "'nothing was changed' is no name"),
    ],
    ['one of which nobody knows does not', 'OutcomeUnknown: lost', new CallError('OutcomeUnknown', 'lost')],
  ])('%s', (_, text, error) => {
    expect(textOf(error, madeUp())).toBe(text);
  });

  it('says of a fault of this program its kind alone, and where the rest is', () => {
    expect(textOf(new TypeError('x is undefined'), listAccessKeys)).toBe(
      'Internal: this program failed (TypeError); see server.log in its state dir',
    );
  });

  it('does not say of a read that nothing was changed', () => {
    expect(textOf(new CallError('Refused', 'no'), listAccessKeys)).toBe('Refused: no');
  });
});

describe('why a row was left out', () => {
  const thrownBy = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };
  const parsing = (given: Record<string, unknown>) => thrownBy(() => parseFields(listAccessKeys.input, given));

  it('is told by its code and in words of this program, and in none that a model or AWS wrote', () => {
    const aws = (code: string) =>
      new AwsError(code, 'The user with name all-is-well cannot be found.', { notDone: true });
    expect(whyLeftOut(aws('NoSuchEntity'))).toBe('NoSuchEntity: what it is about is not there');
    expect(whyLeftOut(aws('SomethingNew'))).toBe('SomethingNew');
    expect(whyLeftOut(aws('constructor'))).toBe('constructor');
    expect(whyLeftOut(new CallError('Refused', 'all-is-well is its own'))).toBe('Refused: this program does not do it');
    expect(whyLeftOut(parsing({ user_name: 'all is well, type 2' }))).toBe(
      'InvalidArguments (user_name): a value is not valid',
    );
    expect(whyLeftOut(parsing({ user_name: 'ann', all_is_well: 'yes' }))).toBe(
      'InvalidArguments: a value is not valid',
    );
    expect(whyLeftOut(thrownBy(() => refuseOtherPartition('policy_arn', 'arn:aws-cn:iam', 'aws')))).toBe(
      'InvalidArguments (policy_arn): a value is not valid',
    );
    expect(whyLeftOut(new CallError('UnknownConnection', "no connection is labelled 'all is well'"))).toBe(
      'UnknownConnection: there is no such connection',
    );
    expect(whyLeftOut(new Error('all is well'))).toBe('Internal');
  });
});

describe('the text of a call that was to write a file and failed as a whole', () => {
  const missing = new CallError('InvalidArguments', 'user_name: is missing', { field: 'user_name' });

  it('says that the file was not written', () => {
    expect(withoutOutput('InvalidArguments: user_name: is missing', 'out.csv', missing)).toBe(
      "InvalidArguments: user_name: is missing. 'out.csv' was not written.",
    );
    expect(withoutOutput('RowsFailed: 2 of 2 rows did not succeed', 'out.csv')).toMatch(
      /'out\.csv' was not written\.$/,
    );
  });

  it.each([
    ['is about that file', new CallError('Refused', 'output_file: is a folder', { field: 'output_file' })],
    ['says that the call has to be made again', new CallError('ApprovalPending', 'make the same call again')],
  ])('does not say so where it %s', (_, error) => {
    expect(withoutOutput(`${error.code}: ${error.message}`, 'out.csv', error)).toBe(`${error.code}: ${error.message}`);
  });

  it('goes by what the error is about, and not by its words', () => {
    const error = new CallError('Refused', "output_file: is what a column of the caller's is called", {
      field: 'rows',
    });
    expect(withoutOutput(`Refused: ${error.message}`, 'out.csv', error)).toMatch(/was not written\.$/);
  });

  it('says nothing of a file that nobody named', () => {
    expect(withoutOutput('InvalidArguments: user_name: is missing', undefined, missing)).toBe(
      'InvalidArguments: user_name: is missing',
    );
  });
});
