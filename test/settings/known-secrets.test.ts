// Secrets that nobody has asked AWS for yet: they may not leave either, and no text reference value may show them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../src/redact.ts';
import { environmentSecrets, profileSecrets, profileSecretsFor } from '../../src/settings/known-secrets.ts';
import { connectionTo, temporaryFolder } from '../actions/program.ts';
import { useEmptyHome } from '../iam/aws-home.ts';
import { complaint, load } from './config-folder.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLETOKEN==';
const keys = (secret = SECRET) => `aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${secret}\n`;

describe('the secrets of the environment', () => {
  it('are those of AWS and of proxies, and nothing else', () => {
    const environment = {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: TOKEN,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container-token',
      HTTPS_PROXY: 'http://ana:correct%2Fhorse@proxy:3128',
      all_proxy: 'socks5h://ana:battery-staple@proxy:1080',
      HTTP_PROXY: 'http://proxy:3128',
      https_proxy: 'ana:without-a-scheme@proxy:3128',
      ALL_PROXY: 'http://a-token-alone@proxy',
      HOME: '/home/ana',
    };
    expect(environmentSecrets(environment).toSorted()).toEqual(
      [
        SECRET,
        TOKEN,
        'container-token',
        'correct/horse',
        'battery-staple',
        'without-a-scheme',
        'a-token-alone',
      ].toSorted(),
    );
    expect(environmentSecrets({})).toEqual([]);
  });
});

describe("the secrets of AWS's files", () => {
  const of = async (...connections: Parameters<typeof connectionTo>[0][]) =>
    (await profileSecrets(connections.map((given) => connectionTo(given)))).secrets;
  const ofProfile = (profile: string) => of({ profile });

  it('are those of the profiles in use, in both files, in any case, and of those they start from', async () => {
    const files = useEmptyHome();
    files.credentials(
      `[base]\n${keys()}[loud]\nAWS_SECRET_ACCESS_KEY = LOUD-${SECRET}\n[other]\n${keys('of-nobody-here')}`,
    );
    files.config(
      `[profile act]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = middle\n` +
        `[profile middle]\nsource_profile = base\naws_session_token = ${TOKEN}\n[profile loop]\nsource_profile = loop\n`,
    );
    expect((await ofProfile('act')).toSorted()).toEqual([SECRET, TOKEN].toSorted());
    expect(await ofProfile('loud')).toEqual([`LOUD-${SECRET}`]);
    expect(await ofProfile('loop')).toEqual([]);
    expect(await ofProfile('nobody')).toEqual([]);
  });

  it.each([
    ['AWS_PROFILE', { AWS_PROFILE: 'base' }],
    ['AWS_DEFAULT_PROFILE', { AWS_DEFAULT_PROFILE: 'base' }],
  ])('are those of the profile that %s names', async (_, variables) => {
    const files = useEmptyHome(variables);
    files.credentials(`[default]\n${keys('of-the-default')}[base]\n${keys()}`);
    expect(await of({})).toEqual([SECRET]);
  });

  it('are those of the default profile else, and none for a connection with keys of its own', async () => {
    const files = useEmptyHome();
    files.credentials(`[default]\n${keys()}`);
    expect(await of({})).toEqual([SECRET]);
    const credentials = { from: 'keys', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET } as const;
    expect(await of({ credentials })).toEqual([]);
  });

  it('include a sign-in', async () => {
    const files = useEmptyHome();
    files.config(
      '[profile dev]\nsso_session = corp\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\n',
    );
    expect(await ofProfile('dev')).toEqual([]);
    files.ssoToken('corp', { accessToken: 'an-access-token', refreshToken: 'a-refresh-token', expiresAt: '2100' });
    expect(await ofProfile('dev')).toEqual(['an-access-token', 'a-refresh-token']);
  });

  it("include one of 'aws login'", async () => {
    const files = useEmptyHome();
    files.config('[profile dev]\nlogin_session = arn:aws:iam::111122223333:user/ana\n');
    expect(await ofProfile('dev')).toEqual([]);
    files.loginToken('arn:aws:iam::111122223333:user/ana', {
      accessToken: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET, sessionToken: TOKEN },
      refreshToken: 'a-refresh-token',
    });
    expect(await ofProfile('dev')).toEqual([SECRET, TOKEN, 'a-refresh-token']);
  });

  it('include the token of a web identity, and of a container', async () => {
    const file = path.join(temporaryFolder(), 'token');
    writeFileSync(file, 'a-token-of-the-cluster\n');
    const files = useEmptyHome();
    files.config(`[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/x\nweb_identity_token_file = ${file}\n`);
    expect(await ofProfile('dev')).toEqual(['a-token-of-the-cluster']);
    for (const name of ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']) {
      useEmptyHome({ [name]: file });
      expect(await of({})).toEqual(['a-token-of-the-cluster']);
    }
  });

  it('are learnt again when somebody has signed in', async () => {
    const files = useEmptyHome({ AWS_PROFILE: 'dev' });
    files.config(
      '[profile dev]\nsso_session = corp\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\n',
    );
    const redactor = new Redactor();
    const learn = profileSecretsFor(new Map([['default', connectionTo({})]]), redactor);
    await learn();
    files.ssoToken('corp', { accessToken: 'an-access-token', expiresAt: '2100' });
    await learn();
    expect(redactor.text('an-access-token')).toBe('(secret)');
  });

  it('are learnt again when the files have changed', async () => {
    const files = useEmptyHome();
    files.credentials(`[default]\n${keys()}`);
    const redactor = new Redactor();
    const learn = profileSecretsFor(new Map([['default', connectionTo({})]]), redactor);
    await learn();
    expect(redactor.text(`${SECRET} and another-secret-of-later`)).toBe('(secret) and another-secret-of-later');
    files.credentials(`[default]\n${keys('another-secret-of-later')}`);
    await learn();
    expect(redactor.text(`${SECRET} and another-secret-of-later`)).toBe('(secret) and (secret)');
  });
});

