// Where credentials come from, and what a person is told when there are none. The SDK reads HOME and AWS_* from
// process.env: each test has its own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { call, connectionTo, openProgram, temporaryFolder } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { useEmptyHome } from './aws-home.ts';

const GIVEN = { user_name: 'ci-deploy' };
const NEVER = '2000-01-01T00:00:00Z';
let sandbox: Sandbox;
let spoken: unknown[];

beforeEach(async () => {
  sandbox = await aSandbox();
  spoken = [];
  const listen = (...said: unknown[]) => {
    spoken.push(said);
    return true;
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, name).mockImplementation(listen);
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(listen);
  vi.spyOn(process.stderr, 'write').mockImplementation(listen);
  process.on('warning', listen);
  return () => process.off('warning', listen);
});
afterEach(async () => {
  // A host takes what stands on stderr for a failed start, and what stands on stdout for the protocol.
  const said = spoken;
  vi.restoreAllMocks();
  expect(said).toEqual([]);
});

/** An empty home, and a program that reaches the sandbox if it finds credentials. */
function open({ profile, ...variables }: { profile?: string } & Record<string, string | undefined> = {}) {
  const set = Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => !!entry[1]));
  const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint, ...set });
  const program = openProgram({ profile });
  return { files, program, list: () => call(program, 'list_access_keys', GIVEN) };
}

/** For which service the sandbox saw a key used last. */
async function lastUsed(access_key_id: string): Promise<unknown> {
  const { result } = await call(openProgram({ sandbox }), 'get_access_key_last_used', { access_key_id });
  return (result as { AccessKeyLastUsed: { ServiceName: string } }).AccessKeyLastUsed.ServiceName;
}

