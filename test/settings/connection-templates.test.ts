import { describe, expect, it } from 'vitest';
import { complaint, load, loadOne } from './config-folder.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const ID = 'AKIAIOSFODNN7EXAMPLE';
const withSecret = (secretKey: string, more: object = {}) => ({ accessKey: ID, secretKey, ...more });

describe('a template in a connection', () => {
  it('sees the environment and all reference values, secret ones too', async () => {
    const { connection } = await loadOne(
      {
        label: 'prod-{{ zone }}',
        region: '{{ zone }}-1',
        accessKey: '{{ env.KEY_ID }}',
        secretKey: '{{ key }}',
        remoteAgent: 'http://{{ user }}:{{ password }}@{{ host }}:3128',
        caBundle: '/{{ zone }}/ca.pem',
        referenceValues: {
          zone: 'eu-central',
          host: '{{ env.PROXY | lower }}',
          user: 'bob',
          password: { secret: 'correct-horse' },
          key: { secret: '{{ env.KEY }}' },
        },
      },
      { KEY_ID: ID, KEY: SECRET, PROXY: 'PROXY.EXAMPLE' },
    );
    expect(connection).toMatchObject({
      label: 'prod-eu-central',
      region: 'eu-central-1',
      credentials: { from: 'keys', accessKeyId: ID, secretAccessKey: SECRET },
      remoteAgent: 'http://bob:correct-horse@proxy.example:3128',
      caBundle: '/eu-central/ca.pem',
      referenceValues: { zone: 'eu-central', host: 'proxy.example', user: 'bob' },
    });
    expect(connection.referenceValues).not.toHaveProperty('password');
  });

  it('is checked by what comes of it, as a text without one is', async () => {
    expect(await complaint(loadOne({ region: '{{ env.R }}' }, { R: 'a\nb' }))).toBe(
      "FILE:5: connections[0].region: connection 'one': expected an AWS region, in one line",
    );
    expect(await complaint(loadOne({ endpoint: 'http://{{ env.HOST }}' }, { HOST: 'iam.example' }))).toMatch(
      /endpoint: connection 'one': expected https:\/\/ for another machine$/,
    );
    expect(await complaint(loadOne({ label: '{{ env.L }}' }, { L: 'two words' }))).toBe(
      'FILE:4: connections[0].label: connection 1: expected 1 to 64 letters, digits and _.-',
    );
  });

  it('that names a variable which is not set is refused with the connection, the field and the variable', async () => {
    expect(await complaint(loadOne(withSecret('{{ env.PROD_SECRET }}'), { HOME: '/home/ann' }))).toBe(
      "FILE:6: connections[0].secretKey: connection 'one': env.PROD_SECRET is undefined; there are HOME",
    );
    expect(await complaint(loadOne(withSecret('{{ env.PROD_SECRET | trim }}')))).toBe(
      "FILE:6: connections[0].secretKey: connection 'one': env.PROD_SECRET is undefined; there are no names",
    );
  });

  it('that renders to nothing is refused with the template', async () => {
    const env = { PROD_SECRET: ' ' };
    expect(await complaint(loadOne(withSecret("{{ env.PROD_SECRET | replace(' ', '') }}"), env))).toBe(
      "FILE:6: connections[0].secretKey: connection 'one': {{ env.PROD_SECRET | replace('…', '…') }} is empty",
    );
    expect(await complaint(loadOne({ referenceValues: { pin: { secret: '{{ env.P }}' } } }, { P: '' }))).toBe(
      "FILE:6: connections[0].referenceValues.pin: connection 'one': {{ env.P }} is empty",
    );
  });

  it('in a reference value sees the environment alone', async () => {
    const referenceValues = { zone: 'eu', region: '{{ zone }}-1' };
    expect(await complaint(loadOne({ referenceValues }))).toBe(
      "FILE:7: connections[0].referenceValues.region: connection 'one': zone is undefined; there are env",
    );
  });

  it('that is no template is refused with the place of the mistake', async () => {
    expect(await complaint(loadOne({ region: '{{ env.R | }}' }, { R: 'x' }))).toMatch(
      /region: connection 'one': not a Jinja template: unexpected end of variable block, expected identifier, at/,
    );
    expect(await complaint(loadOne({ region: '{{ env.R | nosuch }}' }, { R: 'x' }))).toMatch(
      /region: connection 'one': unknown filter nosuch; there are abs, /,
    );
  });

  it('leaves a single brace, and text without one, as they are', async () => {
    expect((await loadOne({ profile: 'a{b}c {# d #}' })).connection.credentials).toMatchObject({
      profile: 'a{b}c {# d #}',
    });
  });

  it("encodes what a proxy's password would break the URL with", async () => {
    const remoteAgent = 'http://bob:{{ env.PW }}@proxy:3128';
    const { connection } = await loadOne({ remoteAgent }, { PW: 'p@ss/w#rd?:100% é' });
    const url = new URL(connection.remoteAgent ?? '');
    expect(url.host).toBe('proxy:3128');
    expect(decodeURIComponent(url.password)).toBe('p@ss/w#rd?:100% é');
    // What is encoded already stays.
    expect((await loadOne({ remoteAgent }, { PW: 'p%40ssw%2Frd' })).connection.remoteAgent).toBe(
      'http://bob:p%40ssw%2Frd@proxy:3128',
    );
  });
});

