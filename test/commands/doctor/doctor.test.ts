// What the doctor finds of a connection: region, credentials, role, identity, clock.
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../actions/program.ts';
import { startRewritingProxy } from '../../e2e/rewriting-proxy.ts';
import { useEmptyHome } from '../../iam/aws-home.ts';
import { examine, openPatient } from './examined.ts';
import { startShiftedClock } from './shifted-clock.ts';

const WRONG_SECRET = 'wrong/secret+wrong/secret+wrong/secret+00';

describe('a connection that works', () => {
  test('is found well, by reads alone', async () => {
    const { sandbox, examine } = await openPatient();
    const { code, document, checks, all } = await examine();
    expect(code).toBe(0);
    expect(all('ok')).toEqual(checks.map(({ check }) => check));
    expect(document.connections).toMatchObject([
      { label: 'prod', account: sandbox.account, arn: `arn:aws:iam::${sandbox.account}:user/incident-responder` },
    ]);
    const sent = [...new Set(sandbox.log.map(({ operation }) => operation))].sort();
    expect(sent).toEqual([
      ...['GetAccessKeyLastUsed', 'GetCallerIdentity', 'GetGroupPolicy', 'GetPolicy', 'GetPolicyVersion', 'GetUser'],
      ...['GetUserPolicy', 'ListAccessKeys', 'ListAttachedGroupPolicies', 'ListAttachedUserPolicies'],
      ...['ListGroupPolicies', 'ListGroupsForUser', 'ListPolicies', 'ListUserPolicies', 'ListUsers'],
      'SimulatePrincipalPolicy',
    ]);
  });

  test('is told with the last four characters of its key id and no more', async () => {
    const { sandbox, examine } = await openPatient();
    const { found } = await examine();
    expect(found('credentials')).toBe(
      `ok: access key given in the config file; its key id ends in ${sandbox.credentials.accessKeyId.slice(-4)}`,
    );
  });

  test('is the only one that is looked at when its label is given', async () => {
    const { sandbox, connection } = await openPatient();
    const other = { ...connection, label: 'other', endpoint: 'http://127.0.0.1:9' };
    const { code, document } = await examine({ connections: [connection, other], label: 'prod' });
    expect({ code, labels: document.connections.map(({ label }) => label) }).toEqual({ code: 0, labels: ['prod'] });
    expect(sandbox.log.length).toBeGreaterThan(0);
    const both = await examine({ connections: [connection, other] });
    expect({ code: both.code, labels: both.document.connections.map(({ label }) => label) }).toEqual({
      code: 1,
      labels: ['prod', 'other'],
    });
  });

  test('is told without what the files of its profile keep secret', async () => {
    const home = useEmptyHome();
    const secret = 'ofAProfile0Secret0123456789abcdefghijABC';
    home.credentials(`[work]\naws_access_key_id = AKIA0123456789ABCDEF\naws_secret_access_key = ${secret}\n`);
    const connection = { label: 'prod', profile: 'work', caBundle: `/nowhere/${secret}.pem` };
    const { table } = await examine({ connections: [connection], secrets: [secret] });
    expect(table).toContain('/nowhere/(secret).pem');
  });

  test('that is not there is refused with those that are', async () => {
    const { examine, sandbox } = await openPatient();
    await expect(examine({}, { label: 'prd' })).rejects.toThrow("no connection is labelled 'prd'; there are: prod");
    expect(sandbox.log).toEqual([]);
  });
});

