// What a connection depends on is seen afresh by each call: files that were rewritten, credentials that AWS no longer
// takes, a person's MFA code.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { Accounts } from '../../src/iam/account.ts';
import type { AskForMfaCode } from '../../src/iam/credentials.ts';
import { configuredEndpoint } from '../../src/iam/endpoints.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type ConnectionInTest, call, connectionTo, openProgram, temporaryFolder } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { stsClient } from '../sandbox/clients.ts';
import { useEmptyHome } from './aws-home.ts';

const LIST = { user_name: 'ci-deploy' };
const OPERATOR = 'arn:aws:iam::111122223333:user/incident-responder';
const TOM = 'arn:aws:iam::111122223333:user/tom.okafor';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/responder/test';
let sandbox: Sandbox;
let clock: { now: Date };

beforeEach(async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  clock = { now: new Date() };
  sandbox = await aSandbox({ now: () => clock.now });
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

function section(name: string, { accessKeyId, secretAccessKey, sessionToken }: Keys): string {
  const token = sessionToken === undefined ? '' : `aws_session_token = ${sessionToken}\n`;
  return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n${token}`;
}

function openWith(connection: ConnectionInTest = {}, variables: Record<string, string> = {}) {
  const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint, ...variables });
  const program = openProgram(connection);
  return {
    files,
    program,
    list: (more: { role_arn?: string } = {}) => call(program, 'list_access_keys', { ...LIST, ...more }),
  };
}

/** A session of the role responder, as another program may have got it. */
async function newSession(): Promise<Keys> {
  const input = { RoleArn: sandbox.company.responderRoleArn, RoleSessionName: 'test', DurationSeconds: 900 };
  const { Credentials: keys } = await stsClient(sandbox).send(new AssumeRoleCommand(input));
  return {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    sessionToken: keys?.SessionToken,
  };
}

const lastCaller = () => sandbox.log.at(-1)?.caller;

describe('the credentials file', () => {
  it.each([
    ['', {}],
    [' of a connection with a region of its own', { region: 'us-east-1' }],
  ])('with another key in it is seen by the next call%s', async (_, more) => {
    const { files, list } = openWith({ profile: 'prod', ...more });
    files.credentials(section('prod', sandbox.credentials));
    expect((await list()).error).toBeNull();
    expect(lastCaller()).toBe(OPERATOR);
    files.credentials(section('prod', sandbox.createKey('tom.okafor')));
    expect((await list()).error).toBeNull();
    expect(lastCaller()).toBe(TOM);
  });

  it('with a wrong secret that is put right, nothing else in it changed, is seen by the next call', async () => {
    const { files, list } = openWith();
    const { secretAccessKey } = sandbox.credentials;
    const wrong = `${secretAccessKey.slice(0, -1)}${secretAccessKey.endsWith('A') ? 'B' : 'A'}`;
    files.credentials(section('default', { ...sandbox.credentials, secretAccessKey: wrong }));
    const { error } = await list();
    expect(error).toMatch(/^SignatureDoesNotMatch: .*check the secret key of this connection$/);
    expect(error).not.toContain(wrong);
    files.credentials(section('default', sandbox.credentials));
    expect((await list()).error).toBeNull();
  });

  it.each(['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE'])('is watched where %s says it is', async (variable) => {
    const file = path.join(temporaryFolder(), 'aws');
    const profile = variable === 'AWS_CONFIG_FILE' ? 'profile prod' : 'prod';
    const { list } = openWith({ profile: 'prod' }, { [variable]: file });
    expect((await list()).error).toMatch(/^NoCredentials: /);
    writeFileSync(file, section(profile, sandbox.credentials));
    await list();
    expect(lastCaller()).toBe(OPERATOR);
    writeFileSync(file, section(profile, sandbox.createKey('tom.okafor')));
    await list();
    expect(lastCaller()).toBe(TOM);
  });

  it('that cannot even be looked for is one that is not there', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { list } = openWith({ profile: 'prod' }, { AWS_CONFIG_FILE: path.join(file, 'config') });
    expect((await list()).error).toBe("NoCredentials: profile 'prod' is not in the AWS config files; there are none");
  });

  it('rewritten while a call is under way changes nothing for that call', async () => {
    const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
    files.credentials(section('default', sandbox.credentials));
    const { open, signal } = openAccounts();
    const account = await open();
    files.credentials(section('default', sandbox.createKey('tom.okafor')));
    await account.send('ListAccessKeys', { UserName: 'ci-deploy' }, signal);
    expect(lastCaller()).toBe(OPERATOR);
    await (await open()).send('ListAccessKeys', { UserName: 'ci-deploy' }, signal);
    expect(lastCaller()).toBe(TOM);
  });

  it('is nothing to a connection that has keys of its own', async () => {
    const { files, list } = openWith({ region: 'us-east-1', credentials: { from: 'keys', ...sandbox.credentials } });
    files.credentials(section('default', sandbox.createKey('tom.okafor')));
    await list();
    files.credentials('');
    await list();
    expect(sandbox.log.map(({ caller }) => caller)).toEqual([OPERATOR, OPERATOR]);
  });
});

describe('the endpoint in the config file', () => {
  it('is seen by the next call once it is another', async () => {
    const files = useEmptyHome({ AWS_PROFILE: 'prod' });
    files.credentials(section('prod', sandbox.credentials));
    const program = openProgram({ region: 'us-east-1' });
    const list = () => call(program, 'list_access_keys', LIST);
    files.config('[profile prod]\nendpoint_url = http://127.0.0.1:1\n');
    expect((await list()).error).toMatch(/^NetworkError: nothing answers at 127\.0\.0\.1:1/);
    files.config(`[profile prod]\nendpoint_url = ${sandbox.endpoint}\n`);
    expect((await list()).error).toBeNull();
  });
});

describe('the endpoint of a profile', () => {
  it("is the one of the connection's own profile, not of the default one", async () => {
    const files = useEmptyHome();
    files.credentials(section('prod', sandbox.credentials));
    files.config(`[default]\nendpoint_url = http://127.0.0.1:1\n[profile prod]\nendpoint_url = ${sandbox.endpoint}\n`);
    const { error } = await call(openProgram({ profile: 'prod', region: 'us-east-1' }), 'list_access_keys', LIST);
    expect(error).toBeNull();
  });

  it('is where the doctor and the plan say that it is', async () => {
    const files = useEmptyHome();
    files.config(`[profile prod]\nendpoint_url = ${sandbox.endpoint}\n`);
    const program = openProgram({ profile: 'prod', region: 'us-east-1' });
    const [connection] = program.connections.values();
    expect(connection && (await program.accounts.place(connection)).endpoint).toBe(sandbox.endpoint);
  });

  it('may be given for a service alone, and be switched off', async () => {
    const files = useEmptyHome();
    files.credentials(section('prod', sandbox.credentials));
    const services = `[services local]\niam =\n  endpoint_url = ${sandbox.endpoint}\n`;
    files.config(`[profile prod]\nservices = local\n${services}`);
    const { error } = await call(openProgram({ profile: 'prod', region: 'us-east-1' }), 'list_access_keys', LIST);
    expect(error).toBeNull();
    expect(await configuredEndpoint('STS', 'prod')).toBeUndefined();
    files.config(`[profile prod]\nservices = local\nignore_configured_endpoint_urls = true\n${services}`);
    expect(await configuredEndpoint('IAM', 'prod')).toBeUndefined();
  });
});

