import { describe, expect, it } from 'vitest';
import { openAccounts } from '../../src/calls/connect.ts';
import type { Account } from '../../src/iam/account.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aCall } from './a-call.ts';

type Open = ReturnType<typeof openProgram>['accounts']['open'];

const caller = aHost();

/** A program whose accounts are opened by a fake. */
function programWith(open: (label: string, roleArn: string | undefined, signal: AbortSignal) => Promise<unknown>) {
  const program = openProgram({});
  const fake: Open = async ({ label }, { roleArn, signal }) =>
    (await open(label, roleArn, signal as AbortSignal)) as Account;
  program.accounts.open = fake;
  return program;
}

describe('the accounts of many calls', () => {
  it('are opened once for each connection and role', async () => {
    const opened: unknown[] = [];
    const program = programWith(async (label, roleArn) => {
      opened.push([label, roleArn]);
      return { label, roleArn };
    });
    const calls = ['a', 'b', 'a', 'a'].flatMap((label) =>
      [undefined, 'arn:1', 'arn:2'].map((roleArn) => aCall({ connection: { label }, roleArn })),
    );
    const accountOf = await openAccounts(calls, program, caller);
    expect(opened).toHaveLength(6);
    for (const call of calls) expect(accountOf(call)).toEqual({ label: call.connection.label, roleArn: call.roleArn });
  });

  it('that cannot be opened fail their own calls alone, with what was thrown', async () => {
    const refusal = new Error('no such role');
    const program = programWith(async (label) => {
      if (label === 'b') throw refusal;
      return { label };
    });
    const [a, b, again] = ['a', 'b', 'b'].map((label) => aCall({ connection: { label } }));
    if (!a || !b || !again) throw new Error('no calls');
    const accountOf = await openAccounts([a, b, again], program, caller);
    expect(accountOf(a)).toEqual({ label: 'a' });
    expect(() => accountOf(b)).toThrow(refusal);
    expect(() => accountOf(again)).toThrow(refusal);
  });

  it('take their time from the first call, and end with the caller', async () => {
    const cancelled = new AbortController();
    const program = programWith(
      (_label, _role, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    const [slow, waiting] = [aCall({ limitMs: 20 }), aCall({ connection: { label: 'other' } })];
    const opening = openAccounts([slow, waiting], program, { ...caller, signal: cancelled.signal });
    setTimeout(() => cancelled.abort(new Error('cancelled')), 60);
    const accountOf = await opening;
    expect(() => accountOf(slow)).toThrow();
    expect(() => accountOf(waiting)).toThrow();
  });
});
