// Tables, the whole way: a file dropped in the folder, rows out, files out, and the shapes of what comes back.
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { changesIn } from '../e2e/aws-account.ts';
import { personWho } from '../e2e/person.ts';
import { dropFile, entriesOf, fileText, keysOfNewUsers, linesOfFile, TURN_OFF, twoConnections } from '../e2e/tables.ts';
import { NOW } from '../now.ts';
import { test } from './start-server.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Tables without rows, as people have them. */
const EMPTY_FILES = {
  'header.csv': 'u,team\n',
  'header.tsv': 'u\tteam\n',
  'empty.csv': '',
  'empty.json': '[]',
  'spaces.json': ' \n',
  'result.json': '{"result": [], "error": null, "has_error": false}',
  'empty.jsonl': '\n',
  'blank.jsonl': '\n  \n\r\n',
};

describe.concurrent('a CSV dropped in the folder', () => {
  test('is asked about row by row, and what is stale is turned off in one call that a person agrees to', async ({
    start,
    aws,
    stateDir,
  }) => {
    const { twoKeyUser, leakedUser, keylessUser, neverUsedUser, neverUsedKeyId } = aws.company;
    const users = [twoKeyUser.toUpperCase(), ` ${leakedUser} `, keylessUser, neverUsedUser];
    const teams = ['data', '"build; run"', '', 'it'];
    const lines = users.map((user, index) => `${user};${teams[index]}\r\n`);
    dropFile(stateDir, 'people.csv', `\uFEFFUser name;Team\r\n${lines.join('')}`);
    const person = personWho.agrees();
    const server = await start({ person });

    const keys = await server.call('list_access_keys', {
      rows_file: 'people.csv',
      user_name: "{{ row['User name'] | lower }}",
      output_file: 'keys.csv',
      detail: 'full',
    });
    expect(keys).toMatchObject({ error: null, summary: { rows: 4, succeeded: 4 } });
    expect(keys.files).toEqual([{ name: 'keys.csv', entries: 5 }]);
    expect(entriesOf(keys).map(({ input, UserName }) => [input.Team, UserName])).toEqual([
      ['data', twoKeyUser],
      ['data', twoKeyUser],
      ['build; run', leakedUser],
      ['', undefined],
      ['it', neverUsedUser],
    ]);
    const [header] = fileText(stateDir, 'keys.csv').split('\r\n');
    expect(header).toBe('\uFEFFinput.User name,input.Team,UserName,AccessKeyId,Status,CreateDate,error,has_error');

    const used = await server.call('get_access_key_last_used', {
      rows_file: 'keys.csv',
      access_key_id: '{{ AccessKeyId }}',
      output_file: 'used.jsonl',
      detail: 'full',
    });
    expect(used.error).toBe('RowsFailed: 1 of 5 rows did not succeed');
    expect(linesOfFile(stateDir, 'used.jsonl')).toEqual(entriesOf(used));

    const since = new Date(Date.now() - 90 * DAY).toISOString();
    const off = await server.call('update_access_key', {
      rows_file: 'used.jsonl',
      user_name: '{{ result.UserName }}',
      access_key_id: '{{ input.AccessKeyId }}',
      status: `{{ 'Inactive' if result.AccessKeyLastUsed.LastUsedDate | default('never') < '${since}' or
        result.AccessKeyLastUsed.LastUsedDate is not defined else input.Status }}`,
      output_file: 'off.csv',
      detail: 'full',
    });
    expect(person.read).toHaveLength(1);
    expect(person.read[0]).toContain(
      "Left out, since it cannot be done: 1 of the table's rows\n  row 4: InvalidArguments (user_name): a value is not valid",
    );
    expect(off.summary).toEqual({
      rows: 5,
      succeeded: 4,
      failed: 1,
      not_attempted: 0,
      changed: 1,
      already_so: 3,
      now: NOW,
    });
    expect(entriesOf(off)[3]?.error).toMatch(/^InvalidArguments: user_name: .*result\.UserName/);
    expect(aws.key(neverUsedKeyId)?.status).toBe('Inactive');
    expect(aws.keysOf(twoKeyUser).map(({ status }) => status)).toEqual(['Inactive', 'Active']);
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Active');
    expect(fileText(stateDir, 'off.csv').split('\r\n')).toHaveLength(7);
  });
});

