import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { connectionLabelled, loadConnections } from '../../src/settings/connections.ts';
import { resolveSettings } from '../../src/settings/resolve.ts';
import { complaint, load, loadOne, settingsWith, writeConfig } from './config-folder.ts';

const KEYS = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const ROLE = 'arn:aws-cn:iam::123456789012:role/teams/responder';

describe('a connection of the config file', () => {
  it('has everything that was said of it', async () => {
    const file = writeConfig({
      connections: [
        {
          label: 'prod.eu-1_a',
          region: 'eu-central-1',
          ...KEYS,
          sessionToken: 'a-session-token',
          roleArn: ROLE,
          externalId: 'ext:id/1',
          sessionName: 'night-shift@aws',
          sessionDuration: 900,
          verifySsl: false,
          caBundle: 'certificates/ca.pem',
          remoteAgent: 'socks5h://agent:correct-horse@10.0.0.1:1080',
          endpoint: 'https://iam.internal.example',
          readOnly: true,
          timeout: 2.5,
          referenceValues: { team: 'blue', pin: { secret: 'battery-staple' } },
        },
      ],
    });
    const { connections } = await loadConnections(await settingsWith(file), undefined, {});
    expect(Object.fromEntries(connections)).toEqual({
      'prod.eu-1_a': {
        label: 'prod.eu-1_a',
        region: 'eu-central-1',
        credentials: {
          from: 'keys',
          accessKeyId: KEYS.accessKey,
          secretAccessKey: KEYS.secretKey,
          sessionToken: 'a-session-token',
        },
        role: { arn: ROLE, externalId: 'ext:id/1', sessionName: 'night-shift@aws', durationSeconds: 900 },
        verifySsl: false,
        caBundle: path.join(path.dirname(file), 'certificates', 'ca.pem'),
        remoteAgent: 'socks5h://agent:correct-horse@10.0.0.1:1080',
        endpoint: 'https://iam.internal.example',
        readOnly: true,
        timeout: 2.5,
        // The secret one is nobody's to see.
        referenceValues: { team: 'blue' },
      },
    });
  });

  it('needs a label and nothing else', async () => {
    expect((await loadOne({ label: 'bare' })).connection).toEqual({
      label: 'bare',
      credentials: { from: 'chain' },
      verifySsl: true,
      readOnly: false,
      referenceValues: {},
    });
  });

  it('takes credentials from a profile', async () => {
    expect((await loadOne({ profile: 'two words' })).connection.credentials).toEqual({
      from: 'profile',
      profile: 'two words',
    });
  });

  it.each(['http://localhost:4566', 'http://127.0.0.1:1', 'http://[::1]:80', 'https://10.0.0.1/iam'])(
    'can have the endpoint %s',
    async (endpoint) => {
      expect((await loadOne({ endpoint })).connection.endpoint).toBe(endpoint);
    },
  );

  it.each([
    'socks5://p:1080',
    'socks5h://p',
    'http://p:3128/',
    'https://u:long-enough@p',
    'http://bob@p',
    'http://[::1]:1',
  ])('can have the remote agent %s', async (remoteAgent) => {
    expect((await loadOne({ remoteAgent })).connection.remoteAgent).toBe(remoteAgent);
  });
});

describe('the connection for a call', () => {
  const labelled = async (written: object, label?: string) => {
    const { connections, defaultLabel } = await load(written);
    return connectionLabelled(connections, label, defaultLabel).label;
  };
  const two = [{ label: 'prod' }, { label: 'default' }, { label: 'test' }];

  it('is the one it names', async () => {
    expect(await labelled({ connections: two, defaultConnection: 'prod' }, 'test')).toBe('test');
  });

  it('is else the default connection, the one labelled default, or the only one', async () => {
    expect(await labelled({ connections: two, defaultConnection: 'prod' })).toBe('prod');
    expect(await labelled({ connections: two })).toBe('default');
    expect(await labelled({ connections: [{ label: 'prod' }] })).toBe('prod');
    expect(await labelled({})).toBe('default');
  });

  it('has to be named where none of them is the default', async () => {
    const asking = labelled({ connections: [{ label: 'prod' }, { label: 'test' }] });
    await expect(asking).rejects.toThrow(
      new CallError('UnknownConnection', 'say which connection; there are: prod, test'),
    );
  });

  it('is refused when there is none of that label, with those there are', async () => {
    await expect(labelled({ connections: two }, 'pord\n')).rejects.toMatchObject({
      code: 'UnknownConnection',
      message: "no connection is labelled 'pord\\u{a}'; there are: prod, default, test",
    });
    await expect(labelled({}, 'toString')).rejects.toMatchObject({ code: 'UnknownConnection' });
  });

  it('cannot be one by default that there is not', async () => {
    expect(await complaint(load({ connections: two, defaultConnection: 'prd' }))).toMatch(
      /^FILE:\d+: defaultConnection: expected the label of a connection; did you mean prod\?$/,
    );
    expect(await complaint(load({ defaultConnection: 'production' }))).toBe(
      'FILE:2: defaultConnection: expected the label of a connection; there are: default',
    );
  });
});

