// Tables on whose way something goes wrong at AWS: each row says what is known of it, and resume draws the conclusion.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { changesIn } from '../e2e/aws-account.ts';
import { journalEntries, journalsIn, rowStates } from '../e2e/journals.ts';
import { personWho } from '../e2e/person.ts';
import { entriesOf, keysOfNewUsers, linesOfFile, TURN_OFF } from '../e2e/tables.ts';
import { NOW } from '../now.ts';
import { test } from './start-server.ts';

const AGREED = ['--approval', 'host', '--concurrency', '2'];
const DELETE = { user_name: '{{ user }}', access_key_id: '{{ key }}' };

describe.concurrent('an answer that is lost', () => {
  test('leaves a deletion done, with a warning for its row', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 6);
    aws.order({ operation: 'DeleteAccessKey', times: 2, fault: { kind: 'lost-answer' } });
    const server = await start({ args: AGREED });
    const envelope = await server.call('delete_access_key', { rows, ...DELETE });
    expect(envelope).toMatchObject({ error: null, summary: { succeeded: 6 } });
    expect(envelope.warnings).toEqual([
      expect.stringMatching(/^Rows \d, \d: .*not told; the key is gone now: taken for deleted/),
    ]);
    for (const { key } of rows) expect(aws.key(key)).toBeUndefined();
  });

  test('leaves a new key unknown: it fails its row alone, and resume does not make a second', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = Array.from({ length: 4 }, (_, index) => ({ user: `new-${index}` }));
    for (const { user } of rows) aws.createUser(user);
    aws.order({ operation: 'CreateAccessKey', fault: { kind: 'lost-answer' } });
    const server = await start({ args: AGREED });
    const table = { rows, user_name: '{{ user }}', detail: 'full' };
    const first = await server.call('create_access_key', table);
    expect(first.summary).toEqual({ rows: 4, succeeded: 3, failed: 1, not_attempted: 0, now: NOW });
    const unknown = entriesOf(first).findIndex(({ has_error }) => has_error);
    expect(entriesOf(first)[unknown]?.error).toMatch(/^OutcomeUnknown: .*look at list_access_keys of new-\d/);
    expect(rowStates(stateDir).get(unknown + 1)).toBe('unknown');
    const again = await server.call('create_access_key', { ...table, resume: true });
    expect(again.summary).toEqual({ ...first.summary, done_earlier: 3, done_now: 0, now: NOW });
    expect(entriesOf(again)[unknown]?.error).toMatch(/^OutcomeUnknown: .*not repeated by resume/);
    expect(rows.map(({ user }) => aws.keysOf(user).length)).toEqual([1, 1, 1, 1]);
    expect(changesIn(aws)).toHaveLength(4);
  });
});

describe.concurrent('a deletion that was sent by a process that ended', () => {
  test.for([
    ['nothing is sent where a person would read that it is gone', [], 0],
    ['is sent once more where the host agrees, which reads no facts: IAM says that it is gone', AGREED, 1],
  ] as const)(
    'and whose key is gone is taken for done, with a warning: %s',
    async ([, args, more], { start, aws, stateDir }) => {
      const rows = keysOfNewUsers(aws, 3);
      const server = await start({ args: [...args], person: personWho.types('3') });
      const table = { rows, ...DELETE };
      await server.call('delete_access_key', table);
      // As if it had been killed before it knew of the last row.
      const journal = path.join(stateDir, 'journals', journalsIn(stateDir)[0] ?? '');
      const lines = readFileSync(journal, 'utf8').split('\n');
      writeFileSync(journal, lines.filter((line) => !/"row":2,.*"state":"done"/.test(line)).join('\n'));
      expect(rowStates(stateDir).get(2)).toBe('sent');

      const settled = (count: number) => `${count} of the rows were settled by an earlier call, and not sent again.`;
      const warning = 'Row 2: was sent by an earlier call, and the key is gone now: taken for deleted';
      const before = readFileSync(journal, 'utf8');
      const dry = await server.call('delete_access_key', { ...table, resume: true, dry_run: true });
      expect(dry).toMatchObject({ error: null, warnings: [warning, settled(2)] });
      expect(readFileSync(journal, 'utf8')).toBe(before);

      const resumed = await server.call('delete_access_key', { ...table, resume: true });
      expect(resumed).toMatchObject({ error: null, summary: { succeeded: 3 }, warnings: [warning, settled(2)] });
      expect(rowStates(stateDir).get(2)).toBe('done');
      expect(changesIn(aws)).toHaveLength(3 + more);
      expect((await server.call('delete_access_key', { ...table, resume: true })).warnings).toEqual([settled(3)]);
    },
  );
});