describe('the region in the config file', () => {
  it('is seen by the next call once it is put right', async () => {
    const { files, list } = openWith({ profile: 'prod' });
    files.credentials(section('prod', sandbox.credentials));
    files.config('[profile prod]\nregion = eu-nowhere-1\n');
    expect((await list()).error).toMatch(/^InvalidArguments: 'eu-nowhere-1' is not a region that this program knows/);
    expect(sandbox.log).toEqual([]);
    files.config('[profile prod]\nregion = eu-north-1\n');
    // The sandbox admits one region only, and says so: this is how it looks that the new one was used.
    expect((await list()).error).toMatch(/^SignatureDoesNotMatch: .*valid region/);
    files.config('[profile prod]\nregion = us-east-1\n');
    expect((await list()).error).toBeNull();
  });

  it('decides on the partition, also for a connection that has keys of its own', async () => {
    const { files, list } = openWith({ credentials: { from: 'keys', ...sandbox.credentials } });
    files.config('[default]\nregion = cn-north-1\n');
    const role_arn = sandbox.company.responderRoleArn;
    expect((await list({ role_arn })).error).toMatch(/^InvalidArguments: role_arn: .* region is in aws-cn$/);
    files.config('[default]\nregion = us-east-1\n');
    expect((await list({ role_arn })).error).toBeNull();
  });

  it("gives way to AWS_REGION, and both to the connection's own", async () => {
    const { files, program, list } = openWith({ credentials: { from: 'keys', ...sandbox.credentials } });
    files.config('[default]\nregion = cn-north-1\n');
    vi.stubEnv('AWS_REGION', 'us-gov-west-1');
    const role_arn = 'arn:aws-iso:iam::111122223333:role/responder';
    expect((await list({ role_arn })).error).toMatch(/region is in aws-us-gov$/);
    const own = openProgram({ ...program.connections.get('default'), region: 'eusc-de-east-1' });
    expect((await call(own, 'list_access_keys', { ...LIST, role_arn })).error).toMatch(/region is in aws-eusc$/);
  });
});