describe('the secrets of the connections', () => {
  it('are all that is secret in them, once each, and nothing else', async () => {
    const { secrets } = await load(
      {
        connections: [
          {
            label: 'a',
            ...withSecret(SECRET),
            sessionToken: '{{ env.TOKEN }}',
            externalId: 'external-id',
            roleArn: 'arn:aws:iam::123456789012:role/r',
          },
          {
            label: 'b',
            ...withSecret(SECRET),
            referenceValues: { host: 'proxy.example', pin: { secret: 'battery-staple' } },
          },
          { label: 'c', remoteAgent: 'http://ann@example:c0rrect%20horse@{{ env.PROXY }}' },
        ],
      },
      { TOKEN: 'session-token-1', PROXY: 'proxy.example', HOME: '/home/ann-example' },
    );
    expect(secrets.toSorted()).toEqual(
      [SECRET, 'session-token-1', 'battery-staple', 'c0rrect horse', 'c0rrect%20horse'].toSorted(),
    );
  });

  it.each([
    ['a part', '{{ env.HALF }}-and-more', { HALF: 'half-a-secret' }, 'half-a-secret'],
    ['trimmed', '{{ env.RAW | trim }}', { RAW: ' with-spaces ' }, ' with-spaces '],
    ['turned into something else', '{{ env.RAW | upper }}', { RAW: 'lower-case' }, 'lower-case'],
    ['found by a name that is put together', '{{ env["RA" ~ "W"] }}', { RAW: 'found-by-name' }, 'found-by-name'],
  ])('include the variable that a secret was rendered from: %s', async (_, template, env, value) => {
    expect((await loadOne(withSecret(template), { ...env, OTHER: 'not-a-secret' })).secrets).toContain(value);
    expect((await loadOne(withSecret(template), { ...env, OTHER: 'not-a-secret' })).secrets).not.toContain(
      'not-a-secret',
    );
  });

  it('do not include a variable whose name is only a part of one in the template', async () => {
    const env = { MY_RAW: 'lower-case', _: '/usr/bin/node', RAW: 'another-value' };
    const { secrets } = await loadOne(withSecret('{{ env.MY_RAW | upper }}'), env);
    expect(secrets.toSorted()).toEqual(['LOWER-CASE', 'lower-case']);
  });

  it('include the variable behind a secret reference value', async () => {
    const fields = withSecret('{{ pin }}', { referenceValues: { pin: { secret: '{{ env.PIN | reverse }}' } } });
    expect((await loadOne(fields, { PIN: 'staple-battery' })).secrets.toSorted()).toEqual(
      ['yrettab-elpats', 'staple-battery'].toSorted(),
    );
  });

  it('may not be made of a reference value that tool inputs can see', async () => {
    const fields = withSecret('{{ key }}', { referenceValues: { key: '{{ env.KEY }}' } });
    expect(await complaint(loadOne(fields, { KEY: SECRET }))).toBe(
      'FILE:8: connections[0].referenceValues.key: connection \'one\': expected {"secret": "text"}, since it is part of a secret',
    );
  });

  it('may be shorter than eight characters only where it is a user name', async () => {
    expect((await loadOne({ remoteAgent: 'http://bob:correct-horse@proxy' })).secrets).not.toContain('bob');
    for (const fields of [
      withSecret('{{ env.S }}'),
      { remoteAgent: 'http://bob:{{ env.S }}@proxy' },
      { referenceValues: { pin: { secret: '{{ env.S }}' } } },
    ]) {
      const told = await complaint(loadOne(fields, { S: 'hunter2' }));
      expect(told).toMatch(/of at least 8 characters$/);
      expect(told).not.toContain('hunter2');
    }
  });

  it('are in no error, whatever goes wrong with them', async () => {
    const templates = [
      '{{ env.S | int }}',
      '{{ env.S.x }}',
      '{{ env.S() }}',
      '{% include env.S %}',
      '{{ env.S + 1 }}',
      '{{ env[env.S] }}',
      '{{ [1] | map(env.S) | list }}',
      '{{ env.S',
      '{{ "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" + 1 }}',
      '{{ env.S }}\n\n',
      '{{ env.S * 10000 }}',
    ];
    for (const template of templates) {
      const told = await complaint(loadOne(withSecret(template), { S: SECRET }));
      expect(told).toMatch(/^FILE:6: connections\[0\]\.secretKey: /);
      expect(told).not.toContain(SECRET.slice(0, 8));
    }
  });
});