describe.concurrent('a dry run of what is left', () => {
  test('tells what is done and what would be, and changes nothing', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 3);
    aws.order({
      operation: 'UpdateAccessKey',
      fault: { kind: 'error', status: 400, code: 'InvalidInput', message: 'no' },
    });
    const server = await start({ args: ['--approval', 'host', '--concurrency', '1'] });
    const table = { rows, ...TURN_OFF };
    await server.call('update_access_key', table);
    const entries = journalEntries(stateDir).length;
    const dry = await server.call('update_access_key', { ...table, resume: true, dry_run: true, detail: 'full' });
    expect(entriesOf(dry).map(({ dry_run }) => dry_run !== undefined)).toEqual([true, false, false]);
    expect(journalEntries(stateDir)).toHaveLength(entries);
    expect(changesIn(aws)).toHaveLength(3);
  });
});

describe.concurrent('AWS that refuses every row', () => {
  test('fails them all, which is an error, and the journal says that nothing was done', async ({
    start,
    aws,
    stateDir,
  }) => {
    aws.deny('iam:UpdateAccessKey');
    const server = await start({ args: AGREED });
    const envelope = await server.call('update_access_key', {
      rows: keysOfNewUsers(aws, 5),
      ...TURN_OFF,
      detail: 'full',
    });
    expect(envelope.summary).toEqual({ rows: 5, succeeded: 0, failed: 5, not_attempted: 0, now: NOW });
    for (const { error } of entriesOf(envelope)) expect(error).toMatch(/^AccessDenied: .*Nothing was changed\.$/);
    expect([...rowStates(stateDir).values()]).toEqual(Array(5).fill('failed'));
  });
});

describe.concurrent('two tables at once', () => {
  test('do not mix, and a single call between them is answered', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 30);
    const server = await start({ args: AGREED });
    const [off, used, one] = await Promise.all([
      server.call('update_access_key', { rows, ...TURN_OFF, output_file: 'off.jsonl' }),
      server.call('get_access_key_last_used', {
        rows: rows.toReversed(),
        access_key_id: '{{ key }}',
        output_file: 'used.jsonl',
      }),
      server.call('list_access_keys', { user_name: 'ci-deploy' }),
    ]);
    expect(off).toMatchObject({ error: null, summary: { succeeded: 30 } });
    expect(used).toMatchObject({ error: null, summary: { succeeded: 30 } });
    expect(one.error).toBeNull();
    expect(linesOfFile(stateDir, 'off.jsonl').map(({ input }) => input)).toEqual(rows);
    expect(linesOfFile(stateDir, 'used.jsonl').map(({ input }) => input)).toEqual(rows.toReversed());
    expect(journalsIn(stateDir)).toHaveLength(2);
  });
});

describe.concurrent('a single call with an output file', () => {
  test('has its result there', async ({ start, aws, stateDir }) => {
    const server = await start();
    const call = { access_key_id: aws.company.leakedKeyId, output_file: 'one.jsonl' };
    const envelope = await server.call('get_access_key_last_used', call);
    expect(envelope.files).toEqual([{ name: 'one.jsonl', entries: 1 }]);
    expect(linesOfFile(stateDir, 'one.jsonl')).toEqual([{ result: envelope.result, error: null, has_error: false }]);
  });
});