function keysOf(profile: string): string {
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  return `[${profile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

describe('without any credentials', () => {
  it('a call says what is missing and how to give it', async () => {
    const envelope = await open().list();
    expect(envelope).toMatchObject({ result: null, has_error: true });
    expect(envelope.error).toMatch(
      /^NoCredentials: no AWS credentials were found: start the server with --profile NAME/,
    );
    expect(envelope.error).toMatch(/AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.*--sandbox/);
    expect(sandbox.log).toEqual([]);
  });

  it('a change says, too, that nothing was changed', async () => {
    const { program } = open();
    const { error } = await call(program, 'create_access_key', GIVEN);
    expect(error).toMatch(/^NoCredentials: .*Nothing was changed\.$/);
  });

  it('the next call works once the file is there, without a restart', async () => {
    const { files, list } = open();
    expect((await list()).error).toMatch(/^NoCredentials: /);
    files.credentials(keysOf('default'));
    expect((await list()).error).toBeNull();
  });

  it('an empty AWS_PROFILE is no profile', async () => {
    const { list } = open();
    vi.stubEnv('AWS_PROFILE', '');
    expect((await list()).error).toMatch(/^NoCredentials: no AWS credentials were found/);
  });
});

describe('an unknown profile', () => {
  it('is told with those there are, of both files', async () => {
    const { files, list } = open({ profile: 'prodd' });
    files.config(
      '[default]\nregion = us-east-1\n[profile prod]\nregion = eu-west-1\n[sso-session corp]\nsso_region = us-east-1\n',
    );
    files.credentials(keysOf('staging') + keysOf('dev.eu'));
    const { error } = await list();
    expect(error).toMatch(/^NoCredentials: profile 'prodd' is not in the AWS config files; there are: /);
    expect(error?.split('there are: ')[1]?.split(', ').sort()).toEqual(['default', 'dev.eu', 'prod', 'staging']);
  });

  it('is told when there are none', async () => {
    expect((await open({ profile: 'prod' }).list()).error).toBe(
      "NoCredentials: profile 'prod' is not in the AWS config files; there are none",
    );
  });

  it('is told when it comes from AWS_PROFILE', async () => {
    const { files, list } = open({ AWS_PROFILE: 'prodd' });
    files.credentials(keysOf('prod'));
    expect((await list()).error).toBe("NoCredentials: profile 'prodd' is not in the AWS config files; there are: prod");
  });

  it('is told with those there are by now', async () => {
    const { files, list } = open({ profile: 'prodd' });
    files.credentials(keysOf('staging'));
    expect((await list()).error).toMatch(/there are: staging$/);
    files.credentials(keysOf('prod'));
    expect((await list()).error).toMatch(/there are: prod$/);
  });

  it('works in the next call once it is there', async () => {
    const { files, list } = open({ profile: 'prod' });
    expect((await list()).error).toMatch(/^NoCredentials: /);
    files.credentials(keysOf('prod'));
    expect((await list()).error).toBeNull();
  });

  it('that is written to deceive is shown clean', async () => {
    const { error } = await open({ profile: 'a\u202eb\u001b[2J' }).list();
    expect(error).toContain("profile 'a\\u{202e}b\\u{1b}[2J'");
  });
});

describe('a profile with an MFA device', () => {
  it('says that this server can give no code, and what to do', async () => {
    const { files, list } = open({ profile: 'admin' });
    files.credentials(keysOf('base'));
    files.config(
      '[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/responder\nsource_profile = base\n' +
        'mfa_serial = arn:aws:iam::111122223333:mfa/me\n',
    );
    const { error } = await list();
    expect(error).toMatch(/^NoCredentials: profile 'admin' asks for an MFA code, .*aws sts get-session-token/);
    expect(sandbox.log).toEqual([]);
  });

  const ROLE = 'role_arn = arn:aws:iam::111122223333:role/responder\n';
  const { signal } = new AbortController();

  it('has nothing looked for before the codes of all its devices are there', async () => {
    const { files, program } = open({ profile: 'admin' });
    const asked = path.join(temporaryFolder(), 'asked');
    files.config(
      `[profile admin]\n${ROLE}source_profile = team\nmfa_serial = mfa/me\n` +
        `[profile team]\n${ROLE}source_profile = vault\nmfa_serial = mfa/team\n` +
        `[profile vault]\ncredential_process = touch ${asked} && cat ${asked}\n`,
    );
    const connection = connectionTo({ profile: 'admin' });
    for (const brought of [undefined, 'mfa/me', 'mfa/team']) {
      const mfaCode = (device: string) => (device === brought ? '123456' : undefined);
      await expect(program.accounts.open(connection, { signal, mfaCode })).rejects.toEqual(
        expect.objectContaining({ devices: ['mfa/team', 'mfa/me'] }),
      );
    }
    expect(existsSync(asked)).toBe(false);
    await expect(program.accounts.open(connection, { signal, mfaCode: () => '123456' })).rejects.toThrow();
    expect(existsSync(asked)).toBe(true);
  });

  it('whose source fails late says so, and the program goes on', async () => {
    const { files, program } = open({ profile: 'admin' });
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    files.config(
      `[profile admin]\n${ROLE}source_profile = vault\nmfa_serial = mfa/me\n` +
        '[profile vault]\ncredential_process = sleep 0.2 && exit 3\n',
    );
    const opened = program.accounts.open(connectionTo({ profile: 'admin' }), { signal, mfaCode: () => '123456' });
    await expect(opened).rejects.toThrow(/^profile 'admin' gave no credentials/);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('is not asked for a code where keys in the environment come first', async () => {
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = sandbox.credentials;
    const { files, list } = open({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
    files.credentials(keysOf('base'));
    files.config(`[default]\n${ROLE}source_profile = base\nmfa_serial = mfa/me\n`);
    expect((await list()).error).toBeNull();
  });
});

describe('a profile with an SSO sign-in', () => {
  const SETTINGS = 'sso_account_id = 111122223333\nsso_role_name = Responder\n';
  const START = 'https://northwind.awsapps.com/start';
  const expired = (more: object = {}) => ({
    startUrl: START,
    region: 'us-east-1',
    accessToken: 'an-access-token-of-long-ago',
    expiresAt: NEVER,
    ...more,
  });
  const legacy = (profile: string) =>
    `[profile ${profile}]\nsso_start_url = ${START}\nsso_region = us-east-1\n${SETTINGS}`;
  const withSession = (profile: string) =>
    `[profile ${profile}]\nsso_session = corp\n${SETTINGS}[sso-session corp]\nsso_start_url = ${START}\nsso_region = us-east-1\n`;

  it.each([
    ['that has expired', 'dev', withSession('dev'), 'corp', expired()],
    ['that has expired, of the older form', 'dev', legacy('dev'), START, expired()],
    ['that was never made', 'dev', withSession('dev'), undefined, undefined],
    ['that was never made, of the older form', 'dev', legacy('dev'), undefined, undefined],
    ['of a profile with a dot in its name', 'dev.eu', withSession('dev.eu'), 'corp', expired()],
    [
      'that has expired and cannot be refreshed',
      'dev',
      withSession('dev'),
      'corp',
      expired({
        clientId: 'client',
        clientSecret: 'client-secret',
        registrationExpiresAt: '2100-01-01T00:00:00Z',
        refreshToken: 'refresh-token',
      }),
    ],
  ])('%s says which command signs in', async (_, profile, config, tokenName, token) => {
    const { files, list } = open({ profile, AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:1' });
    files.config(config);
    if (tokenName) files.ssoToken(tokenName, token);
    const { error } = await list();
    expect(error).toMatch(new RegExp(`^NoCredentials: .*run aws sso login --profile ${profile}$`));
    expect(error).not.toContain('long-ago');
  });

  it.each([
    [401, 'UnauthorizedException', 'Session token not found or invalid'],
    [403, 'ForbiddenException', 'No access'],
  ])('that was ended at the portal (%i %s) says what to do', async (status, type, message) => {
    const portal = createServer((_request, response) =>
      response.writeHead(status, { 'x-amzn-errortype': type }).end(JSON.stringify({ message })),
    );
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void portal.close());
    const { port } = portal.address() as AddressInfo;
    const { files, list } = open({ profile: 'dev', AWS_ENDPOINT_URL_SSO: `http://127.0.0.1:${port}` });
    files.config(withSession('dev'));
    files.ssoToken('corp', { ...expired(), expiresAt: '2100-01-01T00:00:00Z' });
    const { error } = await list();
    expect(error).toMatch(/^NoCredentials: .*profile 'dev'/);
    expect(error).toContain(status === 401 ? 'aws sso login --profile dev' : 'No access');
  });

  it('from AWS_PROFILE names that profile', async () => {
    const { files, list } = open({ AWS_PROFILE: 'dev' });
    files.config(withSession('dev'));
    expect((await list()).error).toMatch(/run aws sso login --profile dev$/);
  });

  it('of the default profile needs no name', async () => {
    const { files, list } = open();
    files.config(withSession('dev').replace('[profile dev]', '[default]'));
    expect((await list()).error).toMatch(/run aws sso login$/);
  });

  it('works in the next call once the profile has been given keys, without a restart', async () => {
    const { files, list } = open({ profile: 'dev' });
    files.config(withSession('dev'));
    files.ssoToken('corp', expired());
    expect((await list()).error).toMatch(/^NoCredentials: /);
    files.config('');
    files.credentials(keysOf('dev'));
    expect((await list()).error).toBeNull();
  });
});