describe('credentials that AWS no longer takes, though nobody said that they would end', () => {
  /** A profile whose keys come from a program, which prints what `give` was given last. */
  function openWithProcess(connection: ConnectionInTest = {}) {
    const opened = openWith({ profile: 'prod', ...connection });
    const printed = path.join(temporaryFolder(), 'printed.json');
    opened.files.config(`[profile prod]\ncredential_process = cat ${printed}\n`);
    const give = ({ accessKeyId, secretAccessKey, sessionToken }: Keys) => {
      const keys = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken };
      writeFileSync(printed, JSON.stringify({ Version: 1, ...keys }));
    };
    return { ...opened, give };
  }

  it('end with ExpiredToken once, and the next call has found new ones', async () => {
    const { give, list } = openWithProcess();
    give(await newSession());
    expect((await list()).error).toBeNull();
    clock.now = new Date(clock.now.getTime() + 16 * 60_000);
    give(await newSession());
    expect((await list()).error).toBe(
      'ExpiredToken: The security token included in the request is expired: the session of this connection has ended; ' +
        'sign in again',
    );
    expect((await list()).error).toBeNull();
    expect(lastCaller()).toBe(SESSION);
  });

  it('end with InvalidClientTokenId once, where the key is gone, and the next call has found new ones', async () => {
    const { give, list } = openWithProcess();
    give({ accessKeyId: 'AKIAGONEGONEGONE0001', secretAccessKey: 'of-a-key-that-is-gone' });
    expect((await list()).error).toMatch(/^InvalidClientTokenId: /);
    give(sandbox.credentials);
    expect((await list()).error).toBeNull();
  });

  it.each([
    ['asked for', (roleArn: string) => [{}, { role_arn: roleArn }] as const],
    ['of the connection', (roleArn: string) => [{ role: { arn: roleArn } }, {}] as const],
  ])('are found anew, too, after a role %s could not be assumed with them', async (_, how) => {
    const [connection, given] = how(sandbox.company.responderRoleArn);
    const { give, list } = openWithProcess(connection);
    give({ accessKeyId: 'AKIAGONEGONEGONE0001', secretAccessKey: 'of-a-key-that-is-gone' });
    expect((await list(given)).error).toMatch(/^InvalidClientTokenId: /);
    give(sandbox.credentials);
    expect((await list(given)).error).toBeNull();
    expect(lastCaller()).toBe('arn:aws:sts::111122223333:assumed-role/responder/aws-iam-mcp');
  });

  it('are looked for once only by calls that come at once', async () => {
    const { give, list } = openWithProcess();
    give(sandbox.credentials);
    await Promise.all(Array.from({ length: 20 }, () => list()));
    give({ accessKeyId: 'AKIAGONEGONEGONE0001', secretAccessKey: 'of-a-key-that-is-gone' });
    // What was found once is kept while AWS takes it.
    await list();
    expect(sandbox.log.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
  });
});

