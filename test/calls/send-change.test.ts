// What comes of one change, by what was thrown when it was sent.

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sendChange } from '../../src/calls/send-change.ts';
import { CallError } from '../../src/errors.ts';
import type { Account } from '../../src/iam/account.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { madeUp } from '../actions/made-up.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aCall } from './a-call.ts';

const call = () => aCall({ input: { group: 'admins' } });
const send = (error: unknown, of = call(), action = madeUp()) =>
  sendChange(of, {
    action: { ...action, run: () => Promise.reject(error) },
    program: openProgram({}),
    host: aHost(),
    accountOf: () => ({}) as Account,
  });

const closed = (answerLost: boolean) =>
  new AwsError('GroupClosed', 'It is closed.', {
    notDone: !answerLost,
    answerLost,
    isAnswer: true,
    cause: { $metadata: { httpStatusCode: 409, requestId: 'r', attempts: 2 } },
  });

describe('an error that means, in the words of the action, that the change is already done', () => {
  it('is a success with a warning, where an earlier answer was lost', async () => {
    const of = call();
    const answer = await send(closed(true), of);
    expect(answer).toEqual({ ResponseMetadata: expect.objectContaining({ RequestId: 'r', RetryAttempts: 1 }) });
    expect(of.warnings).toEqual(['What came of the first attempt was not told; the group is closed already.']);
  });

  it('is no answer of an action whose answers say more', async () => {
    const action = madeUp({ output: z.looseObject({ Group: z.string() }) });
    expect(await send(closed(true), call(), action)).toBeNull();
  });

  it('is a failure where an answer was lost and the error means something else', async () => {
    const error = new AwsError('GroupLocked', 'It is locked.', { notDone: true, answerLost: true });
    const of = call();
    await expect(send(error, of)).rejects.toBe(error);
    expect(of.warnings).toEqual([]);
  });

  it('is a failure where no answer was lost: it was so before', async () => {
    await expect(send(closed(false))).rejects.toMatchObject({ code: 'GroupClosed', outcome: 'not-done' });
  });
});

describe('a change of which nobody knows whether it was made', () => {
  it('says where to look, and keeps the code of an answer of AWS', async () => {
    const failed = (isAnswer: boolean) => new AwsError('ServiceFailure', 'No.', { notDone: false, isAnswer });
    const message = 'No.; whether the change was made is not known: look whether admins is closed';
    const outcome = 'unknown';
    const [answer, lost] = [failed(true), failed(false)];
    const known = { message, outcome, isAnswer: true, cause: answer };
    await expect(send(answer)).rejects.toMatchObject({ code: 'ServiceFailure', ...known });
    await expect(send(lost)).rejects.toMatchObject({ code: 'OutcomeUnknown', message, outcome, cause: lost });
  });

  it('is one of which this program failed', async () => {
    await expect(send(new Error('a secret'))).rejects.toMatchObject({
      code: 'OutcomeUnknown',
      message: expect.stringMatching(/^this program failed \(.*\); whether .* look whether admins is closed$/),
    });
  });

  it('is none where it is known that nothing was done', async () => {
    const error = new CallError('Refused', 'no');
    await expect(send(error)).rejects.toBe(error);
  });
});
