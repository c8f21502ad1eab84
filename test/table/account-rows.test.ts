// Tables of the account's own, in one process against the sandbox. Approvals over both eras are in test/through-mcp.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { callAction } from '../../src/call.ts';
import type { Program } from '../../src/calls/program.ts';
import { MfaCodeNeeded } from '../../src/iam/mfa.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { type Arguments, aHost, call, openProgram } from '../actions/program.ts';
import { startRewritingProxy } from '../e2e/rewriting-proxy.ts';
import { openSandboxed } from '../iam/sandboxed.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const USERS = 'iam://users';
const REPORT = 'iam://credential-report';
const KEYS_OF_ALL = { rows_file: USERS, user_name: '{{ UserName }}' };
const KEYS_OF_REPORT = { rows_file: REPORT, user_name: "{{ 'ci-deploy' if user == '<root_account>' else user }}" };
const HOUR_MS = 60 * 60 * 1000;

const open = (options: SandboxOptions & { settings?: Parameters<typeof openProgram>[1] } = {}) =>
  openSandboxed({ reportSeconds: 0, ...options });

interface Entry {
  input: Record<string, unknown>;
}
const inputsOf = ({ result }: { result: unknown }) => (result as Entry[]).map(({ input }) => input);

describe('the users of the account', () => {
  it('are rows, with what AWS says of each, and null for what it does not', async () => {
    const { call } = await open();
    const envelope = await call('list_access_keys', { ...KEYS_OF_ALL, dry_run: true, detail: 'full' });
    expect(envelope.error).toBeNull();
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    const rows = inputsOf(envelope);
    expect(rows).toHaveLength(7);
    expect(rows).toContainEqual({ UserName: 'maria.lindqvist', Path: '/', CreateDate: date, PasswordLastUsed: date });
    expect(rows).toContainEqual({
      UserName: 'backup-runner',
      Path: '/service/',
      CreateDate: date,
      PasswordLastUsed: null,
    });
  });

  it('are read from all pages, empty ones too, and while AWS throttles', async () => {
    const { sandbox, call, arrived } = await open({ pageSize: 3, emptyPages: true });
    sandbox.order({
      operation: 'ListUsers',
      fault: { kind: 'error', status: 400, code: 'Throttling', message: 'slow' },
    });
    const { summary, error } = await call('list_access_keys', { ...KEYS_OF_ALL, with_last_used: true });
    expect({ error, summary }).toMatchObject({ error: null, summary: { rows: 7, succeeded: 7 } });
    expect(arrived('ListUsers')).toBe(7);
    expect(arrived('GetAccessKeyLastUsed')).toBe(7);
  });

  it('that are as many as are taken are taken, and one more is not', async () => {
    const { sandbox, call } = await open({ settings: { maxRows: 7 } });
    expect((await call('list_access_keys', KEYS_OF_ALL)).error).toBeNull();
    sandbox.createUser('one.more');
    expect((await call('list_access_keys', KEYS_OF_ALL)).error).toBe(
      'InvalidArguments: iam://users has more than 7 rows, and at most 7 are taken: narrow it by where, or let the operator raise --max-rows',
    );
  });

  it('of a change are limited as the rows of a change are', async () => {
    const { call, arrived } = await open({ settings: { maxChangeRows: 3 } });
    const { error } = await call('create_access_key', KEYS_OF_ALL);
    expect(error).toMatch(/^InvalidArguments: .*more than 3 rows.*--max-change-rows\. Nothing was changed\.$/);
    expect(arrived('CreateAccessKey')).toBe(0);
  });

  it('may be what a change is made of', async () => {
    const { sandbox, call } = await open();
    const { summary } = await call('create_access_key', KEYS_OF_ALL);
    // Who has two keys gets no third one.
    expect(summary).toMatchObject({ rows: 7, succeeded: 6, failed: 1 });
    expect(sandbox.keysOf('tom.okafor')).toHaveLength(1);
  });

  it('are read anew by each call', async () => {
    const { sandbox, call } = await open();
    await call('list_access_keys', KEYS_OF_ALL);
    sandbox.createUser('one.more');
    expect((await call('list_access_keys', KEYS_OF_ALL)).summary).toMatchObject({ rows: 8 });
  });
});