describe('a text reference value that shows a secret stops the start:', () => {
  const two = (value: string, other: object) => ({
    connections: [
      { label: 'one', referenceValues: { shown: value } },
      { label: 'two', ...other },
    ],
  });
  const OF_TWO = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: SECRET };

  it.each<[string, object, Record<string, string>, string]>([
    ['that of another connection', two(`prefix ${SECRET} suffix`, OF_TWO), {}, 'a secret stands in it'],
    ['a part of that of another connection', two(SECRET.slice(4, 20), OF_TWO), {}, 'it is part of a secret'],
    [
      "a proxy's password, with the whole URL",
      two('http://ana:correct-horse@proxy:3128', { remoteAgent: 'http://ana:correct-horse@proxy:3128' }),
      {},
      'a secret stands in it',
    ],
    ['encoded', two(Buffer.from(SECRET).toString('base64'), OF_TWO), {}, 'a secret stands in it'],
    [
      'of the environment',
      two('{{ env.AWS_SECRET_ACCESS_KEY }}', {}),
      { AWS_SECRET_ACCESS_KEY: SECRET },
      'it is part of',
    ],
    [
      'of the environment, within',
      two('x{{ env.AWS_SESSION_TOKEN }}', {}),
      { AWS_SESSION_TOKEN: TOKEN },
      'a secret stands',
    ],
    [
      'in pieces',
      two('key {{ env.AWS_SECRET_ACCESS_KEY[:30] }}...', {}),
      { AWS_SECRET_ACCESS_KEY: SECRET },
      'it is made of AWS_SECRET_ACCESS_KEY, in which there is a secret',
    ],
    [
      'in other letters',
      two('{{ env.MINE | upper }}', OF_TWO),
      { MINE: SECRET },
      'it is made of MINE, in which there is a secret',
    ],
    [
      'of a secret reference value',
      two('my battery-staple', { referenceValues: { pin: { secret: 'battery-staple' } } }),
      {},
      'a secret',
    ],
  ])('%s', async (_, config, environment, why) => {
    useEmptyHome();
    const told = await complaint(load(config, environment));
    expect(told).toContain(
      `connections[0].referenceValues.shown: connection 'one': expected {"secret": "text"}, since ${why}`,
    );
    for (const secret of [SECRET, TOKEN, 'correct-horse', 'battery-staple']) expect(told).not.toContain(secret);
  });

  it('of a profile', async () => {
    const files = useEmptyHome();
    files.credentials(`[base]\n${keys()}`);
    const told = await complaint(load(two(`my ${SECRET}`, { profile: 'base' })));
    expect(told).toMatch(/referenceValues\.shown: .* a secret stands in it$/);
  });

  it('and one that shows none does not', async () => {
    useEmptyHome();
    expect((await load(two('a text of its own', OF_TWO))).connections.size).toBe(2);
  });
});