function openAccounts(connection: ConnectionInTest = {}) {
  const secrets: (string | undefined)[] = [];
  const accounts = new Accounts({
    timeouts: { connect: 10_000, answer: 20_000 },
    concurrency: 8,
    allowUnknownRegion: false,
    redactor: { register: (secret) => void secrets.push(secret), text: (text) => text },
    recordRole: () => () => {},
  });
  const { signal } = new AbortController();
  const target = connectionTo(connection);
  const open = (askForMfaCode?: AskForMfaCode) => accounts.open(target, { signal, askForMfaCode });
  return { open, signal, secrets };
}

describe('a profile with an MFA device', () => {
  const DEVICE = 'arn:aws:iam::111122223333:mfa/me';

  function openWithDevice() {
    const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
    files.credentials(section('base', sandbox.credentials));
    files.config(
      `[profile admin]\nrole_arn = ${sandbox.company.responderRoleArn}\nsource_profile = base\nmfa_serial = ${DEVICE}\n`,
    );
    return openAccounts({ profile: 'admin' });
  }

  it('asks a person once for the code of that device, and the code reaches AWS', async () => {
    const { open, signal } = openWithDevice();
    const ask = vi.fn(async () => '123456');
    const account = await open(ask);
    expect(await account.identity(signal)).toMatchObject({ arn: expect.stringMatching(/responder\/aws-iam-mcp$/) });
    await open(ask);
    await Promise.all(Array.from({ length: 10 }, () => open(ask)));
    expect(ask.mock.calls).toEqual([[DEVICE]]);
    expect(sandbox.log.filter(({ operation }) => operation === 'AssumeRole')).toMatchObject([
      { parameters: { SerialNumber: DEVICE, TokenCode: '123456' } },
    ]);
  });

  it('asks once for all calls that come at once', async () => {
    const { open } = openWithDevice();
    const ask = vi.fn(async () => '123456');
    await Promise.all(Array.from({ length: 10 }, () => open(ask)));
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('asks again after AWS took the code for wrong', async () => {
    const { open } = openWithDevice();
    const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';
    sandbox.order({ operation: 'AssumeRole', fault: { kind: 'error', status: 403, code: 'AccessDenied', message } });
    const ask = vi.fn(async () => '000000');
    await expect(open(ask)).rejects.toThrow('invalid MFA one time pass code');
    await open(ask);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is given up as the person gave it up, and the next call asks again', async () => {
    const { open } = openWithDevice();
    const dismissed = new CallError('NoCredentials', 'the form for the MFA code was dismissed');
    await expect(open(() => Promise.reject(dismissed))).rejects.toBe(dismissed);
    expect(sandbox.log).toEqual([]);
    await open(async () => '123456');
  });

  it('without a way to ask is NoCredentials with another way, and works once there is one', async () => {
    const { open } = openWithDevice();
    await expect(open()).rejects.toMatchObject({
      code: 'NoCredentials',
      message: expect.stringMatching(/^profile 'admin' asks for an MFA code, .*aws sts get-session-token/),
    });
    expect(sandbox.log).toEqual([]);
    await open(async () => '123456');
  });

  it('registers the secrets of its session', async () => {
    const { open, secrets } = openWithDevice();
    await open(async () => '123456');
    expect(secrets).toContain(sandbox.credentials.secretAccessKey);
    expect(secrets.filter((secret) => (secret?.length ?? 0) > 100)).toHaveLength(1);
  });
});
