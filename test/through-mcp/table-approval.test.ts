// One agreement for all rows of a table: what a person reads, what they type, and what becomes of it when they do not.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { changesIn, turnOff } from '../e2e/aws-account.ts';
import { journalsIn } from '../e2e/journals.ts';
import { personWho } from '../e2e/person.ts';
import { startRewritingProxy } from '../e2e/rewriting-proxy.ts';
import { auditOf, filesBelow } from '../e2e/state-files.ts';
import { entriesOf, keysOfNewUsers, linesOfFile, TURN_OFF, twoConnections } from '../e2e/tables.ts';
import { NOW } from '../now.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';
const AUTO = ['--approval-wait', '1'];

describe.concurrent('a person who agrees to a table', () => {
  test('reads the counts, the account, the users, the warnings and the rows, and types how many there are', async ({
    start,
    aws,
    stateDir,
  }) => {
    const keys = keysOfNewUsers(aws, 3);
    const { neverUsedUser, neverUsedKeyId } = aws.company;
    const rows = [
      ...keys,
      { user: 'nobody', key: 'AKIANOBODYNOBODYNO01' },
      { user: neverUsedUser, key: neverUsedKeyId },
    ];
    const person = personWho.types('4');
    const server = await start({ person });
    const envelope = await server.call('delete_access_key', {
      rows,
      user_name: '{{ user }}',
      access_key_id: '{{ key }}',
      detail: 'full',
    });
    expect(person.read).toHaveLength(1);
    for (const fact of [
      'Delete an access key: 4 rows\n',
      `\nAccount: ${aws.account}\n`,
      `\nActing as: arn:aws:iam::${aws.account}:user/incident-responder\n`,
      "\nLeft out, since it cannot be done: 1 of the table's rows\n  row 4: NoSuchEntity: what it is about is not there",
      '\nWhat happens in each: The key is gone for good.',
      '\nWARNING, 4 rows (1-3, 5): the key is still Active; turning it off first can be undone\n',
      '\nRow 1:\n  user_name: leaver-001\n',
      '\n! row 1 · leaver-001 ',
      `\nRow 5:\n  user_name: ${neverUsedUser}\n  access_key_id: ${neverUsedKeyId}\n`,
      '\nTo agree, type the number of rows.',
    ]) {
      expect(person.read[0]).toContain(fact);
    }
    expect(person.read[0]).not.toMatch(/Row 4:\n/);
    expect(envelope.summary).toEqual({ rows: 5, succeeded: 4, failed: 1, not_attempted: 0, now: NOW });
    expect(entriesOf(envelope)[3]).toMatchObject({
      error: expect.stringMatching(/^NoSuchEntity: .*Nothing was changed\.$/),
    });
    expect(auditOf(stateDir)).toMatchObject([
      { event: 'refused', count: 1, rows: [{ number: 4, error: 'NoSuchEntity' }] },
      { event: 'asked', count: 4, rows: [{ number: 1 }, { number: 2 }, { number: 3 }, { number: 5 }] },
      { event: 'sent', agreedBy: 'form', journal: journalsIn(stateDir)[0] },
      { event: 'finished', summary: { succeeded: 4 } },
    ]);
  });

  test('finds every row of a long plan in a file that the form names and only they can read', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 60);
    const person = personWho.types('60');
    const server = await start({ person });
    expect((await server.call(TOOL, { rows, ...TURN_OFF })).error).toBeNull();
    const [text = ''] = person.read;
    expect(text.length).toBeLessThanOrEqual(4000);
    const shown = text.match(/^[ !] row \d+ +· leaver-\d+ /gm) ?? [];
    const [, more = 0] = /^ {2}… and (\d+) more rows, which only the whole list shows$/m.exec(text) ?? [];
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.length + Number(more)).toBe(60);
    const [, list = ''] = /^Every row, with all that is known of it: (.*)$/m.exec(text) ?? [];
    expect(path.dirname(list)).toBe(path.join(stateDir, 'plans'));
    expect((statSync(list).mode & 0o7777).toString(8)).toBe('600');
    const whole = readFileSync(list, 'utf8');
    expect(whole.match(/^Row \d+:$/gm)).toHaveLength(60);
    for (const { user, key } of rows) expect(whole).toMatch(new RegExp(`user_name: ${user}\n  access_key_id: ${key}`));
  });

  test('may mistype the number once; a wrong one, however often, changes nothing', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 3);
    const once = personWho.types('2', '3');
    expect((await (await start({ person: once })).call(TOOL, { rows, ...TURN_OFF })).error).toBeNull();
    expect(once.read[1]).toMatch(/^That was not the number of rows\./);
    expect(changesIn(aws)).toHaveLength(3);

    const wrong = personWho.types('2', 'three', rows[0]?.key.slice(-4) ?? '');
    const again = await (await start({ person: wrong })).call(TOOL, { rows, ...TURN_OFF, status: 'Active' });
    expect(again).toEqual({
      result: null,
      error: expect.stringMatching(/^ApprovalPending: [\s\S]*3 times in the form, which is closed now\.$/),
      has_error: true,
    });
    expect(changesIn(aws)).toHaveLength(3);
    expect(journalsIn(stateDir)).toHaveLength(1);
  });

  test('of which one row can be done types what that one change asks for', async ({ start, aws }) => {
    const [row] = keysOfNewUsers(aws, 1);
    const rows = [{ user: 'nobody', key: 'AKIANOBODYNOBODYNO01' }, row];
    const person = personWho.agrees();
    const server = await start({ person });
    expect((await server.call(TOOL, { rows, ...TURN_OFF })).summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(person.read[0]).toContain('Row 2 of a table: the only one that can be done');
    expect(person.read[0]).toContain('To agree, type the last four characters of the access key.');
  });

  test('is asked nothing when no row can be done', async ({ start, aws }) => {
    const person = personWho.agrees();
    const server = await start({ person });
    const rows = [
      { user: 'nobody', key: 'AKIANOBODYNOBODYNO01' },
      { user: 'a b', key: 'x' },
    ];
    const envelope = await server.call(TOOL, { rows, ...TURN_OFF });
    expect(envelope).toMatchObject({ error: 'RowsFailed: 2 of 2 rows did not succeed', summary: { failed: 2 } });
    expect(person.read).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('a person who does not agree to a table', () => {
  test.for([
    ['declines', personWho.declines, 'ApprovalDeclined'],
    ['closes the form', personWho.dismisses, 'ApprovalDismissed'],
  ] as const)('%s: nothing is changed, and no file is written', async ([, person, code], { start, aws, stateDir }) => {
    const server = await start({ person: person(), args: ['--approval-wait', '10'] });
    const table = { rows: keysOfNewUsers(aws, 3), ...TURN_OFF, output_file: 'out.csv' };
    const { error, result } = await server.call(TOOL, table);
    expect(error).toMatch(new RegExp(`^${code}: .*Nothing was changed\\.$`));
    expect(result).toBeNull();
    expect(changesIn(aws)).toEqual([]);
    expect(filesBelow(stateDir).filter((file) => !file.startsWith('requests/'))).toEqual(['audit.jsonl']);
  });
});

describe.concurrent('rows that render to the same call', () => {
  test('are done once, in the plan and at AWS, and the later ones say which row did it', async ({ start, aws }) => {
    const [a, b] = keysOfNewUsers(aws, 2);
    const person = personWho.agrees();
    const server = await start({ person });
    const rows = [a, b, { ...a, user: ` ${a?.user}`, more: 'x' }, b];
    const { result, summary, error } = await server.call(TOOL, { rows, ...TURN_OFF });
    expect(error).toBeNull();
    expect(summary).toMatchObject({ rows: 4, succeeded: 4, same_as_another: 2, changed: 2, already_so: 0 });
    const again = await server.call(TOOL, { rows: [a, b], ...TURN_OFF });
    expect(again.summary).toMatchObject({ succeeded: 2, changed: 0, already_so: 2 });
    expect((result as { same_as_row?: number }[]).map(({ same_as_row }) => same_as_row)).toEqual([
      undefined,
      undefined,
      1,
      2,
    ]);
    expect(person.read[0]).toContain('Turn off an access key: 2 rows');
    expect(changesIn(aws)).toHaveLength(4);
  });

  test('are not two keys for one user, of which nobody can tell whether both are wanted', async ({ start, aws }) => {
    const server = await start({ person: personWho.agrees() });
    const rows = [{ user: 'tom.okafor' }, { user: 'tom.okafor' }];
    const { error } = await server.call('create_access_key', { rows, user_name: '{{ user }}' });
    expect(error).toMatch(/^InvalidArguments: these rows change the same thing, once rendered: rows 1, 2; /);
    expect(changesIn(aws)).toEqual([]);
  });

  test('are refused together where the one call fails', async ({ start, aws }) => {
    const [a] = keysOfNewUsers(aws, 1);
    const server = await start({ person: personWho.agrees() });
    const nobody = { user: 'nobody', key: 'AKIANOBODYNOBODYNO01' };
    const { summary } = await server.call(TOOL, { rows: [nobody, a, nobody], ...TURN_OFF });
    expect(summary).toMatchObject({ rows: 3, succeeded: 1, failed: 2, same_as_another: 1 });
  });
});

describe.concurrent('rows that are the same change once rendered', () => {
  const refusal =
    /^InvalidArguments: these rows change the same thing, once rendered: rows 1, 3; .*Nothing was changed\.$/;

  test('are refused as a whole, naming the rows; the case of a user’s name makes no other', async ({ start, aws }) => {
    const [a, b] = keysOfNewUsers(aws, 2);
    const person = personWho.agrees();
    const server = await start({ person });
    const onAndOff = [a, b, a].map((row, index) => ({ ...row, status: index === 2 ? 'Active' : 'Inactive' }));
    const status = '{{ status }}';
    expect((await server.call(TOOL, { rows: onAndOff, ...TURN_OFF, status })).error).toMatch(refusal);
    const likeA = { ...a, user: ' LEAVER-001' };
    expect((await server.call(TOOL, { rows: [a, b, likeA], ...TURN_OFF })).error).toMatch(refusal);
    const users = ['Anna', 'tom.okafor', 'anna'].map((user) => ({ user }));
    aws.createUser('Anna');
    expect((await server.call('create_access_key', { rows: users, user_name: '{{ user }}' })).error).toMatch(refusal);
    expect(person.read).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('are those on two connections to one account, or by a role in it, too', async ({ start, aws, folder }) => {
    const [a, b] = keysOfNewUsers(aws, 2);
    const person = personWho.agrees();
    const server = await start({ ...twoConnections(folder, { prod: aws.endpoint, test: aws.endpoint }, aws), person });
    const rows = [a, b, a].map((row, index) => ({ ...row, where: index === 2 ? 'test' : 'prod', role: '' }));
    expect((await server.call(TOOL, { rows, ...TURN_OFF, connection: '{{ where }}' })).error).toMatch(refusal);
    const byRole = rows.map((row, index) => ({
      ...row,
      where: 'prod',
      role: index ? aws.company.responderRoleArn : '',
    }));
    const inRole = { rows: byRole, ...TURN_OFF, role_arn: '{{ role }}' };
    expect((await server.call(TOOL, inRole)).error).toMatch(refusal);
    expect(person.read).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('rows in two accounts', () => {
  test('are shown with theirs, and each goes to its own', async ({ start, aws, folder }) => {
    const other = await startRewritingProxy(aws.endpoint, (_, xml) => xml.replaceAll(aws.account, '444455556666'));
    const rows = keysOfNewUsers(aws, 4).map((row, index) => ({ ...row, where: index % 2 ? 'test' : 'prod' }));
    const person = personWho.agrees();
    const server = await start({
      ...twoConnections(folder, { prod: aws.endpoint, test: other.endpoint }, aws),
      person,
    });
    const envelope = await server.call(TOOL, { rows, ...TURN_OFF, connection: '{{ where }}' });
    expect(envelope.summary).toMatchObject({ succeeded: 4 });
    expect(person.read[0]).toMatch(/^ {2}2 rows \(1, 3\): account 111122223333, as .*, connection prod$/m);
    expect(person.read[0]).toMatch(/^ {2}2 rows \(2, 4\): account 444455556666, as .*, connection test$/m);
    // Each row by itself, too: on which account it is done is what a person has to see.
    expect(person.read[0]?.match(/^[ !] row \d · (111122223333 · prod|444455556666 · test) +· /gm)).toHaveLength(4);
    await server.stop();
    await other.close();
  });
});

describe.concurrent('facts that change while a person reads a table', () => {
  test('leave out the row that they belong to, and the others go on', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 3);
    const [, second] = rows;
    const person = personWho.typesAfter(() => turnOff(aws, second?.key ?? ''), '3');
    const server = await start({ person });
    const envelope = await server.call('delete_access_key', {
      rows,
      user_name: '{{ user }}',
      access_key_id: '{{ key }}',
      detail: 'full',
    });
    expect(envelope.summary).toEqual({ rows: 3, succeeded: 2, failed: 1, not_attempted: 0, now: NOW });
    expect(entriesOf(envelope)[1]).toMatchObject({
      result: null,
      error: expect.stringMatching(
        /^FactsChanged: .*Access key was '.*Active.*', is '.*Inactive.*Nothing was changed\.$/,
      ),
    });
    expect(changesIn(aws).map(({ parameters }) => parameters.UserName)).toEqual(['leaver-001', 'leaver-003']);
  });

  test('refuse the whole when no row is as it was', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 1);
    const [row] = rows;
    const person = personWho.typesAfter(() => turnOff(aws, row?.key ?? ''), row?.key.slice(-4) ?? '');
    const server = await start({ person });
    const { error } = await server.call('delete_access_key', {
      rows,
      user_name: '{{ user }}',
      access_key_id: '{{ key }}',
    });
    expect(error).toMatch(/^FactsChanged: .*Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('a dry run', () => {
  test('of changes asks nobody, changes nothing, writes nothing but what is refused, and tells what a person would read', async ({
    start,
    aws,
    stateDir,
  }) => {
    const [row, other] = keysOfNewUsers(aws, 2);
    const rows = [row, { user: 'nobody', key: 'AKIANOBODYNOBODYNO01' }, other];
    const person = personWho.agrees();
    const server = await start({ person, args: AUTO });
    const given = { rows, ...TURN_OFF, output_file: 'out.csv', dry_run: true };
    const dry = await server.call(TOOL, { ...given, detail: 'full' });
    expect(dry.summary).toEqual({ rows: 3, succeeded: 2, failed: 1, not_attempted: 0, now: NOW });
    expect(entriesOf(dry)[0]).toEqual({
      input: row,
      result: null,
      error: null,
      has_error: false,
      dry_run: {
        arguments: { connection: 'default', user_name: row?.user, access_key_id: row?.key, status: 'Inactive' },
        title: 'Turn off an access key',
        account: aws.account,
        caller: expect.stringContaining('incident-responder'),
        facts: expect.objectContaining({ 'Access key': expect.stringMatching(/Active; .*last use: never/) }),
        effect: expect.stringContaining('stops working'),
        warnings: [
          "requests go to an endpoint that is not AWS's own",
          "it is the user's only active key: whatever signs as this user stops working",
        ],
      },
    });
    expect(entriesOf(dry)[1]).toMatchObject({ result: null, error: expect.stringMatching(/^NoSuchEntity/) });
    expect(person.read).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
    expect(aws.log.filter(({ operation }) => !/^(Get|List)/.test(operation))).toEqual([]);
    expect(filesBelow(stateDir)).toEqual(['audit.jsonl']);
    expect(auditOf(stateDir)).toMatchObject([{ event: 'refused', count: 1, rows: [{ number: 2 }] }]);
  });

  test('of reads sends nothing', async ({ start, aws }) => {
    const server = await start();
    const dry = await server.call('list_access_keys', {
      rows: [{ u: 'Ann' }, { u: 'a b' }],
      user_name: '{{ u | lower }}',
      dry_run: true,
      detail: 'full',
    });
    expect(dry.result).toEqual([
      {
        input: { u: 'Ann' },
        error: null,
        has_error: false,
        dry_run: { arguments: { connection: 'default', user_name: 'ann' } },
      },
      { input: { u: 'a b' }, error: expect.stringMatching(/^InvalidArguments: /), has_error: true },
    ]);
    expect(aws.log).toEqual([]);
  });

  test('without a table tells the same of one call', async ({ start, aws }) => {
    const [row] = keysOfNewUsers(aws, 1);
    const server = await start();
    const single = { user_name: row?.user, access_key_id: row?.key, status: 'Inactive', dry_run: true };
    expect(await server.call(TOOL, single)).toMatchObject({
      result: null,
      error: null,
      dry_run: { arguments: { user_name: row?.user }, title: 'Turn off an access key' },
    });
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('new keys for the rows of a table', () => {
  const users = ['tom.okafor', 'priya.nair'].map((user) => ({ user }));
  const table = { rows: users, user_name: '{{ user }}', output_file: 'keys.jsonl' };

  test('have their secrets in a file each, which their rows name', async ({ start, aws, stateDir }) => {
    const secrets = ['planted/Secret+0123456789abcdefghijABCDE', 'planted/Secret+ABCDE0123456789abcdefghij'];
    for (const secret of secrets) aws.plantSecret(secret);
    const server = await start({ person: personWho.agrees() });
    const envelope = await server.call('create_access_key', table);
    expect(envelope.files).toEqual([{ name: 'keys.jsonl', entries: 2 }]);
    for (const [index, { result }] of entriesOf(envelope).entries()) {
      const made = result as { AccessKey: { AccessKeyId: string }; SecretFile: string };
      const { AccessKeyId } = made.AccessKey;
      expect(made.SecretFile).toBe(path.join(stateDir, 'keys', `${AccessKeyId}.csv`));
      const text = readFileSync(made.SecretFile, 'utf8');
      expect(secrets.some((secret) => text.includes(secret))).toBe(true);
      expect(aws.key(AccessKeyId)?.userName).toBe(users[index]?.user);
    }
    await server.stop();
    for (const secret of secrets) {
      expect(server.streams.stdout).not.toContain(secret);
      const holding = filesBelow(stateDir).filter((file) =>
        readFileSync(path.join(stateDir, file), 'utf8').includes(secret),
      );
      expect(holding).toEqual([expect.stringMatching(/^keys\/AKIA\w+\.csv$/)]);
    }
  });

  test('under --secrets inline are in the result and in its file, which is marked, and not in the journal', async ({
    start,
    aws,
    stateDir,
  }) => {
    const secret = 'planted/Secret+0123456789abcdefghijABCDE';
    aws.plantSecret(secret);
    const server = await start({ person: personWho.agrees(), args: ['--secrets', 'inline', '--log-level', 'debug'] });
    const envelope = await server.call('create_access_key', table);
    expect(JSON.stringify(envelope.result)).toContain(secret);
    expect(envelope.files).toEqual([{ name: 'keys.jsonl', entries: 2, holds_secrets: true }]);
    expect(envelope.warnings).toContain('The files named have secret access keys in them: guard them.');
    expect(JSON.stringify(linesOfFile(stateDir, 'keys.jsonl'))).toContain(secret);
    await server.stop();
    const holding = filesBelow(stateDir).filter((file) =>
      readFileSync(path.join(stateDir, file), 'utf8').includes(secret),
    );
    expect(holding).toEqual(['files/keys.jsonl']);
    expect(statSync(path.join(stateDir, 'files', 'keys.jsonl')).mode & 0o777).toBe(0o600);
    expect(journalsIn(stateDir)).toHaveLength(1);
  });
});