describe('a profile with a role whose source has an SSO sign-in', () => {
  const ROLE = 'role_arn = arn:aws:iam::111122223333:role/responder\n';
  const SSO = 'sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = R\n';

  it('says to sign in to the source', async () => {
    const { files, list } = open({ profile: 'admin' });
    files.config(`[profile admin]\n${ROLE}source_profile = team:eu\n[profile team:eu]\n${SSO}`);
    expect((await list()).error).toBe(
      "NoCredentials: the SSO sign-in of profile 'team:eu' has expired: run aws sso login --profile team:eu",
    );
  });

  it('says so through several, and to the default profile by its name where another was named', async () => {
    const { files, list } = open({ AWS_PROFILE: 'admin' });
    files.config(
      `[profile admin]\n${ROLE}source_profile = middle\n[profile middle]\n${ROLE}source_profile = default\n[default]\n${SSO}`,
    );
    expect((await list()).error).toMatch(/run aws sso login --profile default$/);
  });
});

describe('a profile with a sign-in by aws login', () => {
  const SESSION = 'arn:aws:iam::111122223333:user/ana';
  const LOGIN = `login_session = ${SESSION}\nregion = us-east-1\n`;
  const ROLE = 'role_arn = arn:aws:iam::111122223333:role/responder\n';
  const expired = {
    accessToken: { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't', accountId: '1', expiresAt: NEVER },
    clientId: 'client',
    refreshToken: 'refresh-token-of-long-ago',
    dpopKey: 'no key at all',
  };
  const TO_DEV =
    /^NoCredentials: the sign-in of profile 'dev' has expired, or was never made: run aws login --profile dev$/;

  it.each<[string, object | string | undefined]>([
    ['that was never made', undefined],
    ['that has expired and cannot be refreshed', expired],
    ['of which half is kept', { ...expired, refreshToken: undefined }],
    ['that is no JSON', '{'],
  ])('%s says which command signs in', async (_, token) => {
    const { files, list } = open({ profile: 'dev' });
    files.config(`[profile dev]\n${LOGIN}`);
    if (token !== undefined) files.loginToken(SESSION, token);
    const { error } = await list();
    expect(error).toMatch(TO_DEV);
    expect(error).not.toMatch(/sso|long-ago/);
  });

  it('from AWS_PROFILE names that profile', async () => {
    const { files, list } = open({ AWS_PROFILE: 'dev' });
    files.config(`[profile dev]\n${LOGIN}`);
    expect((await list()).error).toMatch(TO_DEV);
  });

  it.each([undefined, expired])('of the default profile needs no name (%#)', async (token) => {
    const { files, list } = open();
    files.config(`[default]\n${LOGIN}`);
    if (token !== undefined) files.loginToken(SESSION, token);
    expect((await list()).error).toMatch(/: run aws login$/);
  });

  it.each([undefined, expired])('of a source is that of the source, not of the role (%#)', async (token) => {
    const { files, list } = open({ profile: 'admin' });
    files.config(`[profile admin]\n${ROLE}source_profile = dev\n[profile dev]\n${LOGIN}`);
    if (token !== undefined) files.loginToken(SESSION, token);
    expect((await list()).error).toMatch(TO_DEV);
  });

  it('of a source of the default profile names the source', async () => {
    const { files, list } = open();
    files.config(`[default]\n${ROLE}source_profile = dev\n[profile dev]\n${LOGIN}`);
    expect((await list()).error).toMatch(TO_DEV);
  });

  it('is not blamed for what the profile takes before it, nor for a circle of roles', async () => {
    const { files, list } = open({ profile: 'dev' });
    files.config(`[profile dev]\ncredential_process = false\n${LOGIN}`);
    expect((await list()).error).toMatch(/^NoCredentials: profile 'dev' gave no credentials: /);
    files.config(`[profile dev]\n${ROLE}source_profile = b\n[profile b]\n${ROLE}source_profile = dev\n${LOGIN}`);
    expect((await list()).error).toMatch(/^NoCredentials: profile 'dev' gave no credentials: /);
  });

  it('works in the next call once it was made, without a restart', async () => {
    const { files, list } = open({ profile: 'dev' });
    files.config(`[profile dev]\n${LOGIN}`);
    expect((await list()).error).toMatch(TO_DEV);
    const { accessKeyId, secretAccessKey } = sandbox.credentials;
    files.loginToken(SESSION, {
      ...expired,
      accessToken: { accessKeyId, secretAccessKey, accountId: '111122223333', expiresAt: '2100-01-01T00:00:00Z' },
    });
    expect((await list()).error).toBeNull();
  });
});