describe('credentials', () => {
  test('with a wrong secret leave identity and permissions open, not the clock', async () => {
    const { examine, sandbox } = await openPatient();
    const { code, found, all } = await examine({ secretKey: WRONG_SECRET }, { secrets: [WRONG_SECRET] });
    expect(code).toBe(1);
    expect(all('failed')).toEqual(['identity']);
    expect(found('identity')).toMatch(/^failed: SignatureDoesNotMatch: .*check the secret key of this connection$/);
    expect(found('clock')).toBe("ok: agrees with AWS's");
    expect(found('iam:ListPolicies')).toBe('not known: not tried, since the identity is not known');
    expect(sandbox.log.every(({ outcome }) => outcome === 'refused')).toBe(true);
  });

  test('of a profile that is not there are told with the profiles that are', async () => {
    const { examine, home } = await openPatient();
    home.config('[profile incident]\nregion = us-east-1\n');
    const { code, found } = await examine({ accessKey: undefined, secretKey: undefined, profile: 'incidents' });
    expect(code).toBe(1);
    expect(found('credentials')).toBe(
      "failed: profile 'incidents' is not in the AWS config files; there are: incident",
    );
    expect(found('identity')).toBe('not known: not asked without credentials');
    expect(found('network')).toMatch(/^not known: /);
  });

  test('that are nowhere are told with where to put them', async () => {
    const { examine, sandbox } = await openPatient();
    const { code, found } = await examine({ accessKey: undefined, secretKey: undefined });
    expect(code).toBe(1);
    expect(found('credentials')).toMatch(/^failed: no AWS credentials were found: .*AWS_ACCESS_KEY_ID/);
    expect(sandbox.log).toEqual([]);
  });

  test('that take an MFA code are not known, since nobody is asked here', async () => {
    const { examine, home, sandbox } = await openPatient();
    home.config(
      `[profile base]\naws_access_key_id=${sandbox.credentials.accessKeyId}\naws_secret_access_key=${sandbox.credentials.secretAccessKey}\n` +
        `[profile guarded]\nrole_arn=${sandbox.company.responderRoleArn}\nsource_profile=base\nmfa_serial=arn:aws:iam::111122223333:mfa/me\n`,
    );
    const { code, found } = await examine({ accessKey: undefined, secretKey: undefined, profile: 'guarded' });
    expect(found('credentials')).toMatch(/^not known: profile guarded: they take an MFA code/);
    expect(code).toBe(0);
  });
});

