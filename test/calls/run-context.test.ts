// What an action has at hand while it runs.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../src/actions/action.ts';
import { runAction } from '../../src/calls/run-context.ts';
import type { Account } from '../../src/iam/account.ts';
import { madeUp } from '../actions/made-up.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aCall } from './a-call.ts';

const { signal } = new AbortController();
const KEY = { userName: 'ann', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-secret-of-a-new-key' };

/** Runs an action that does this with what it has at hand, for an account that answers every request. */
function running(run: (context: RunContext) => Promise<unknown>, program = openProgram({})) {
  const sent: unknown[][] = [];
  const send = async (...given: unknown[]) => {
    sent.push(given);
    return 'an answer';
  };
  const action = madeUp({ run: (_, context) => run(context as RunContext) });
  const context = { action, program, host: aHost() };
  const work = () => runAction(aCall({ input: { group: 'staff' } }), { send } as unknown as Account, context, signal);
  return { sent, program, work };
}

describe('an action that runs', () => {
  it('sends what it declares, and says whether that does harm twice', async () => {
    const { sent, work } = running((context) =>
      context.send('UpdateAccessKey', { AccessKeyId: 'a', Status: 'Active' }),
    );
    expect(await work()).toBe('an answer');
    expect(sent).toEqual([['UpdateAccessKey', { AccessKeyId: 'a', Status: 'Active' }, signal, 'repeatable']]);
  });

  it('cannot send what it does not declare', async () => {
    const { sent, work } = running((context) => context.send('DeleteAccessKey', { AccessKeyId: 'a' }));
    await expect(work()).rejects.toThrow('close_group sends DeleteAccessKey, and does not say so');
    expect(sent).toEqual([]);
  });

  it('is not run with a value that is a secret of this program', async () => {
    const program = openProgram({});
    program.redactor.register('staff-and-more');
    const { work } = running(async () => 'run', program);
    expect(await work()).toBe('run');
    const action = madeUp({ run: async () => 'run' });
    const call = aCall({ input: { group: 'staff-and-more' } });
    expect(() => runAction(call, {} as Account, { action, program, host: aHost() }, signal)).toThrow(
      expect.objectContaining({ code: 'Refused' }),
    );
  });

  it('has a file for a new secret, which from then on is shown nowhere', async () => {
    const { program, work } = running(async (context) => context.openSecretPlace().keep(KEY));
    expect(await work()).toBe(path.join(program.settings.stateDir, 'keys', `${KEY.accessKeyId}.csv`));
    expect(program.redactor.isClean(KEY.secretAccessKey)).toBe(false);
  });

  it('has no file where secrets stand in the result, in which they must be seen', async () => {
    const inline = openProgram({}, { secrets: 'inline' });
    const { program, work } = running(async (context) => context.openSecretPlace().keep(KEY), inline);
    expect(await work()).toBeUndefined();
    expect(program.redactor.isClean(KEY.secretAccessKey)).toBe(true);
  });
});