describe('a profile that names a role', () => {
  const CONFIG =
    '[profile responder]\nrole_arn = arn:aws:iam::111122223333:role/responder\nsource_profile = base\nregion = us-east-1\n';

  it('is that role', async () => {
    const { files, list } = open({ profile: 'responder' });
    files.config(CONFIG);
    files.credentials(keysOf('base'));
    expect((await list()).error).toBeNull();
    expect(sandbox.log).toMatchObject([
      { operation: 'AssumeRole' },
      { operation: 'ListAccessKeys', caller: expect.stringMatching(/:assumed-role\/responder\//) },
    ]);
  });

  it('that AWS refuses is told in its words, and nothing was changed', async () => {
    const { files, program } = open({ profile: 'responder' });
    files.config(CONFIG.replaceAll('role/responder', 'role/auditor'));
    files.credentials(keysOf('base'));
    const { error } = await call(program, 'create_access_key', GIVEN);
    expect(error).toMatch(/^AccessDenied: .*sts:AssumeRole.*Nothing was changed\.$/);
  });

  it.each([{ kind: 'status', status: 500 } as const, { kind: 'lost-answer' } as const])(
    'that cannot be assumed because of %j has changed nothing, and it says so',
    async (fault) => {
      vi.spyOn(Math, 'random').mockReturnValue(0);
      const { files, program } = open({ profile: 'responder' });
      files.config(CONFIG);
      files.credentials(keysOf('base'));
      sandbox.order({ operation: 'AssumeRole', fault, times: Number.POSITIVE_INFINITY });
      const { error } = await call(program, 'create_access_key', GIVEN);
      expect(error).toMatch(/Nothing was changed\.$/);
    },
  );
});

describe('a web identity', () => {
  it('for whose role STS fails has changed nothing, and it says so', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const token = path.join(temporaryFolder(), 'token');
    writeFileSync(token, 'a-token-of-an-identity-provider');
    const { program } = open({
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/responder',
      AWS_REGION: 'us-east-1',
    });
    const fault = { kind: 'status', status: 500 } as const;
    sandbox.order({ operation: 'AssumeRoleWithWebIdentity', fault, times: Number.POSITIVE_INFINITY });
    const { error } = await call(program, 'create_access_key', GIVEN);
    expect(sandbox.log.map(({ operation }) => operation)).toContain('AssumeRoleWithWebIdentity');
    expect(error).toMatch(/Nothing was changed\.$/);
    expect(error).not.toContain('a-token-of');
  });
});

describe('credentials', () => {
  it('from the environment and a profile at once: the profile counts, and nothing is printed', async () => {
    const { files, list } = open({
      profile: 'prod',
      AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00001',
      AWS_SECRET_ACCESS_KEY: 'of-the-environment',
    });
    files.credentials(keysOf('prod'));
    expect((await list()).error).toBeNull();
  });

  it('replaced in the file are used by the next call, since that is how a key is rotated', async () => {
    const { files, list } = open({ profile: 'prod' });
    files.credentials(keysOf('prod'));
    expect((await list()).error).toBeNull();
    const { accessKeyId, secretAccessKey } = sandbox.createKey('incident-responder');
    files.credentials(`[prod]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
    expect((await list()).error).toBeNull();
    expect(await lastUsed(accessKeyId)).toBe('iam');
  });

  it('that AWS does not take any more are looked for anew by the next call', async () => {
    const { files, list } = open({ profile: 'vault' });
    const vault = path.join(temporaryFolder(), 'vault.json');
    files.config(`[profile vault]\ncredential_process = cat ${vault}\n`);
    const holds = (AccessKeyId: string, SecretAccessKey: string) =>
      writeFileSync(vault, JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey }));
    holds('AKIANOLONGERVALID001', 'of-a-key-that-was-turned-off');
    expect((await list()).error).toMatch(/^InvalidClientTokenId: /);
    holds(sandbox.credentials.accessKeyId, sandbox.credentials.secretAccessKey);
    expect((await list()).error).toBeNull();
  });

  it('from a process that hangs end with the time for the call, and the next call asks another', async () => {
    const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
    const { accessKeyId, secretAccessKey } = sandbox.credentials;
    const folder = temporaryFolder();
    const inFolder = (name: string) => path.join(folder, name);
    writeFileSync(
      inFolder('keys'),
      JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }),
    );
    // The first never prints a thing.
    writeFileSync(
      inFolder('vault.sh'),
      `if mkdir ${inFolder('asked')} 2>/dev/null; then echo $$ >${inFolder('pid')}; exec sleep 100; fi\ncat ${inFolder('keys')}\n`,
    );
    onTestFinished(() => void process.kill(Number(readFileSync(inFolder('pid'), 'utf8'))));
    files.config(`[profile slow]\ncredential_process = sh ${inFolder('vault.sh')}\n`);
    const program = openProgram({ profile: 'slow' }, { callTimeout: 0.3 });
    const { error } = await call(program, 'create_access_key', GIVEN);
    expect(error).toMatch(/^Timeout: the credentials were not found .*--call-timeout.*Nothing was changed\.$/);
    await vi.waitFor(() => readFileSync(inFolder('pid')), { timeout: 10_000 });
    const patient = { ...program, settings: { ...program.settings, callTimeout: 15 } };
    expect((await call(patient, 'list_access_keys', GIVEN)).error).toBeNull();
  });

  it('from a process that fails do not bring what it printed before a model', async () => {
    const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
    files.config('[profile broken]\ncredential_process = echo my-vault-token-is-hunter2 && exit 3\n');
    const { error } = await call(openProgram({ profile: 'broken' }), 'list_access_keys', GIVEN);
    expect(error).toMatch(/^NoCredentials: profile 'broken' gave no credentials/);
    expect(error).not.toContain('hunter2');
  });

  it('of a sandbox are all it uses', async () => {
    useEmptyHome({ AWS_PROFILE: 'nobody' });
    expect((await call(openProgram({ sandbox }), 'list_access_keys', GIVEN)).error).toBeNull();
  });
});

describe('a session that ends within minutes', () => {
  it('is asked for again before a call signs with it', async () => {
    const files = useEmptyHome();
    const folder = temporaryFolder();
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = sandbox.credentials;
    const ending = { Version: 1, AccessKeyId: 'AKIAENDSWITHINMINUTE', SecretAccessKey, Expiration: inMinutes(2) };
    const fresh = { Version: 1, AccessKeyId, SecretAccessKey, Expiration: inMinutes(60) };
    writeFileSync(path.join(folder, 'answer'), JSON.stringify(ending));
    writeFileSync(path.join(folder, 'next'), JSON.stringify(fresh));
    // The first time it gives the one that ends soon, then the other.
    files.config(
      `[profile vault]\ncredential_process = sh -c "cat ${folder}/answer; cp ${folder}/next ${folder}/answer"\n`,
    );
    const program = openProgram({ profile: 'vault', endpoint: sandbox.endpoint, region: 'us-east-1' });
    expect((await call(program, 'list_policies', { max_items: 1 })).error).toBeNull();
  });
});