describe('the credential report', () => {
  it('is generated where there is none, waited for with progress, and has no text where there is no value', async () => {
    const { program, arrived } = await open({ reportSeconds: 0.2 });
    const told: string[] = [];
    const host = aHost({ onProgress: (message) => told.push(message) });
    const envelope = await call(
      program,
      'list_access_keys',
      { ...KEYS_OF_REPORT, dry_run: true, detail: 'full' },
      host,
    );
    const [root, ...users] = inputsOf(envelope);
    expect(root).toMatchObject({
      user: '<root_account>',
      password_enabled: null,
      password_last_used: null,
      mfa_active: true,
      access_key_1_active: false,
      access_key_1_last_used_date: null,
    });
    expect(users.find(({ user }) => user === 'maria.lindqvist')).toMatchObject({
      access_key_1_active: false,
      access_key_2_active: true,
      access_key_2_last_used_service: 's3',
      cert_1_last_rotated: null,
    });
    expect(told[0]).toBe('AWS generates the credential report of this account (0 s)');
    expect(arrived('GenerateCredentialReport')).toBeGreaterThan(1);
  });

  it('that is there already is taken without being generated', async () => {
    const { call, arrived } = await open();
    await call('list_access_keys', KEYS_OF_REPORT);
    const generated = arrived('GenerateCredentialReport');
    expect((await call('list_access_keys', KEYS_OF_REPORT)).error).toBeNull();
    expect(arrived('GenerateCredentialReport')).toBe(generated);
  });

  it('that has expired is generated anew', async () => {
    let now = new Date();
    const { call, arrived } = await open({ now: () => now });
    await call('list_access_keys', KEYS_OF_REPORT);
    const generated = arrived('GenerateCredentialReport');
    now = new Date(now.getTime() + 5 * HOUR_MS);
    expect((await call('list_access_keys', KEYS_OF_REPORT)).error).toBeNull();
    expect(arrived('GenerateCredentialReport')).toBeGreaterThan(generated);
  });

  it("is taken where AWS has no newer one, although this machine's clock finds it old", async () => {
    const past = new Date(Date.now() - 24 * HOUR_MS);
    const { call, arrived } = await open({ now: () => past });
    for (const generated of [2, 3]) {
      expect((await call('list_access_keys', KEYS_OF_REPORT)).error).toBeNull();
      expect(arrived('GenerateCredentialReport')).toBe(generated);
    }
  });

  it('is not waited for any longer when the call is cancelled', async () => {
    const { program, sandbox } = await open({ reportSeconds: 3600 });
    const cancelling = new AbortController();
    const host = aHost({ signal: cancelling.signal, onProgress: () => cancelling.abort() });
    const envelope = await call(program, 'list_access_keys', KEYS_OF_REPORT, host);
    expect(envelope).toMatchObject({ result: null, has_error: true });
    expect(sandbox.log.map(({ operation }) => operation)).toEqual(['GetCredentialReport', 'GenerateCredentialReport']);
  });

  it("is not waited for beyond the table's time", async () => {
    const { call } = await open({ reportSeconds: 3600, settings: { tableTimeout: 0.5 } });
    expect((await call('list_access_keys', KEYS_OF_REPORT)).error).toBe(
      'Timeout: iam://credential-report was not read within the time allowed for a table (--table-timeout)',
    );
  });

  it('that is broken is an error, and no guess', async () => {
    const { sandbox, call } = await throughProxy((operation, xml) =>
      operation === 'GetCredentialReport'
        ? xml.replace(/<Content>[^<]*/, `<Content>${Buffer.from('user,arn\na,b,c').toString('base64')}`)
        : xml,
    );
    expect((await call('list_access_keys', KEYS_OF_REPORT)).error).toBe(
      'BadResponse: iam://credential-report cannot be read: the credential report that came back cannot be read: its lines have not all as many values as its header',
    );
    expect(sandbox.log.some(({ operation }) => operation === 'ListAccessKeys')).toBe(false);
  });
});

async function throughProxy(rewrite: (operation: string, xml: string) => string) {
  const sandbox = await aSandbox({ reportSeconds: 0 });
  const aws = await startRewritingProxy(sandbox.endpoint, rewrite);
  onTestFinished(() => aws.close());
  const program = openProgram({ sandbox: { ...sandbox, endpoint: aws.endpoint } });
  return { sandbox, call: (tool: string, given: Arguments) => call(program, tool, given) };
}

