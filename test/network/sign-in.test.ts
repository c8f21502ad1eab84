// What the credential chain itself asks for, the sign-in portal (SSO) and STS, goes the way of the connection too.
// Without any endpoint setting: these are the hosts of AWS, as far as the SDK can tell.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../actions/program.ts';
import { useEmptyHome } from '../iam/aws-home.ts';
import { stsClient } from '../sandbox/clients.ts';
import { type Answer, leaveTo, refuse, startAnyHost } from './any-host.ts';
import { openSandbox, openThrough, READ } from './through.ts';

const IAM = 'iam.amazonaws.com';
const STS = 'sts.us-east-1.amazonaws.com';
const PORTAL = 'portal.sso.us-east-1.amazonaws.com';
const OIDC = 'oidc.us-east-1.amazonaws.com';
const OTHER_PORTAL = 'portal.sso.eu-west-1.amazonaws.com';
const OTHER_OIDC = 'oidc.eu-west-1.amazonaws.com';
const BROKEN_PORTAL = 'portal.sso.sa-east-1.amazonaws.com';
const SILENT_PORTAL = 'portal.sso.ap-south-1.amazonaws.com';
const START = 'https://northwind.awsapps.com/start';
// Of these tests alone: for half a minute, the SDK does not refresh a session again, whoever it was that tried.
const SESSION = 'northwind';
const PROFILE =
  `[profile dev]\nsso_session = ${SESSION}\nsso_account_id = 111122223333\nsso_role_name = Responder\n` +
  `[sso-session ${SESSION}]\nsso_start_url = ${START}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n`;
const TOKEN = 'an-access-token-of-the-sign-in';
const NEW_TOKEN = 'another-access-token-of-the-sign-in';
const LATER = '2100-01-01T00:00:00Z';
const LONG_AGO = '2000-01-01T00:00:00Z';
const inHours = (hours: number) => new Date(Date.now() + hours * 60 * 60 * 1000);

async function open(
  profile: string | undefined,
  config: string,
  variables: Record<string, string> = {},
  connection: { region?: string } = {},
  settings: Parameters<typeof openThrough>[2] = {},
) {
  const { sandbox, sandboxPort } = await openSandbox();
  const files = useEmptyHome(variables);
  files.config(config);
  const session = await stsClient(sandbox).send(
    new AssumeRoleCommand({ RoleArn: sandbox.company.responderRoleArn, RoleSessionName: 'jane' }),
  );
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = session.Credentials ?? {};
  const tokens: string[] = [];
  const portal: Answer = (request, response) => {
    tokens.push(String(request.headers['x-amz-sso_bearer_token']));
    const roleCredentials = { accessKeyId, secretAccessKey, sessionToken, expiration: inHours(1).getTime() };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ roleCredentials }));
  };
  const oidc: Answer = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ accessToken: NEW_TOKEN, expiresIn: 3600, tokenType: 'Bearer' }));
  };
  const host = await startAnyHost({
    [IAM]: leaveTo(sandboxPort),
    [STS]: refuse,
    [PORTAL]: portal,
    [OTHER_PORTAL]: portal,
    [OIDC]: oidc,
    [OTHER_OIDC]: oidc,
    [SILENT_PORTAL]: () => {},
    [BROKEN_PORTAL]: (request) => request.socket.destroy(),
  });
  const credentials = profile === undefined ? ({ from: 'chain' } as const) : ({ from: 'profile', profile } as const);
  return {
    sandbox,
    files,
    tokens,
    ...host,
    ...openThrough(sandbox, { credentials, ...host.connection, ...connection }, settings),
  };
}

