import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/approval/audit-trail.ts';
import { CallError } from '../../src/errors.ts';
import { openProgram } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';
import { aPlan, aRow } from '../plan/a-plan.ts';

function trailOf(plan: ConstructorParameters<typeof AuditTrail>[0]) {
  const program = openProgram({});
  const lines = () =>
    readFileSync(path.join(program.settings.stateDir, 'audit.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { trail: new AuditTrail(plan, 'abc234', program), lines };
}

describe('the audit of a table', () => {
  it('has every row once, who agreed, where the journal is, and how many came to what', () => {
    const plan = { ...aPlan(), rows: [aRow({ number: 1 }), aRow({ number: 3 })] };
    const { trail, lines } = trailOf(plan);
    trail.asked();
    trail.agreed('form');
    trail.tableSent('a.jsonl');
    trail.tableFinished({ rows: 2, succeeded: 1, failed: 1, not_attempted: 0 });
    expect(lines()).toMatchObject([
      {
        event: 'asked',
        tool: 'update_access_key',
        count: 2,
        rows: [{ number: 1, account: '111122223333' }, { number: 3 }],
      },
      { event: 'sent', count: 2, agreedBy: 'form', journal: 'a.jsonl' },
      { event: 'finished', summary: { rows: 2, succeeded: 1, failed: 1, not_attempted: 0 } },
    ]);
    expect(new Set(lines().map(({ call, plan: digest }) => `${call} ${digest}`)).size).toBe(1);
    expect(lines()[1]).not.toHaveProperty('rows');
  });

  it('of one row that can be done is one of a table all the same', () => {
    const { trail, lines } = trailOf({ ...aPlan(), rows: [aRow({ number: 2 })] });
    trail.asked();
    trail.notAgreed(new CallError('ApprovalPending', 'waits'));
    trail.notAgreed(new CallError('ApprovalDeclined', 'no'));
    expect(lines()).toMatchObject([
      { event: 'asked', count: 1, rows: [{ number: 2 }] },
      { event: 'pending', error: 'ApprovalPending' },
      { event: 'refused', error: 'ApprovalDeclined' },
    ]);
  });
});

describe('the audit of one change', () => {
  it('is not filled by a model that asks again and again while nobody answers', () => {
    const { trail, lines } = trailOf(aPlan());
    for (let calls = 1; calls <= 100; calls += 1) trail.notAgreed(new CallError('ApprovalPending', 'waits'));
    expect(lines().map(({ event, times }) => `${event} ${times}`)).toEqual([
      'pending undefined',
      ...[2, 4, 8, 16, 32, 64].map((times) => `pending ${times}`),
    ]);
    trail.notAgreed(new CallError('ApprovalDeclined', 'no'));
    expect(lines().at(-1)).toMatchObject({ event: 'refused' });
  });

  it('names who sends it, by the name that the session has now', async () => {
    const { trail, lines } = trailOf(aPlan());
    const caller = 'arn:aws:sts::111122223333:assumed-role/responder/1764280000000';
    await trail.sending({ ...aCall(), caller });
    expect(lines()).toMatchObject([{ event: 'sent', caller }]);
  });

  it('has what it is in every entry, and what it came to', async () => {
    const { trail, lines } = trailOf(aPlan());
    const call = aCall();
    trail.asked();
    await trail.sending(call);
    trail.settled(call, { is: 'done', result: null });
    trail.settled(call, { is: 'failed', error: new CallError('Refused', 'no') });
    trail.settled(call, { is: 'failed', error: new CallError('OutcomeUnknown', 'lost') });
    trail.settled(call, { is: 'failed', error: new TypeError('a fault of ours') });
    expect(lines().map(({ event, error }) => [event, error])).toEqual([
      ['asked', undefined],
      ['sent', undefined],
      ['done', undefined],
      ['failed', 'Refused'],
      ['outcome-unknown', 'OutcomeUnknown'],
      ['outcome-unknown', 'Internal'],
    ]);
    for (const line of lines()) expect(line.arguments).toMatchObject({ user_name: 'ci-deploy' });
  });
});
