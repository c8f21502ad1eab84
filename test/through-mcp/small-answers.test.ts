// What people ask of tables, each in as few calls as it can be, with no answer that fills a model's window.
import { describe, expect } from 'vitest';
import { changesIn } from '../e2e/aws-account.ts';
import { personWho } from '../e2e/person.ts';
import { dropFile, keysOfNewUsers } from '../e2e/tables.ts';
import { test } from './start-server.ts';

const MOST_BYTES = 8_000;
const bytesOf = (envelope: object) => Buffer.byteLength(JSON.stringify(envelope));
const STALE = "{{ Status == 'Active' and (LastUsedDate is none or LastUsedDate < days_ago(90)) }}";

describe.concurrent('in one call, and in few bytes, can be asked', () => {
  test('which keys of 120 users in a CSV file are stale, for a file', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 120);
    const lines = rows.map(({ user }) => `${user};${'a note that nobody asked about '.repeat(5)}`);
    dropFile(stateDir, 'people.csv', `IAM user;Notes\r\n${lines.join('\r\n')}\r\n`);
    const answer = await (await start()).call('list_access_keys', {
      rows_file: 'people.csv',
      user_name: "{{ row['IAM user'] }}",
      with_last_used: true,
      keep: STALE,
      output_file: 'stale.csv',
    });
    expect(answer).toMatchObject({
      error: null,
      summary: { rows: 120, found: 120, kept: 120 },
      files: [{ name: 'stale.csv', entries: 120 }, {}],
    });
    expect(bytesOf(answer)).toBeLessThan(MOST_BYTES);
    expect(JSON.stringify(answer)).not.toContain('nobody asked about');
  });

  test('that the keys of forty leavers are turned off', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 40);
    const lines = rows.map(({ user, key }) => `${user.toUpperCase()}@northwind.example, ${key} `);
    dropFile(stateDir, 'leavers.csv', `Work Mail,AWS Key Id\n${lines.join('\n')}\nno.key@northwind.example,\n`);
    const answer = await (await start({ person: personWho.agrees() })).call('update_access_key', {
      rows_file: 'leavers.csv',
      where: "row['AWS Key Id'] is not none",
      user_name: "{{ row['Work Mail'].split('@')[0] | lower }}",
      access_key_id: "{{ row['AWS Key Id'] }}",
      status: 'Inactive',
    });
    expect(answer).toMatchObject({ error: null, summary: { succeeded: 40, skipped: 1 } });
    expect(bytesOf(answer)).toBeLessThan(MOST_BYTES);
    expect(changesIn(aws)).toHaveLength(40);
  });

  test('what would happen if thirty keys were deleted', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 30).map(({ user, key }) => ({ UserName: user, AccessKeyId: key }));
    dropFile(stateDir, 'old.json', JSON.stringify({ AccessKeyMetadata: rows, NextToken: 'x' }));
    const answer = await (await start()).call('delete_access_key', {
      rows_file: 'old.json',
      access_key_id: '{{ AccessKeyId }}',
      dry_run: true,
    });
    expect(answer).toMatchObject({ error: null, dry_run: { severity: { grave: 30 }, sent_to: [{}] } });
    expect(answer.result).toHaveLength(30);
    expect(bytesOf(answer)).toBeLessThan(MOST_BYTES);
    expect(changesIn(aws)).toEqual([]);
  });

  test('which keys of the account are stale, without a file', async ({ start, aws }) => {
    keysOfNewUsers(aws, 35);
    const answer = await (await start()).call('list_access_keys', {
      rows_file: 'iam://users',
      user_name: '{{ UserName }}',
      with_last_used: true,
      keep: STALE,
    });
    expect(answer).toMatchObject({ error: null, summary: { kept: expect.any(Number) } });
    expect((answer.summary as { kept: number }).kept).toBeGreaterThanOrEqual(35);
    expect(bytesOf(answer)).toBeLessThan(MOST_BYTES);
  });
});

describe.concurrent('in two calls', () => {
  test('the first keys of a credential report are turned off, which has no ids', async ({ start, aws }) => {
    const users = keysOfNewUsers(aws, 20).map(({ user }) => user);
    const server = await start({ person: personWho.agrees() });
    const listed = await server.call('list_access_keys', {
      rows_file: 'iam://credential-report',
      where: `access_key_1_active == 'true' and access_key_1_last_used_date is none and user in ${JSON.stringify(users)}`,
      user_name: '{{ user }}',
      keep: 'CreateDate == access_key_1_last_rotated',
      output_file: 'first-keys.csv',
    });
    expect(listed).toMatchObject({ error: null, summary: { kept: 20 } });
    const turnedOff = await server.call('update_access_key', {
      rows_file: 'first-keys.csv',
      user_name: '{{ UserName }}',
      access_key_id: '{{ AccessKeyId }}',
      status: 'Inactive',
    });
    expect(turnedOff).toMatchObject({ error: null, summary: { succeeded: 20 } });
    for (const answer of [listed, turnedOff]) expect(bytesOf(answer)).toBeLessThan(MOST_BYTES);
    expect(changesIn(aws)).toHaveLength(20);
  });

  test('leaked keys of a scanner are triaged, and the live ones turned off', async ({ start, aws, stateDir }) => {
    const keys = keysOfNewUsers(aws, 12).map(({ key }) => key);
    const alert = (value: string, number: number) => ({
      number,
      state: 'open',
      secret: { value, raw: 'hunter2hunter2' },
    });
    const alerts = [...keys, ...keys.slice(0, 3)].map(alert);
    dropFile(stateDir, 'scan.json', JSON.stringify({ alerts, repositories: [{ name: 'x' }], total: alerts.length }));
    const server = await start({ person: personWho.agrees() });
    const triaged = await server.call('get_access_key_last_used', {
      rows_file: 'scan.json#/alerts',
      where: "state == 'open'",
      access_key_id: '{{ secret.value }}',
      output_file: 'leaked.csv',
    });
    const turnedOff = await server.call('update_access_key', {
      rows_file: 'leaked.csv',
      where: 'UserName is not none',
      user_name: '{{ UserName }}',
      access_key_id: '{{ input.secret.value }}',
      status: 'Inactive',
    });
    expect(turnedOff).toMatchObject({ error: null, summary: { same_as_another: 3, changed: 12 } });
    expect(changesIn(aws)).toHaveLength(12);
    for (const answer of [triaged, turnedOff]) {
      expect(bytesOf(answer)).toBeLessThan(MOST_BYTES);
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
  });
});