describe('an SSO sign-in', () => {
  const signedIn = { startUrl: START, region: 'us-east-1', accessToken: TOKEN, expiresAt: LATER };

  it('is turned into credentials at the portal, through the remote agent', async () => {
    const { sandbox, files, tokens, asked, call, whatLeft } = await open('dev', PROFILE);
    files.ssoToken(SESSION, signedIn);
    expect((await call(...READ)).error).toBeNull();
    expect((await call(...READ)).error).toBeNull();
    expect(asked).toEqual([`${PORTAL}:443`, `${IAM}:443`]);
    expect(tokens).toEqual([TOKEN]);
    expect(sandbox.log.at(-1)?.caller).toBe('arn:aws:sts::111122223333:assumed-role/responder/jane');
    expect(whatLeft()).not.toContain(TOKEN);
  });

  it('that has expired says what to run, and the next call has seen that it was renewed', async () => {
    const { files, asked, call, whatLeft } = await open('dev', PROFILE);
    files.ssoToken(SESSION, { ...signedIn, expiresAt: LONG_AGO });
    expect((await call(...READ)).error).toBe(
      "NoCredentials: the SSO sign-in of profile 'dev' has expired: run aws sso login --profile dev",
    );
    expect(asked).toEqual([]);
    files.ssoToken(SESSION, signedIn);
    expect((await call(...READ)).error).toBeNull();
    expect(whatLeft()).not.toContain(TOKEN);
  });

  it('that can be refreshed is, through the remote agent', async () => {
    const { files, tokens, asked, call, whatLeft } = await open('dev', PROFILE);
    const refreshToken = 'a-refresh-token-of-the-sign-in';
    const clientSecret = 'a-client-secret-of-the-sign-in';
    const registration = { clientId: 'client', clientSecret, registrationExpiresAt: LATER, refreshToken };
    files.ssoToken(SESSION, { ...signedIn, expiresAt: LONG_AGO, ...registration });
    expect((await call(...READ)).error).toBeNull();
    expect(asked).toEqual([`${OIDC}:443`, `${PORTAL}:443`, `${IAM}:443`]);
    expect(tokens).toEqual([NEW_TOKEN]);
    for (const secret of [TOKEN, NEW_TOKEN, refreshToken, clientSecret]) expect(whatLeft()).not.toContain(secret);
  });
});

describe('an SSO sign-in in another region than its profile', () => {
  const account = 'sso_account_id = 111122223333\nsso_role_name = Responder\n';
  const session = `[sso-session corp]\nsso_start_url = ${START}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`;
  const byKeys = `sso_start_url = ${START}\nsso_region = eu-west-1\n${account}`;
  const role = 'role_arn = arn:aws:iam::111122223333:role/responder\nsource_profile = dev\n';
  const forms: {
    form: string;
    config: string;
    token?: string;
    profile?: string;
    variables?: Record<string, string>;
    connection?: { region: string };
  }[] = [
    {
      form: 'a session, and a region',
      config: `[profile dev]\nsso_session = corp\nregion = us-west-2\n${account}${session}`,
    },
    { form: 'a session, and no region', config: `[profile dev]\nsso_session = corp\n${account}${session}` },
    { form: 'keys of the profile, and a region', config: `[profile dev]\nregion = us-west-2\n${byKeys}`, token: START },
    { form: 'keys of the profile, and no region', config: `[profile dev]\n${byKeys}`, token: START },
    {
      form: 'AWS_PROFILE',
      config: `[profile dev]\nsso_session = corp\n${account}${session}`,
      variables: { AWS_PROFILE: 'dev' },
    },
    {
      form: 'the default profile',
      config: `[default]\nsso_session = corp\nregion = us-west-2\n${account}${session}`,
      variables: {},
    },
    {
      form: 'source_profile',
      config: `[profile dev]\nsso_session = corp\nregion = us-west-2\n${account}${session}[profile act]\nregion = us-east-1\n${role}`,
      profile: 'act',
    },
    {
      form: "a connection's own region",
      config: `[profile dev]\nsso_session = corp\n${account}${session}`,
      connection: { region: 'us-west-2' },
    },
    {
      form: 'AWS_REGION',
      config: `[profile dev]\nsso_session = corp\n${account}${session}`,
      variables: { AWS_REGION: 'us-west-2', AWS_PROFILE: 'dev' },
    },
  ];

  it.each(forms)(
    'goes to the portal of sso_region: $form',
    async ({ config, token, profile, variables, connection }) => {
      const named = profile ?? (variables ? undefined : 'dev');
      const { files, asked, tokens, call } = await open(named, config, variables, connection);
      const startUrl = START;
      files.ssoToken(token ?? 'corp', { startUrl, region: 'eu-west-1', accessToken: TOKEN, expiresAt: LATER });
      await call(...READ);
      expect(asked[0]).toBe(`${OTHER_PORTAL}:443`);
      expect(asked.filter((host) => /portal|oidc/.test(host))).toHaveLength(1);
      expect(tokens).toEqual([TOKEN]);
    },
  );

  it('at a portal that never answers ends as such, after one request', async () => {
    const config = (forms[0]?.config ?? '').replace('eu-west-1', 'ap-south-1');
    const { files, asked, call } = await open('dev', config, {}, {}, { answerTimeout: 0.3 });
    files.ssoToken('corp', { startUrl: START, region: 'ap-south-1', accessToken: TOKEN, expiresAt: LATER });
    expect((await call(...READ)).error).toBe(
      "Timeout: what the credentials of profile 'dev' come from did not answer within the time allowed (--answer-timeout)",
    );
    expect(asked).toEqual([`${SILENT_PORTAL}:443`]);
  });

  it('at a portal that breaks the connection is not called late', async () => {
    const config = (forms[0]?.config ?? '').replace('eu-west-1', 'sa-east-1');
    const { files, call } = await open('dev', config);
    files.ssoToken('corp', { startUrl: START, region: 'sa-east-1', accessToken: TOKEN, expiresAt: LATER });
    expect((await call(...READ)).error).toMatch(/^NoCredentials: profile 'dev' gave no credentials: /);
  });

  it('is refreshed there, too', async () => {
    // The SDK refreshes a session once in half a minute, by its name.
    const { files, asked, call } = await open('dev', (forms[0]?.config ?? '').replaceAll('corp', 'elsewhere'));
    files.ssoToken('elsewhere', {
      startUrl: START,
      region: 'eu-west-1',
      accessToken: TOKEN,
      expiresAt: LONG_AGO,
      clientId: 'client',
      clientSecret: 'a-client-secret-of-the-sign-in',
      registrationExpiresAt: LATER,
      refreshToken: 'a-refresh-token-of-the-sign-in',
    });
    expect((await call(...READ)).error).toBeNull();
    expect(asked).toEqual([`${OTHER_OIDC}:443`, `${OTHER_PORTAL}:443`, `${IAM}:443`]);
  });
});