describe('a table of the account', () => {
  it.each([
    [USERS, 'ListUsers'],
    [REPORT, 'GetCredentialReport'],
    [REPORT, 'GenerateCredentialReport'],
  ])('%s names %s where its permission is missing', async (rows_file, operation) => {
    const { sandbox, call } = await open();
    sandbox.deny(`iam:${operation}`);
    const { error } = await call('list_access_keys', { rows_file, user_name: 'ci-deploy' });
    expect(error).toMatch(
      new RegExp(`^AccessDenied: ${rows_file} cannot be read: .*the permission iam:${operation} is missing`),
    );
  });

  it('names the permission although the endpoint does not', async () => {
    const { sandbox, call } = await open();
    sandbox.order({
      operation: 'ListUsers',
      fault: { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' },
    });
    expect((await call('list_access_keys', KEYS_OF_ALL)).error).toBe(
      'AccessDenied: iam://users cannot be read: no: the permission iam:ListUsers is missing',
    );
  });

  it.each([
    [USERS, 'ListUsers'],
    [REPORT, 'GetCredentialReport'],
    [REPORT, 'GenerateCredentialReport'],
  ])('%s says that a stand-in for AWS lacks %s', async (rows_file, operation) => {
    const { sandbox, call } = await open();
    const fault = { kind: 'error', status: 400, code: 'InvalidAction', message: 'Could not find it.' } as const;
    sandbox.order({ operation, fault });
    expect((await call('list_access_keys', { rows_file, user_name: 'ci-deploy' })).error).toBe(
      `InvalidAction: ${rows_file} cannot be read: this endpoint does not have ${operation} (Could not find it.)`,
    );
  });

  it.each(['iam://files/users.csv', 'iam://policies', 'iam://', 'IAM:users', 'iam://../users'])(
    'that is called %s there is not: the error names those that there are',
    async (rows_file) => {
      const { call, sandbox } = await open();
      expect((await call('list_access_keys', { rows_file, user_name: 'x' })).error).toBe(
        `InvalidArguments: rows_file: there is no '${rows_file}'; the account's own tables are iam://users and iam://credential-report, and a file goes by its name alone`,
      );
      expect(sandbox.log).toEqual([]);
    },
  );

  it.each([
    ['connection', { connection: '{{ UserName }}' }],
    ['role_arn', { role_arn: 'arn:aws:iam::111122223333:role/{{ UserName }}' }],
  ])('takes no template over its rows as %s', async (field, more) => {
    const { call, sandbox } = await open();
    const { error } = await call('list_access_keys', { ...KEYS_OF_ALL, ...more });
    expect(error).toMatch(
      new RegExp(`^InvalidArguments: ${field}: .*iam://users is read with it, before there are rows`),
    );
    expect(sandbox.log).toEqual([]);
  });

  it.each([
    ['a field that there is not', { ...KEYS_OF_ALL, nope: 1 }, /'nope' is no field/],
    ['a field that is missing', { rows_file: USERS }, /user_name: is required/],
    ['a connection that there is not', { ...KEYS_OF_ALL, connection: 'nope' }, /nope/],
    ['what is no role', { ...KEYS_OF_ALL, role_arn: 'nope' }, /role_arn: 'nope' is not a role's ARN/],
    ['a file of another ending to write to', { ...KEYS_OF_ALL, output_file: 'x.exe' }, /output_file/],
  ])('is not read for a call with %s', async (_, given, why) => {
    const { call, sandbox } = await open();
    expect((await call('list_access_keys', given)).error).toMatch(why);
    expect(sandbox.log).toEqual([]);
  });

  it('is read as the role that the reference values of its connection give, and so are its rows', async () => {
    const sandbox = await aSandbox();
    const program = openProgram({
      sandbox,
      referenceValues: { role: 'responder', Path: 'a column has this name, too' },
    });
    const role_arn = 'arn:aws:iam::111122223333:role/{{ role }}';
    const { error } = await call(program, 'list_access_keys', { ...KEYS_OF_ALL, role_arn });
    expect(error).toBeNull();
    const callers = sandbox.log.filter(({ operation }) => operation.startsWith('List')).map(({ caller }) => caller);
    expect(new Set(callers)).toEqual(new Set(['arn:aws:sts::111122223333:assumed-role/responder/aws-iam-mcp']));
  });

  it('does not go to another role for a column that is called as a reference value is', async () => {
    const sandbox = await aSandbox();
    const program = openProgram({ sandbox, referenceValues: { UserName: 'responder' } });
    const role_arn = 'arn:aws:iam::111122223333:role/{{ UserName }}';
    await call(program, 'list_access_keys', { ...KEYS_OF_ALL, role_arn });
    const roles = sandbox.log
      .filter(({ operation }) => operation === 'AssumeRole')
      .map(({ parameters }) => parameters.RoleArn);
    expect(new Set(roles)).toEqual(new Set(['arn:aws:iam::111122223333:role/responder']));
  });

  it('has no row that a secret of this program is in', async () => {
    const { program, sandbox, call } = await open();
    sandbox.createUser('a-secret-that-is-also-a-name');
    program.redactor.register('a-secret-that-is-also-a-name');
    const { result, summary } = await call('list_access_keys', KEYS_OF_ALL);
    expect(summary).toMatchObject({ failed: 1 });
    expect(JSON.stringify(result)).not.toContain('a-secret-that-is-also-a-name');
  });

  it('is not read for a change where the connection is for reading only', async () => {
    const sandbox = await aSandbox();
    const program = openProgram({ sandbox, readOnly: true });
    expect((await call(program, 'create_access_key', KEYS_OF_ALL)).error).toMatch(/^ReadOnly/);
    expect(sandbox.log).toEqual([]);
  });

  it('is not read as a role that nobody can be asked for', async () => {
    const { call, sandbox } = await open();
    const role_arn = 'arn:aws:iam::999988887777:role/helper';
    expect((await call('list_access_keys', { ...KEYS_OF_ALL, role_arn })).error).toMatch(/^Refused: role_arn: /);
    expect(sandbox.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });

  it('asks for the code of an MFA device before it is read', async () => {
    const { program, sandbox } = await open();
    const accounts = withMfa(program.accounts);
    const context = { action: listAccessKeys, program: { ...program, accounts } };
    const asked = await callAction(KEYS_OF_ALL, { ...context, host: aHost({ mfaCode: () => undefined }) });
    expect(asked).toEqual({ ask: 'mfa', devices: ['mfa/ana'] });
    expect(sandbox.log).toEqual([]);
    const answered = await callAction(KEYS_OF_ALL, { ...context, host: aHost({ mfaCode: () => '123456' }) });
    expect(answered).toMatchObject({ error: null, summary: { rows: 7 } });
  });

  it('can be taken up by resume', async () => {
    const { sandbox, call } = await open();
    const given = { ...KEYS_OF_ALL, rows_file: USERS };
    const fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'later' } as const;
    sandbox.order({ operation: 'CreateAccessKey', fault });
    const first = await call('create_access_key', given);
    expect(first.summary).toMatchObject({ succeeded: 5, failed: 2 });
    const second = await call('create_access_key', { ...given, resume: true });
    expect(second.summary).toMatchObject({ succeeded: 6, failed: 1 });
    expect(sandbox.keysOf('tom.okafor')).toHaveLength(1);
  });

  it('leaves no timer behind where it cannot be read', async () => {
    const { sandbox, call } = await open();
    sandbox.deny('iam:ListUsers');
    const clear = vi.spyOn(globalThis, 'clearTimeout');
    onTestFinished(() => clear.mockRestore());
    const set = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => set.mockRestore());
    await call('list_access_keys', KEYS_OF_ALL);
    const tableTimers = set.mock.results.filter((_, index) => set.mock.calls[index]?.[1] === 900_000);
    expect(tableTimers.length).toBeGreaterThan(0);
    const cleared = new Set(clear.mock.calls.map(([timer]) => timer));
    expect(tableTimers.every(({ value }) => cleared.has(value))).toBe(true);
  });
});

/** As accounts are whose credentials take a code. */
function withMfa(accounts: Program['accounts']): Program['accounts'] {
  const wrapped = Object.create(accounts) as Program['accounts'];
  wrapped.open = (connection, options) => {
    if (options.mfaCode?.('mfa/ana') === undefined) return Promise.reject(new MfaCodeNeeded(['mfa/ana']));
    return accounts.open(connection, options);
  };
  return wrapped;
}