describe('a role', () => {
  test('that is assumed is whose permissions are simulated', async () => {
    const { examine, sandbox } = await openPatient();
    const { auditorRoleArn, auditorExternalId } = sandbox.company;
    // The operator's denials are none of the role's business.
    sandbox.deny('iam:CreateAccessKey');
    const { code, document, found } = await examine({ roleArn: auditorRoleArn, externalId: auditorExternalId });
    expect(code).toBe(0);
    expect(found('role')).toBe(`ok: ${auditorRoleArn}`);
    expect(document.connections[0]?.arn).toMatch(/:assumed-role\/auditor\//);
    expect(found('iam:CreateAccessKey')).toMatch(/^ok: .*simulated/);
    // It is no user that could be asked about itself.
    expect(found('iam:GetUser')).toMatch(/^ok: .*simulated/);
    expect(sandbox.log.filter(({ operation }) => operation === 'SimulatePrincipalPolicy')[0]?.parameters).toMatchObject(
      { PolicySourceArn: auditorRoleArn },
    );
  });

  test('that may not be assumed is told apart from the credentials', async () => {
    const { examine, sandbox } = await openPatient();
    const { code, found, all } = await examine({ roleArn: sandbox.company.auditorRoleArn, externalId: 'wrong-one' });
    expect(code).toBe(1);
    expect(all('failed')).toEqual(['role']);
    expect(found('credentials')).toMatch(/^ok/);
    expect(found('role')).toMatch(/role\/auditor: AccessDenied: .*external id/);
  });

  test('of another partition is refused before anything is sent', async () => {
    const { examine, sandbox } = await openPatient();
    const { found } = await examine({ roleArn: 'arn:aws-cn:iam::111122223333:role/auditor' });
    expect(found('role')).toMatch(/^failed: .*partition aws-cn/);
    expect(sandbox.log).toEqual([]);
  });
});

describe('the region', () => {
  test('is told with its partition', async () => {
    const { examine } = await openPatient();
    expect((await examine()).found('region')).toBe('ok: us-east-1, partition aws');
  });

  test('that there is not is told with the nearest, and nothing is sent', async () => {
    const { examine, sandbox } = await openPatient();
    const { code, found, all } = await examine({ region: 'us-eats-1' });
    expect({ code, failed: all('failed') }).toEqual({ code: 1, failed: ['region'] });
    expect(found('region')).toMatch(/'us-eats-1' is not a region .*did you mean us-east-1\?/);
    expect(sandbox.log).toEqual([]);
  });
});

describe('the clock', () => {
  test.each([
    [30, 'ok', /^ok: agrees with AWS's$/, 0],
    [150, 'warning', /^warning: 2 minutes behind AWS's: set the clock/, 0],
    [-150, 'warning', /^warning: 2 minutes ahead of AWS's: set the clock/, 0],
    [600, 'failed', /^failed: (9|10) minutes behind AWS's: set the clock/, 1],
    [-600, 'failed', /^failed: (9|10) minutes ahead of AWS's: set the clock/, 1],
  ])('%i seconds off is %s', async (seconds, _, text, exitCode) => {
    const { examine, sandbox } = await openPatient();
    const aws = await startShiftedClock(sandbox.endpoint, seconds);
    const { code, found } = await examine({ endpoint: aws.endpoint });
    expect(found('clock')).toMatch(text);
    expect(code).toBe(exitCode);
  });
});

describe('the config file', () => {
  test('that cannot be used is what failed, and no connection is tried', async () => {
    const configProblem = '/etc/x.json:3: connections[0].region: expected an AWS region';
    const { code, found, document } = await examine({ configProblem });
    expect(code).toBe(1);
    expect(found('config file')).toBe(`failed: ${configProblem}`);
    expect(document.connections).toEqual([]);
  });

  test('whose templates cannot be rendered is told in the same way', async () => {
    const { examine } = await openPatient();
    const { code, found } = await examine({ secretKey: '{{ env.NO_SUCH_VARIABLE }}' });
    expect(code).toBe(1);
    expect(found('config file')).toMatch(
      /^failed: .*config\.json:\d+: connections\[0\]\.secretKey: connection 'prod': /,
    );
  });
});

test('what AWS says cannot act on the terminal', async () => {
  const { examine, sandbox } = await openPatient();
  const hostile = await startRewritingProxy(sandbox.endpoint, (operation, xml) =>
    operation === 'GetCallerIdentity' ? xml.replace(/<Arn>[^<]*/, '<Arn>arn:aws:iam::1:user/\u202eeve\u009b31m') : xml,
  );
  onTestFinished(() => hostile.close());
  const { table, document } = await examine({ endpoint: hostile.endpoint });
  expect(table).toContain('\\u{202e}eve\\u{9b}31m');
  for (const hidden of ['\u202e', '\u009b', '\u001b']) expect(table + JSON.stringify(document)).not.toContain(hidden);
});

test('what AWS says cannot bring a secret out', async () => {
  const { examine, sandbox } = await openPatient();
  const { secretAccessKey } = sandbox.credentials;
  const hostile = await startRewritingProxy(sandbox.endpoint, (operation, xml) =>
    operation === 'GetCallerIdentity' ? xml.replace(/<Arn>[^<]*/, `<Arn>arn:aws:iam::1:user/${secretAccessKey}`) : xml,
  );
  onTestFinished(() => hostile.close());
  // `examine` itself searches for the secret.
  const { found } = await examine({ endpoint: hostile.endpoint });
  expect(found('identity')).toBe('ok: account 111122223333, arn:aws:iam::1:user/(secret)');
});

test('the state dir is neither made nor changed', async () => {
  const { examine } = await openPatient();
  const stateDir = path.join(temporaryFolder(), 'not', 'there');
  const { found } = await examine({}, { settings: { stateDir } });
  expect(found('state dir')).toBe(`ok: ${stateDir} is not there yet; it is made when it is needed`);
  const again = await examine({}, { settings: { stateDir } });
  expect(again.found('state dir')).toBe(found('state dir'));
});