describe.concurrent('the result of a table', () => {
  test('has in full one entry a row, in order, with the row as it was given', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 12);
    const odd = { user: 'x', key: 'AKIANOBODYNOBODYNO01', more: { deep: [1, null, true] } };
    const table = [...rows.slice(0, 5), odd, odd, ...rows.slice(5)];
    const server = await start();
    const envelope = await server.call('get_access_key_last_used', {
      rows: table,
      access_key_id: '{{ key }}',
      detail: 'full',
    });
    expect(envelope).toMatchObject({ error: 'RowsFailed: 2 of 14 rows did not succeed', has_error: true });
    expect(envelope.summary).toEqual({
      rows: 14,
      succeeded: 12,
      failed: 2,
      not_attempted: 0,
      same_as_another: 1,
      now: NOW,
    });
    const entries = entriesOf(envelope);
    expect(entries.map(({ input }) => input)).toEqual(table);
    expect(entries[0]).toEqual({
      input: rows[0],
      result: {
        UserName: 'leaver-001',
        AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
        ResponseMetadata: expect.objectContaining({ HTTPStatusCode: 200 }),
      },
      error: null,
      has_error: false,
    });
    // Alike, and separate all the same.
    expect(entries[5]).toEqual({
      input: odd,
      result: null,
      error: expect.stringMatching(/^AccessDenied|^NoSuch/),
      has_error: true,
    });
    expect(entries[6]).toEqual({ ...entries[5], same_as_row: 6 });
  });

  test('of which no row succeeded is an error, and one without rows too', async ({ start, aws, stateDir }) => {
    const server = await start();
    const none = await server.call('list_access_keys', { rows: [{ u: 'nobody' }, { u: 'a b' }], user_name: '{{ u }}' });
    expect(none).toMatchObject({
      error: 'RowsFailed: 2 of 2 rows did not succeed',
      summary: { succeeded: 0, failed: 2 },
    });
    for (const [name, text] of Object.entries(EMPTY_FILES)) dropFile(stateDir, name, text);
    const noRows = [[], {}, '[]', '{}'].map((rows) => ({ rows }));
    const tables = [...noRows, ...Object.keys(EMPTY_FILES).map((name) => ({ rows_file: name }))];
    for (const table of tables.flatMap((each) => [each, { ...each, dry_run: true }])) {
      const empty = await server.call('list_access_keys', { ...table, user_name: '{{ u }}' });
      expect(empty.error, JSON.stringify(table)).toMatch(
        /^InvalidArguments: .*(has no rows|is empty), and nothing was done/,
      );
      expect(empty.result).toBeNull();
    }
    expect(aws.log.map(({ operation }) => operation)).toEqual(['ListAccessKeys']);
  });

  test('of a list has in full an entry for each thing found, one for none, and one for a failure', async ({
    start,
    aws,
  }) => {
    const { twoKeyUser, keylessUser } = aws.company;
    const rows = [twoKeyUser, keylessUser, 'nobody'].map((user) => ({ user }));
    const server = await start();
    const keys = await server.call('list_access_keys', { rows, user_name: '{{ user }}', detail: 'full' });
    const found = (status: string) => ({
      input: { user: twoKeyUser },
      UserName: twoKeyUser,
      AccessKeyId: expect.stringMatching(/^AKIA/),
      Status: status,
      CreateDate: expect.any(String),
      error: null,
      has_error: false,
    });
    expect(keys.result).toEqual([
      found('Inactive'),
      found('Active'),
      { input: { user: keylessUser }, error: null, has_error: false },
      { input: { user: 'nobody' }, error: expect.stringMatching(/^NoSuchEntity: /), has_error: true },
    ]);
    expect(keys.summary).toEqual({ rows: 3, succeeded: 2, failed: 1, not_attempted: 0, now: NOW });

    const scopes = [
      { scope: 'Local', most: 1 },
      { scope: 'AWS', most: 2 },
    ];
    const policies = await server.call('list_policies', {
      rows: scopes,
      scope: '{{ scope }}',
      max_items: '{{ most }}',
      detail: 'full',
    });
    expect(entriesOf(policies).map(({ input }) => input)).toEqual([scopes[0], scopes[1], scopes[1]]);
    expect(entriesOf(policies)[0]).toMatchObject({ PolicyName: expect.any(String), error: null, has_error: false });
  });

  test('has columns of any name as they were given, those of a prototype too', async ({ startRaw, aws }) => {
    const row = `{"__proto__":"leaver","constructor":{"prototype":1},"toString":"x","hasOwnProperty":null,"":"empty","user":"${aws.company.keylessUser}"}`;
    const host = startRaw();
    await host.initialize();
    const call = `{"name":"list_access_keys","arguments":{"rows":[${row}],"user_name":"{{ user }}","detail":"full"}}`;
    host.write(`{"jsonrpc":"2.0","id":77,"method":"tools/call","params":${call}}\n`);
    await host.answerTo(77);
    const line = host.streams.lines.find((text) => text.includes('"id":77'));
    expect(line).toContain('"structuredContent":{"error":null,"has_error":false,"summary":{');
    expect(line).toContain(`},"result":[{"input":${row},"error":null,"has_error":false}]`);
  });
});

