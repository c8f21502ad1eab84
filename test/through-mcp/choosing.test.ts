// Which rows a call is about, and which of its results it shows, over a real connection to the sandbox.
import { describe, expect } from 'vitest';
import { changesIn } from '../e2e/aws-account.ts';
import { personWho } from '../e2e/person.ts';
import { entriesOf, keysOfNewUsers, linesOfFile, TURN_OFF } from '../e2e/tables.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';

describe.concurrent('the rows for which where is true', () => {
  test('are done, and the others are counted and neither in the result, the plan nor the file', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 4).map((row, index) => ({ ...row, leaves: index % 2 === 0 ? 'true' : 'false' }));
    const person = personWho.agrees();
    const server = await start({ person });
    const table = { rows, ...TURN_OFF, where: "{{ leaves == 'true' }}", output_file: 'off.jsonl' };
    const envelope = await server.call(TOOL, table);
    expect(envelope).toMatchObject({ error: null, summary: { rows: 4, succeeded: 2, failed: 0, skipped: 2 } });
    expect(entriesOf(envelope)).toHaveLength(2);
    expect(linesOfFile(stateDir, 'off.jsonl')).toHaveLength(2);
    expect(person.read[0]).toContain('Turn off an access key: 2 rows');
    expect(person.read[0]).toContain(' row 3 ');
    expect(changesIn(aws)).toHaveLength(2);
  });

  test('may be none, which is said and asks nobody', async ({ start, aws }) => {
    const person = personWho.agrees();
    const server = await start({ person });
    const rows = keysOfNewUsers(aws, 3);
    const envelope = await server.call(TOOL, { rows, ...TURN_OFF, where: "user == 'nobody'" });
    expect(envelope).toMatchObject({ result: [], error: null, summary: { rows: 3, succeeded: 0, skipped: 3 } });
    expect(envelope.warnings).toEqual(['where is true for none of the 3 rows: nothing was done.']);
    expect(person.read).toEqual([]);
    expect(aws.log).toEqual([]);
  });

  test('may be none in a host that could not ask anybody', async ({ start, aws }) => {
    const server = await start({ args: ['--approval', 'form'] });
    const rows = keysOfNewUsers(aws, 2);
    expect((await server.call(TOOL, { rows, ...TURN_OFF, where: 'false' })).error).toBeNull();
    expect((await server.call(TOOL, { rows, ...TURN_OFF })).error).toMatch(/^ApprovalUnavailable/);
  });

  test('are those to which the limit of changes applies', async ({ start, aws }) => {
    const server = await start({ person: personWho.agrees(), args: ['--max-change-rows', '2'] });
    const rows = keysOfNewUsers(aws, 4);
    const all = await server.call(TOOL, { rows, ...TURN_OFF });
    expect(all.error).toMatch(/at most 2 are taken \(--max-change-rows\)/);
    const few = await server.call(TOOL, { rows, ...TURN_OFF, where: `user != '${rows[0]?.user}'` });
    expect(few.error).toMatch(/3 rows for which where is true, and at most 2 are taken \(--max-change-rows\)/);
    const two = await server.call(TOOL, {
      rows,
      ...TURN_OFF,
      where: `user in ['${rows[0]?.user}', '${rows[1]?.user}']`,
    });
    expect(two).toMatchObject({ error: null, summary: { succeeded: 2, skipped: 2 } });
    expect(changesIn(aws)).toHaveLength(2);
  });

  test('are none in which a secret of a connection stands: no condition sees it', async ({ start, aws }) => {
    const server = await start();
    const rows = [
      { user: 'ci-deploy', note: aws.credentials.secretAccessKey },
      { user: 'tom.okafor', note: '' },
    ];
    for (const where of ["note == ''", "user == 'tom.okafor'", 'note | length < 10']) {
      const { summary, result } = await server.call('list_access_keys', { rows, user_name: '{{ user }}', where });
      expect(summary).toMatchObject({ succeeded: 1, failed: 1, skipped: 0 });
      expect(JSON.stringify(result)).toContain('Refused: a value of this call has a secret');
    }
  });

  test.for([
    ['a typo', "usr == 'x'", /where: there is no column 'usr'; the columns are user, key$/],
    ['a typo in a comparison that would be true of all', 'nope < 3', /where: there is no column 'nope'/],
    ['a typo after not', "not (usre == 'x')", /where: there is no column 'usre'/],
    ['a text', '{{ user }}', /where: .*true (?:n)?or false/],
    ['no expression', '{% if user %}true{% endif %}', /where: /],
  ] as const)('cannot be chosen by %s: one error, and nothing is done', async ([, where, error], { start, aws }) => {
    const server = await start({ person: personWho.agrees() });
    const envelope = await server.call(TOOL, { rows: keysOfNewUsers(aws, 30), ...TURN_OFF, where });
    expect(envelope.result).toBeNull();
    expect(envelope.error).toMatch(/^InvalidArguments: where: .*Nothing was changed\.$/);
    expect(envelope.error?.replace(/\.? Nothing was changed\.$/, '')).toMatch(error);
    expect(aws.log).toEqual([]);
  });

  test('need rows', async ({ start }) => {
    const { error } = await (await start()).call('list_policies', { where: 'true' });
    expect(error).toMatch(/^InvalidArguments: where: /);
  });
});

