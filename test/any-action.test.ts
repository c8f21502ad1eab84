// An action that is not about keys, users or policies: everything that is not its own comes out right by what it says of
// itself.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Change } from '../src/actions/action.ts';
import { callAction, isAsk } from '../src/call.ts';
import type { Program } from '../src/calls/program.ts';
import type { Envelope } from '../src/envelope.ts';
import { AwsError } from '../src/iam/errors.ts';
import { describePlan } from '../src/plan/describe-plan.ts';
import { madeUp } from './actions/made-up.ts';
import { aHost, openProgram } from './actions/program.ts';
import { aSandbox } from './sandbox/a-sandbox.ts';

const TABLE = { rows: [{ name: 'Staff' }, { name: 'guests' }], group: '{{ name }}' };

async function call(action: Change, program: Program, given: Record<string, unknown>): Promise<Envelope> {
  const outcome = await callAction(given, { action, program, host: aHost() });
  if (isAsk(outcome)) throw new Error(`it asks for ${outcome.ask}`);
  return outcome;
}

const open = async (settings: Parameters<typeof openProgram>[1] = {}) =>
  openProgram({ sandbox: await aSandbox() }, settings);

function journalIn({ settings }: Program): string {
  const folder = path.join(settings.stateDir, 'journals');
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  return readFileSync(path.join(folder, name), 'utf8');
}

/** Staff cannot be told to be closed at first, and later is; guests are closed at once. */
function losingAnAnswer(changes: Partial<Change> = {}) {
  const sent: unknown[] = [];
  const action = madeUp({
    ...changes,
    async run({ group }) {
      sent.push(group);
      if (group === 'guests') return { ResponseMetadata: {} };
      if (sent.filter((name) => name === group).length === 1)
        throw new AwsError('NetworkError', 'lost', { notDone: false });
      throw new AwsError('GroupClosed', 'It is closed.', { notDone: true, isAnswer: true });
    },
  });
  return { sent, action };
}

describe('a table of changes that are not about keys', () => {
  it('is read in the words of the action', async () => {
    const program = await open({ approval: 'form' });
    const asked = await callAction(TABLE, { action: madeUp(), program, host: aHost({ hasForms: true }) });
    if (!isAsk(asked) || asked.ask !== 'approval') throw new Error('nobody was asked');
    const text = describePlan(asked.request.plan);
    expect(text).toMatch(/^Close a group: 2 rows\n/);
    expect(text).toMatch(/^ {2}row 1 · Staff$/m);
    expect(text).toMatch(/^ {2}row 2 · guests$/m);
    expect(text).toContain('\nWhat happens in each: Nobody is in the group any more.\n');
    expect(text).not.toMatch(/Users|key|policy/);
  });

  it('has no twins, however their names are written', async () => {
    const rows = [{ name: 'Staff' }, { name: 'STAFF' }];
    const { error } = await call(madeUp(), await open(), { ...TABLE, rows });
    expect(error).toMatch(/^InvalidArguments: these rows change the same thing, once rendered: rows 1, 2;/);
  });

  it('is taken up where an answer was lost: what is already done, in the words of the action, is done', async () => {
    const program = await open();
    const { sent, action } = losingAnAnswer();
    const first = await call(action, program, TABLE);
    expect(first.summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(JSON.stringify(first.result)).toContain(
      'OutcomeUnknown: lost; whether the change was made is not known: look',
    );
    const second = await call(action, program, { ...TABLE, resume: true });
    expect(second).toMatchObject({ error: null, summary: { succeeded: 2 } });
    expect(second.warnings).toContain('Row 1: was sent by an earlier call, and the group is closed already');
    expect(sent).toEqual(['Staff', 'guests', 'Staff']);
  });

  it('is not sent again where one of its operations must not be', async () => {
    const program = await open();
    const { sent, action } = losingAnAnswer({ sends: { UpdateAccessKey: 'once' } });
    await call(action, program, TABLE);
    const second = await call(action, program, { ...TABLE, resume: true });
    expect(JSON.stringify(second.result)).toMatch(/OutcomeUnknown: lost; .* then call close_group for it/);
    expect(sent).toEqual(['Staff', 'guests']);
  });

  it('keeps its secrets out of the journal, and marks the files that have them', async () => {
    const program = await open({ secrets: 'inline' });
    const action = madeUp({
      output: z.looseObject({ Login: z.looseObject({}) }),
      secrets: { 'Login.Password': 'passwords' },
      run: async () => ({ Login: { Password: 'of-the-last-member' } }),
    });
    const envelope = await call(action, program, { ...TABLE, output_file: 'out.json' });
    expect(JSON.stringify(envelope.result)).toContain('of-the-last-member');
    expect(envelope.files).toEqual([{ name: 'out.json', entries: 2, holds_secrets: true }]);
    expect(envelope.warnings).toContain('The files named have passwords in them: guard them.');
    expect(journalIn(program)).toContain('"Password":"(not shown)"');
    expect(journalIn(program)).not.toContain('of-the-last-member');
    const resumed = await call(action, program, { ...TABLE, resume: true });
    expect(resumed.warnings?.join()).toMatch(/Their secrets stood in its answer alone/);
  });
});