describe.concurrent('templates', () => {
  test('see the reference values of their row’s connection, and a column of the same name wins', async ({
    start,
    aws,
    folder,
  }) => {
    const [one, two, three] = keysOfNewUsers(aws, 3);
    const person = personWho.agrees();
    const server = await start({ ...twoConnections(folder, { prod: aws.endpoint, test: aws.endpoint }, aws), person });
    const dry = await server.call('update_access_key', {
      rows: [
        { ...one, where: 'prod' },
        { ...two, where: 'test' },
        { ...three, where: 'test', target: 'Active' },
      ],
      connection: '{{ where }}',
      user_name: '{{ user }}',
      access_key_id: '{{ key }}',
      status: "{{ target if team in ['ops', 'dev'] }}",
      dry_run: true,
      detail: 'full',
    });
    expect(entriesOf(dry).map(({ dry_run }) => dry_run)).toMatchObject([
      { arguments: { connection: 'prod', user_name: one?.user, status: 'Inactive' } },
      { arguments: { connection: 'test', user_name: two?.user, status: 'Inactive' } },
      { arguments: { connection: 'test', user_name: three?.user, status: 'Active' } },
    ]);
  });

  test('choose connections, of which one that is not there fails its row alone', async ({ start, aws, folder }) => {
    const rows = keysOfNewUsers(aws, 3).map((row, index) => ({ ...row, where: ['prod', 'nowhere', 'audit'][index] }));
    const server = await start({
      ...twoConnections(folder, { prod: aws.endpoint, test: aws.endpoint }, aws),
      person: personWho.agrees(),
    });
    const envelope = await server.call('update_access_key', {
      rows,
      ...TURN_OFF,
      connection: '{{ where }}',
      detail: 'full',
    });
    expect(entriesOf(envelope).map(({ error }) => error)).toEqual([
      null,
      "UnknownConnection: no connection is labelled 'nowhere'; there are: prod, test, audit. Nothing was changed.",
      "ReadOnly: the connection 'audit' is for reading only. Nothing was changed.",
    ]);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('give roles, of which each is assumed once', async ({ start, aws }) => {
    const { account } = aws;
    const users = ['ci-deploy', 'tom.okafor', 'priya.nair', 'jonas.weber'];
    const rows = users.map((user, index) => ({ user, role: index % 2 === 0 ? 'responder' : 'nobody' }));
    const server = await start();
    const envelope = await server.call('list_access_keys', {
      rows,
      user_name: '{{ user }}',
      role_arn: `arn:aws:iam::${account}:role/{{ role }}`,
      detail: 'full',
    });
    expect(envelope.summary).toMatchObject({ succeeded: 2, failed: 2 });
    expect(entriesOf(envelope)[1]?.error).toMatch(/^AccessDenied: /);
    const count = (operation: string) => aws.log.filter((entry) => entry.operation === operation).length;
    expect(count('AssumeRole')).toBe(2);
    expect(aws.log.filter(({ operation }) => operation === 'ListAccessKeys').map(({ caller }) => caller)).toEqual(
      Array(2).fill(expect.stringContaining('assumed-role/responder')),
    );
  });

  test('fail for a column that is not there, with the columns that are', async ({ start, aws }) => {
    const server = await start();
    const { result, error } = await server.call('list_access_keys', {
      rows: [{ User: 'x', Team: 'y' }],
      user_name: '{{ user }}',
    });
    expect(result).toBeNull();
    expect(error).toBe("InvalidArguments: user_name: there is no column 'user'; the columns are User, Team");
    expect(aws.log).toEqual([]);
  });
});

describe.concurrent('more rows than are taken', () => {
  test('are refused as a whole, and nothing is sent', async ({ start, aws, stateDir }) => {
    const many = (count: number) => Array.from({ length: count }, () => ({ user: 'ci-deploy' }));
    dropFile(stateDir, 'many.csv', `user\n${'ci-deploy\n'.repeat(1001)}`);
    const server = await start({ person: personWho.agrees() });
    const reads = { user_name: '{{ user }}' };
    expect((await server.call('list_access_keys', { ...reads, rows: many(1001) })).error).toMatch(
      /^InvalidArguments: 'rows' has 1001 rows, and at most 1000 are taken \(--max-rows\)/,
    );
    expect((await server.call('list_access_keys', { ...reads, rows_file: 'many.csv' })).error).toMatch(
      /^InvalidArguments: 'many\.csv' .*at most 1000/,
    );
    expect((await server.call('create_access_key', { ...reads, rows: many(251) })).error).toMatch(
      /^InvalidArguments: .rows. has 251 rows, and at most 250 .*\(--max-change-rows\).*Nothing was changed\.$/,
    );
    expect(aws.log).toEqual([]);
  });

  test('are taken when the operator says so', async ({ start, aws }) => {
    const server = await start({ args: ['--max-rows', '2'] });
    const rows = ['tom.okafor', 'ci-deploy'].map((user) => ({ user }));
    expect((await server.call('list_access_keys', { rows, user_name: '{{ user }}' })).error).toBeNull();
    expect(
      (await server.call('list_access_keys', { rows: [...rows, ...rows], user_name: '{{ user }}' })).error,
    ).toMatch(/at most 2/);
    expect(aws.log).toHaveLength(2);
  });
});

describe.concurrent('a server for reading only', () => {
  test('refuses a table of changes, and takes one of reads', async ({ start, aws }) => {
    const server = await start({ args: ['--read-only'] });
    const rows = keysOfNewUsers(aws, 2);
    expect((await server.call('update_access_key', { rows, ...TURN_OFF })).error).toMatch(/^ReadOnly: /);
    expect((await server.call('list_access_keys', { rows, user_name: '{{ user }}' })).error).toBeNull();
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('rows as JSON text', () => {
  const user_name = '{{ user }}';

  test('are the table that they are, and come to the same request as the array', async ({ start, aws }) => {
    const server = await start({ args: ['--approval', 'terminal', '--approval-wait', '0'] });
    const rows = keysOfNewUsers(aws, 3);
    const requestOf = async (given: unknown) => {
      const { error } = await server.call('update_access_key', { ...TURN_OFF, rows: given });
      return error?.match(/approve (\w+)/)?.[1] ?? expect.unreachable(`${error}`);
    };
    const request = await requestOf(rows);
    expect(await requestOf(JSON.stringify(rows))).toBe(request);
    expect(await requestOf(JSON.stringify(rows, null, 2))).toBe(request);
    expect(await requestOf(JSON.stringify(rows.slice(1)))).not.toBe(request);
  });

  test('are held to the limits of the array', async ({ start, aws }) => {
    const server = await start({ args: ['--max-rows', '2'] });
    const wrong: [unknown, RegExp][] = [
      [[1, 2, 3].map((user) => ({ user })), /has 3 rows, and at most 2 are taken/],
      [[{ user: 'x'.repeat(70_000) }], /row 1 has \d+ bytes/],
      [[{ user: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) }], /rows: must be objects/],
      [[Object.fromEntries(Array.from({ length: 1001 }, (_, column) => [column, 1]))], /more than 1000 columns/],
    ];
    for (const [rows, message] of wrong) {
      const { error } = await server.call('list_access_keys', { rows, user_name });
      expect(error).toMatch(message);
      expect((await server.call('list_access_keys', { rows: JSON.stringify(rows), user_name })).error).toBe(error);
    }
    expect(aws.log).toEqual([]);
  });

  test('that are no JSON are refused, and not repeated', async ({ start }) => {
    const server = await start();
    const { error } = await server.call('list_access_keys', { rows: 'user\nci-deploy', user_name });
    expect(error).toBe('InvalidArguments: rows: is a text that is not JSON of rows: give an array of objects');
  });
});

describe.concurrent('a file by its whole path', () => {
  const user_name = '{{ user }}';

  test('is read and written where it lies in the folder, as by its name', async ({ start, stateDir }) => {
    dropFile(stateDir, 'users.csv', 'user\nci-deploy\n');
    const files = path.join(stateDir, 'files');
    const server = await start();
    for (const rows_file of [path.join(files, 'users.csv'), './users.csv']) {
      const table = { rows_file, user_name, output_file: path.join(files, 'keys.csv'), overwrite: true };
      const envelope = await server.call('list_access_keys', table);
      expect(envelope).toMatchObject({ error: null, summary: { succeeded: 1 }, files: [{ name: 'keys.csv' }] });
    }
    expect(fileText(stateDir, 'keys.csv')).toContain('ci-deploy');
  });

  test('is refused with the folder where it lies elsewhere', async ({ start, aws, folder, stateDir }) => {
    dropFile(stateDir, 'users.csv', 'user\nci-deploy\n');
    const files = path.join(stateDir, 'files');
    writeFileSync(path.join(folder, 'outside.csv'), 'user\nci-deploy\n');
    symlinkSync(path.join(folder, 'outside.csv'), path.join(files, 'link.csv'));
    symlinkSync(folder, path.join(files, 'up'));
    const server = await start();
    for (const name of [path.join(folder, 'outside.csv'), '/etc/passwd', `${files}/../audit.jsonl`, '../audit.jsonl']) {
      const read = await server.call('list_access_keys', { rows_file: name, user_name });
      expect(read.error).toContain(`is not below the folder of files, ${files}: `);
      const written = await server.call('list_access_keys', { user_name: 'ci-deploy', output_file: name });
      expect(written.error).toContain(`is not below the folder of files, ${files}: `);
    }
    for (const name of ['link.csv', 'up/outside.csv']) {
      const { error } = await server.call('list_access_keys', { rows_file: path.join(files, name), user_name });
      expect(error).toMatch(/symbolic link/);
    }
    expect(aws.log).toEqual([]);
  });
});

describe.concurrent('an output file that is there already', () => {
  test('is refused before anything is sent, unless it may be overwritten', async ({ start, aws, stateDir }) => {
    dropFile(stateDir, 'out.csv', 'mine');
    const server = await start({ person: personWho.agrees() });
    const table = { rows: keysOfNewUsers(aws, 2), ...TURN_OFF, output_file: 'out.csv' };
    expect((await server.call('update_access_key', table)).error).toMatch(
      /^InvalidArguments: output_file: 'out\.csv' is there already/,
    );
    expect(aws.log).toEqual([]);
    expect(fileText(stateDir, 'out.csv')).toBe('mine');
    expect((await server.call('update_access_key', { ...table, overwrite: true })).error).toBeNull();
    expect(fileText(stateDir, 'out.csv')).toContain('leaver-001');
  });
});