describe('the roles that a call may name', () => {
  const PATTERNS = ['arn:aws:iam::222233334444:role/audit,-*', 'arn:aws:iam::??????????55:role/*'];

  it('are those of the option for the one connection, with blanks between them', async () => {
    for (const given of [
      await settingsWith(writeConfig({}), ['--roles', PATTERNS.join(' ')]),
      await settingsWith(writeConfig({}), [], { AWS_IAM_MCP_ROLES: ` ${PATTERNS.join('\t ')} ` }),
      await settingsWith(writeConfig({ roles: PATTERNS.join(' ') })),
    ]) {
      const { connections } = await loadConnections(given, undefined, {});
      expect(connections.get('default')?.roles).toEqual(PATTERNS);
    }
    expect((await load({})).connections.get('default')?.roles).toBeUndefined();
  });

  it('are those of each connection, whose patterns may be templates', async () => {
    const roles = ['arn:aws:iam::{{ env.OTHER }}:role/*', '*'];
    const { connection } = await loadOne({ roles }, { OTHER: '222233334444' });
    expect(connection.roles).toEqual(['arn:aws:iam::222233334444:role/*', '*']);
    expect((await loadOne({})).connection.roles).toBeUndefined();
  });

  it.each([
    'role/x',
    'arn:aws:iam::222233334444:user/x',
    'arn:aws:iam::22223333444:role/x',
    'arn:aws:iam::2222?:role/x',
    'arn:aws:iam::222233334444:role/',
    '',
    ' ',
    'x *',
  ])('are no pattern: %o', async (pattern) => {
    const why = /patterns? of|a pattern of some|is empty/;
    await expect(settingsWith(writeConfig({}), [`--roles=${pattern}`])).rejects.toThrow(
      pattern === ''
        ? /--roles/
        : /--roles must be one text of patterns of role ARNs with blanks between them, such as arn:/,
    );
    expect(await complaint(loadOne({ roles: [pattern] }))).toMatch(/^FILE:6: connections\[0\]\.roles\[0\]: /);
    expect(await complaint(loadOne({ roles: [pattern] }))).toMatch(why);
    expect(await complaint(loadOne({ roles: pattern }))).toMatch(/roles: .*expected an array of patterns/);
  });

  it('belong to a connection where a file has connections', async () => {
    const connections = [{ label: 'one' }];
    await expect(settingsWith(writeConfig({ connections }), ['--roles', '*'])).rejects.toThrow(
      /--roles belongs in a connection/,
    );
    expect(await complaint(load({ connections, roles: '*' }))).toMatch(/roles: belongs in one of the connections/);
  });
});

describe('the connections without a file', () => {
  it('are one, from the options', async () => {
    const loaded = await loadConnections(resolveSettings([{ name: 'region', from: '--region', value: 'eu-west-1' }]));
    expect(loaded).toEqual({
      connections: new Map([
        [
          'default',
          {
            label: 'default',
            region: 'eu-west-1',
            credentials: { from: 'chain' },
            verifySsl: true,
            readOnly: false,
            referenceValues: {},
          },
        ],
      ]),
      defaultLabel: 'default',
      secrets: [],
    });
  });

  it('are the sandbox alone with a sandbox, whatever the file says', async () => {
    const file = writeConfig({
      connections: [{ label: 'prod', secretKey: '{{ env.NOT_THERE }}', accessKey: 'x'.repeat(20) }],
    });
    const sandbox = {
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'made-up' },
    };
    const loaded = await loadConnections(await settingsWith(file, ['--sandbox']), sandbox, {});
    const { connections, defaultLabel, secrets } = loaded;
    expect([...connections.values()]).toMatchObject([
      {
        label: 'default',
        endpoint: 'http://127.0.0.1:1',
        credentials: { from: 'sandbox', accessKeyId: 'AKIA', secretAccessKey: 'made-up' },
      },
    ]);
    expect(defaultLabel).toBe('default');
    expect(secrets).toEqual(['made-up']);
  });
});
