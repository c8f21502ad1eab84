// What a connection depends on is seen afresh by each call: files that were rewritten, credentials that AWS no longer
// takes, a person's MFA code.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { Accounts } from '../../src/iam/account.ts';
import { configuredEndpoint } from '../../src/iam/endpoints.ts';
import { type MfaCode, MfaCodeNeeded } from '../../src/iam/mfa.ts';
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
  const open = (mfaCode?: MfaCode) => accounts.open(target, { signal, mfaCode });
  return { open, signal, secrets };
}

/** The codes of one call: each is given once. */
function codes(typed: Record<string, string[]>): MfaCode {
  return (device) => typed[device]?.shift();
}

const none = codes({});

describe('a profile with an MFA device', () => {
  const DEVICE = 'arn:aws:iam::111122223333:mfa/me';
  const needed = (...devices: string[]) => expect.objectContaining({ devices });

  function openWithDevice(more = '') {
    const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
    files.credentials(section('base', sandbox.credentials));
    files.config(
      `[profile admin]\nrole_arn = ${sandbox.company.responderRoleArn}\nsource_profile = base\nmfa_serial = ${DEVICE}\n${more}`,
    );
    return { files, ...openAccounts({ profile: 'admin' }) };
  }

  const assumed = () => sandbox.log.filter(({ operation }) => operation === 'AssumeRole');

  it('needs the code of that device before anything is sent, and the code reaches AWS once', async () => {
    const { open, signal } = openWithDevice();
    await expect(open(none)).rejects.toBeInstanceOf(MfaCodeNeeded);
    await expect(open(none)).rejects.toEqual(needed(DEVICE));
    expect(sandbox.log).toEqual([]);
    const account = await open(codes({ [DEVICE]: ['123456'] }));
    expect(await account.identity(signal)).toMatchObject({ arn: expect.stringMatching(/responder\/aws-iam-mcp$/) });
    expect(assumed()).toMatchObject([{ parameters: { SerialNumber: DEVICE, TokenCode: '123456' } }]);
  });

  it('needs no code while its session lasts, and takes none', async () => {
    const { open } = openWithDevice();
    await open(codes({ [DEVICE]: ['123456'] }));
    const unused = vi.fn(none);
    await Promise.all(Array.from({ length: 10 }, () => open(unused)));
    expect(unused).not.toHaveBeenCalled();
    expect(assumed()).toHaveLength(1);
  });

  it('takes one code for all calls that come at once, and leaves the others theirs', async () => {
    const { open } = openWithDevice();
    const typed = Array.from({ length: 5 }, (_, index) => [`00000${index}`]);
    await Promise.all(typed.map((each) => open(codes({ [DEVICE]: each }))));
    expect(typed.map(({ length }) => length).sort()).toEqual([0, 1, 1, 1, 1]);
    expect(assumed()).toHaveLength(1);
  });

  it('is signed in to with the code of one call, though another had none', async () => {
    const { open } = openWithDevice();
    const [without, brought] = await Promise.allSettled([open(none), open(codes({ [DEVICE]: ['123456'] }))]);
    expect(without).toMatchObject({ status: 'rejected', reason: needed(DEVICE) });
    expect(brought.status).toBe('fulfilled');
  });

  /** A call whose code AWS takes for wrong, while a second call is waiting for what comes of it. */
  async function afterWrongCode(second: MfaCode) {
    const { open } = openWithDevice();
    const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';
    sandbox.order({ operation: 'AssumeRole', fault: { kind: 'error', status: 403, code: 'AccessDenied', message } });
    sandbox.order({ operation: 'AssumeRole', fault: { kind: 'latency', ms: 300 } });
    const wrongCode = ['000000'];
    const first = open(codes({ [DEVICE]: wrongCode }));
    first.catch(() => {});
    await vi.waitFor(() => expect(wrongCode).toEqual([]), { interval: 5 });
    return Promise.allSettled([first, open(second)]);
  }
  const refused = { status: 'rejected', reason: { message: expect.stringContaining('invalid MFA one time pass') } };

  it('tries the code of another call after AWS took the first for wrong', async () => {
    const [wrong, right] = await afterWrongCode(codes({ [DEVICE]: ['123456'] }));
    expect(wrong).toMatchObject(refused);
    expect(right.status).toBe('fulfilled');
    expect(assumed().map(({ parameters }) => parameters.TokenCode)).toEqual(['000000', '123456']);
  });

  it('tells a call without a code, which had to wait, what AWS said of the first', async () => {
    const [wrong, waited] = await afterWrongCode(none);
    expect([wrong, waited]).toMatchObject([refused, refused]);
    expect(assumed()).toHaveLength(1);
  });

  it('uses no code a second time', async () => {
    const { open } = openWithDevice();
    const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';
    sandbox.order({ operation: 'AssumeRole', fault: { kind: 'error', status: 403, code: 'AccessDenied', message } });
    const ofOneCall = codes({ [DEVICE]: ['000000'] });
    await expect(open(ofOneCall)).rejects.toThrow('invalid MFA one time pass code');
    await expect(open(ofOneCall)).rejects.toEqual(needed(DEVICE));
    expect(assumed()).toHaveLength(1);
  });

  it('needs a new code when its session is about to end, and renews nothing behind the back of a person', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: clock.now });
    try {
      const { open } = openWithDevice('duration_seconds = 900\n');
      await open(codes({ [DEVICE]: ['123456'] }));
      clock.now = new Date(clock.now.getTime() + 11 * 60_000);
      vi.setSystemTime(clock.now);
      await expect(open(none)).rejects.toEqual(needed(DEVICE));
      await open(codes({ [DEVICE]: ['234567'] }));
      expect(assumed().map(({ parameters }) => parameters.TokenCode)).toEqual(['123456', '234567']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is given up as the person gave it up, and the next call needs the code again', async () => {
    const { open } = openWithDevice();
    const dismissed = new CallError('NoCredentials', 'the form for the MFA code was dismissed');
    const giveUp = () => {
      throw dismissed;
    };
    await expect(open(giveUp)).rejects.toBe(dismissed);
    expect(sandbox.log).toEqual([]);
    await expect(open(none)).rejects.toEqual(needed(DEVICE));
  });

  it('without a way to ask is NoCredentials with another way, and works once there is one', async () => {
    const { open } = openWithDevice();
    await expect(open()).rejects.toMatchObject({
      code: 'NoCredentials',
      message: expect.stringMatching(/^profile 'admin' asks for an MFA code, .*aws sts get-session-token/),
    });
    expect(sandbox.log).toEqual([]);
    await open(codes({ [DEVICE]: ['123456'] }));
  });

  it('registers the secrets of its session', async () => {
    const { open, secrets } = openWithDevice();
    await open(codes({ [DEVICE]: ['123456'] }));
    expect(secrets).toContain(sandbox.credentials.secretAccessKey);
    expect(secrets.filter((secret) => (secret?.length ?? 0) > 100)).toHaveLength(1);
  });
});
