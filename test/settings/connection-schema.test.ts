import { describe, expect, it } from 'vitest';
import { complaint, load, loadOne } from './config-folder.ts';

const KEYS = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const ROLE = 'arn:aws-cn:iam::123456789012:role/teams/responder';

describe('a connection that does not fit', () => {
  it.each([
    [{ label: '' }, 'label: expected 1 to 64 letters, digits and _.-'],
    [{ label: 'two words' }, 'label: expected 1 to 64 letters, digits and _.-'],
    [{ label: 'x'.repeat(65) }, 'label: expected 1 to 64 letters, digits and _.-'],
    [{ label: undefined }, 'label: missing; expected 1 to 64 letters, digits and _.-'],
    [{ region: '' }, 'region: expected an AWS region, in one line'],
    [{ region: 'a\nb' }, 'region: expected an AWS region, in one line'],
    [{ region: 1 }, 'region: expected an AWS region, in one line'],
    [{ accessKey: 'AKIA-not' }, 'accessKey: expected an access key id of 16 to 128 letters and digits'],
    [{ ...KEYS, secretKey: 'a\nb\nc\nd\ne' }, 'secretKey: expected a secret access key, in one line'],
    [{ ...KEYS, secretKey: 'shorter' }, 'secretKey: expected a secret access key of at least 8 characters'],
    [{ ...KEYS, sessionToken: 'shorter' }, 'sessionToken: expected a session token of at least 8 characters'],
    [{ ...KEYS, profile: 'p' }, 'profile: expected a profile or keys, not both'],
    [{ sessionToken: 'long-enough', profile: 'p' }, 'profile: expected a profile or keys, not both'],
    [{ accessKey: KEYS.accessKey }, 'secretKey: missing, and accessKey is there'],
    [{ secretKey: KEYS.secretKey }, 'accessKey: missing, and secretKey is there'],
    [{ sessionToken: 'long-enough' }, 'accessKey: missing, and sessionToken is there'],
    [{ profile: '' }, 'profile: expected the name of a profile, in one line'],
    [
      { roleArn: 'arn:aws:iam::123456789012:user/x' },
      'roleArn: expected the ARN of a role, such as arn:aws:iam::123456789012:role/responder',
    ],
    [{ roleArn: ROLE, externalId: 'x' }, 'externalId: expected 2 to 1224 letters, digits and _+=,.@:/-'],
    [{ roleArn: ROLE, sessionName: 'a b' }, 'sessionName: expected 2 to 64 letters, digits and _+=,.@-'],
    [{ roleArn: ROLE, sessionName: 'x'.repeat(65) }, 'sessionName: expected 2 to 64 letters, digits and _+=,.@-'],
    [{ roleArn: ROLE, sessionDuration: 899 }, 'sessionDuration: expected a number of seconds from 900 to 43200'],
    [{ roleArn: ROLE, sessionDuration: 43_201 }, 'sessionDuration: expected a number of seconds from 900 to 43200'],
    [
      { roleArn: ROLE, sessionDuration: 900.5 },
      'sessionDuration: expected a whole number of seconds from 900 to 43200',
    ],
    [{ roleArn: ROLE, sessionDuration: '900' }, 'sessionDuration: expected a number of seconds from 900 to 43200'],
    [{ externalId: 'abc' }, 'externalId: of use only beside a roleArn'],
    [{ sessionName: 'abc' }, 'sessionName: of use only beside a roleArn'],
    [{ sessionDuration: 900 }, 'sessionDuration: of use only beside a roleArn'],
    [{ verifySsl: 'no' }, 'verifySsl: expected true or false'],
    [{ readOnly: 1 }, 'readOnly: expected true or false'],
    [{ caBundle: '~/ca.pem' }, 'caBundle: expected the path of a PEM file (~ is not expanded here)'],
    [{ timeout: 0 }, 'timeout: expected a number of seconds from 0.1 to 3600'],
    [{ timeout: '5' }, 'timeout: expected a number of seconds from 0.1 to 3600'],
    [{ endpoint: 'http://iam.example' }, 'endpoint: expected https:// for another machine'],
    [{ endpoint: 'http://127.0.0.1.example' }, 'endpoint: expected https:// for another machine'],
    [{ endpoint: 'iam.example' }, 'endpoint: expected a URL that begins with https://'],
    [{ endpoint: 'https://u:hunter2hunter2@iam.example' }, 'endpoint: expected a URL without a user name and password'],
    [
      { remoteAgent: 'proxy:3128' },
      'remoteAgent: expected a URL that begins with socks5h://, socks5://, http:// or https://',
    ],
    [
      { remoteAgent: 'socks4://proxy' },
      'remoteAgent: expected a URL that begins with socks5h://, socks5://, http:// or https://',
    ],
    [
      { remoteAgent: 'http://pro\nxy' },
      'remoteAgent: expected a URL that begins with socks5h://, socks5://, http:// or https://',
    ],
    [{ remoteAgent: 'http://proxy/way' }, 'remoteAgent: expected a URL that ends after the host and port'],
    [{ remoteAgent: 'http://u:hunter2@proxy' }, 'remoteAgent: expected a password of at least 8 characters'],
    [{ referenceValues: ['x'] }, 'referenceValues: expected an object of names and texts'],
    [{ referenceValues: { n: 1 } }, 'referenceValues.n: expected a text, or {"secret": "text"}'],
    [{ referenceValues: { n: { secret: 1 } } }, 'referenceValues.n.secret: expected a text, in one line'],
    [
      { referenceValues: { n: { secret: 'shorter' } } },
      'referenceValues.n.secret: expected a text of at least 8 characters',
    ],
    [{ referenceValues: { n: { secert: 'x' } } }, 'referenceValues.n.secert: unknown; did you mean secret?'],
    [
      { referenceValues: { env: 'x' } },
      'referenceValues.env: expected a name of letters, digits and _ that begins with no digit and is not env',
    ],
    [
      { referenceValues: { '1st': 'x' } },
      'referenceValues.1st: expected a name of letters, digits and _ that begins with no digit and is not env',
    ],
    [{ acessKey: 'x' }, 'acessKey: unknown; did you mean accessKey?'],
    [{ password: 'x' }, 'password: unknown'],
  ])('is refused, naming the field and what was expected: %j', async (fields, message) => {
    const told = await complaint(loadOne(fields));
    expect(told).toMatch(/^FILE:\d+: connections\[0\]\./);
    expect(told.replace(/^FILE:\d+: connections\[0\]\./, '').replace("connection 'one': ", '')).toBe(message);
  });

  it('is refused for a label that another has', async () => {
    const connections = [{ label: 'a' }, { label: '{{ env.B }}' }, { label: 'b' }];
    expect(await complaint(load({ connections }, { B: 'b' }))).toBe(
      'FILE:10: connections[2].label: the same as connections[1].label',
    );
  });

  it('never has its value repeated, whatever is wrong', async () => {
    const secret = 'wJalrXUtnFEMI K7MDENG';
    const fields = { label: secret, accessKey: secret, roleArn: secret, endpoint: secret, remoteAgent: secret };
    for (const [field, value] of Object.entries(fields)) {
      expect(await complaint(loadOne({ [field]: value }))).not.toContain(secret);
      expect(await complaint(loadOne({ [field]: '{{ env.S }}' }, { S: secret }))).not.toContain(secret);
    }
  });
});