describe.concurrent('what a read keeps', () => {
  test('of a single list is counted beside what was found', async ({ start }) => {
    const server = await start();
    const all = await server.call('list_policies', { scope: 'AWS' });
    const some = await server.call('list_policies', { scope: 'AWS', keep: "{{ 'ReadOnly' in PolicyName }}" });
    const names = entriesOf(all).map(({ PolicyName }) => String(PolicyName));
    const kept = names.filter((name) => name.includes('ReadOnly'));
    expect(kept.length).toBeGreaterThan(0);
    expect(entriesOf(some).map(({ PolicyName }) => PolicyName)).toEqual(kept);
    expect(some.summary).toEqual({ found: names.length, kept: kept.length });
  });

  test('of a table is in the result and in the file; rows that failed are told, those with nothing are not', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = [...keysOfNewUsers(aws, 4), { user: 'nobody', key: '' }];
    const server = await start();
    const keep = `{{ AccessKeyId == '${rows[1]?.key}' and row.user == UserName }}`;
    const table = { rows: [...rows, rows[1]], user_name: '{{ user }}', keep, output_file: 'kept.jsonl' };
    const envelope = await server.call('list_access_keys', table);
    expect(envelope.summary).toMatchObject({ rows: 6, succeeded: 5, failed: 1, found: 4, kept: 1, same_as_another: 1 });
    expect(linesOfFile(stateDir, 'kept.jsonl')).toHaveLength(2);
    expect(entriesOf(envelope).filter(({ has_error }) => !has_error)).toMatchObject([{ AccessKeyId: rows[1]?.key }]);
  });

  test('is chosen by fields within the answer, of which null and missing are none', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 3);
    const server = await start();
    const keep = '{{ LastUsedDate is none or LastUsedDate < days_ago(90) }}';
    const table = { rows, access_key_id: '{{ key }}', keep };
    const envelope = await server.call('get_access_key_last_used', table);
    expect(envelope).toMatchObject({ error: null, summary: { found: 3, kept: 3 } });
    const never = await server.call('get_access_key_last_used', { ...table, keep: 'LastUsedDate < days_ago(90)' });
    expect(never).toMatchObject({ error: null, result: [], summary: { found: 3, kept: 0 } });
  });

  test.for([
    ['a name that is no field', "Statu == 'Active'", /no column or field 'Statu'; .*Status/],
    ['a text', 'Status', /true (?:n)?or false/],
  ] as const)('is not chosen by %s', async ([, keep, expected], { start, aws }) => {
    const server = await start();
    const table = { rows: keysOfNewUsers(aws, 3), user_name: '{{ user }}', keep };
    const { error, result } = await server.call('list_access_keys', table);
    expect(error).toMatch(/^InvalidArguments: keep: /);
    expect(error).toMatch(expected);
    expect(result).toBeNull();
  });

  test('a name that is no field is told before anything is sent', async ({ start, aws }) => {
    const server = await start();
    await server.call('list_access_keys', { rows: [{ user: 'a' }], user_name: '{{ user }}', keep: 'Statu == 1' });
    expect(aws.log).toEqual([]);
  });

  test('is not taken for a change, nor for one thing', async ({ start, aws }) => {
    const [row] = keysOfNewUsers(aws, 1);
    const server = await start({ person: personWho.agrees() });
    const change = await server.call(TOOL, { rows: [row], ...TURN_OFF, keep: 'true' });
    expect(change.error).toMatch(/^InvalidArguments: keep: .*Nothing was changed\.$/);
    const one = await server.call('get_access_key_last_used', { access_key_id: row?.key, keep: 'true' });
    expect(one.error).toMatch(/^InvalidArguments: keep: /);
  });
});

describe.concurrent('a template that is wrong in every row alike', () => {
  test('is one error with the columns as they have to be written', async ({ start, aws }) => {
    const rows = Array.from({ length: 200 }, (_, index) => ({ 'User name': `u${index}`, team: 'x', 'a-b': 1 }));
    const server = await start();
    const { error, result } = await server.call('list_access_keys', { rows, user_name: '{{ usr }}' });
    expect(result).toBeNull();
    expect(error).toBe(
      "InvalidArguments: user_name: there is no column 'usr'; the columns are row['User name'], team, row['a-b']",
    );
    expect(aws.log).toEqual([]);
  });

  test('writes no output file', async ({ start, stateDir }) => {
    const server = await start();
    await server.call('list_access_keys', { rows: [{ a: 1 }], user_name: '{{ usr }}', output_file: 'out.jsonl' });
    expect(() => linesOfFile(stateDir, 'out.jsonl')).toThrow();
  });
});