describe('a web identity', () => {
  it.each([
    { region: 'us-west-2', host: 'sts.us-west-2.amazonaws.com' },
    { region: undefined, host: STS },
  ])("goes to STS in the connection's region, which is $region", async ({ region, host }) => {
    const file = path.join(temporaryFolder(), 'token');
    writeFileSync(file, 'a-web-identity-token');
    const identity = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/responder' };
    const { asked, call } = await open(undefined, '', identity, { region });
    await call(...READ);
    expect(asked[0]).toBe(`${host}:443`);
  });

  it('is turned into credentials by STS, through the remote agent', async () => {
    const file = path.join(temporaryFolder(), 'token');
    writeFileSync(file, 'a-web-identity-token');
    const { program, arrived, asked, call, whatLeft } = await open(undefined, '', {
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/responder',
    });
    expect((await call(...READ)).error).toMatch(/^AccessDenied: Not here/);
    expect(asked).toEqual([`${STS}:443`]);
    expect(arrived).toMatchObject([{ host: STS, operation: 'AssumeRoleWithWebIdentity' }]);
    expect(whatLeft()).not.toContain('a-web-identity-token');
    const role_arn = 'arn:aws:iam::111122223333:role/responder';
    const audit = readFileSync(path.join(program.settings.stateDir, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
    expect(audit.map((line) => JSON.parse(line))).toMatchObject([
      { tool: 'sts:AssumeRole', event: 'sent', arguments: { role_arn } },
      { tool: 'sts:AssumeRole', event: 'failed', error: 'AccessDenied' },
    ]);
  });
});

describe("a profile's role", () => {
  it('is assumed through the remote agent', async () => {
    const { sandbox, files, arrived, asked, call } = await open(
      'responder',
      '[profile responder]\nrole_arn = arn:aws:iam::111122223333:role/responder\nsource_profile = base\n',
    );
    const { accessKeyId, secretAccessKey } = sandbox.credentials;
    files.credentials(`[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
    expect((await call(...READ)).error).toMatch(/^AccessDenied: Not here/);
    expect(asked).toEqual([`${STS}:443`]);
    expect(arrived).toMatchObject([{ operation: 'AssumeRole', region: 'us-east-1', service: 'sts' }]);
  });
});
