// IAM quotes what was sent in what it says of a wrong signature, session token included. Secrets are taken out before a
// text is shortened: of one that was cut, no redaction would know the rest.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, call, openProgram } from '../actions/program.ts';
import { useEmptyHome } from './aws-home.ts';
import { iamAnswer, openHostile } from './hostile-endpoint.ts';

const KEY = 'AKIAQUOTEDQUOTEDQ001';
// As long as real ones are, and nowhere the same.
const TOKEN = Array.from({ length: 160 }, (_, n) => `t${(n * 7919).toString(36)}`)
  .join('')
  .slice(0, 973);
const SECRET = 'the-secret-of-the-quoted-key-0123456789';
const PIECE = 12;

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
  '<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>';

/** Every piece of a secret that nobody writes by chance. */
const pieces = (secret: string) =>
  Array.from({ length: secret.length - PIECE }, (_, start) => secret.slice(start, start + PIECE));

async function programRefused(message: string, refused: (operation: string) => boolean) {
  const { program: hostile } = await openHostile((response, operation) => {
    if (refused(operation)) response.writeHead(403).end(refusal('SignatureDoesNotMatch', message));
    else
      response.end(iamAnswer(operation, '<Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/me</Arn>'));
  });
  const [connection] = hostile.connections.values();
  const credentials = { from: 'keys', accessKeyId: KEY, secretAccessKey: SECRET, sessionToken: TOKEN } as const;
  return openProgram({ endpoint: connection?.endpoint, region: 'us-east-1', credentials });
}

const KEY_OF_ANN = { user_name: 'ann', access_key_id: 'AKIA0123456789ABCDEF' };

describe('a session token that IAM quotes', () => {
  // Before the cut, across it, after it; as it is, and as it stands in a URL.
  const quotes = [0, 400, 900, 990, 1500].flatMap((at) => [
    ['as it is', `${'x'.repeat(at)} x-amz-security-token:${TOKEN} ${'y'.repeat(2000)}`] as const,
    ['in a URL', `${'x'.repeat(at)} X-Amz-Security-Token=${encodeURIComponent(TOKEN)}&amp;${SECRET}`] as const,
  ]);

  it.each(quotes)('is in no piece of an answer or the log: %s', async (_, message) => {
    const program = await programRefused(message, () => true);
    const told = [
      await call(program, 'list_access_keys', { user_name: 'ann' }),
      await call(program, 'delete_access_key', KEY_OF_ANN),
      await call(program, 'list_access_keys', { rows: [{ u: 'ann' }], user_name: '{{ u }}' }),
    ];
    const all = JSON.stringify(told) + readFileSync(path.join(program.settings.stateDir, 'server.log'), 'utf8');
    for (const piece of [...pieces(TOKEN), ...pieces(SECRET)]) expect(all).not.toContain(piece);
    expect(told[0]?.error).toMatch(/^SignatureDoesNotMatch: .*check the secret key of this connection$/);
  });

  it('is not shown either where it is a role that is refused', async () => {
    const message = `${'x'.repeat(900)} ${TOKEN}`;
    const program = await programRefused(message, (operation) => operation === 'AssumeRole');
    const role_arn = 'arn:aws:iam::111122223333:role/responder';
    const { error } = await call(program, 'list_access_keys', { user_name: 'ann', role_arn });
    expect(error).toMatch(/^SignatureDoesNotMatch: /);
    for (const piece of pieces(TOKEN)) expect(error).not.toContain(piece);
  });

  it('is not shown in pieces by a date that AWS is said to have', async () => {
    const { program: hostile } = await openHostile((response) => {
      response.setHeader('date', `${'x'.repeat(20)}${TOKEN}`).writeHead(403);
      response.end(refusal('SignatureDoesNotMatch', 'Signature expired: it is too old'));
    });
    const [connection] = hostile.connections.values();
    const credentials = { from: 'keys', accessKeyId: KEY, secretAccessKey: SECRET, sessionToken: TOKEN } as const;
    const program = openProgram({ endpoint: connection?.endpoint, region: 'us-east-1', credentials });
    const { error } = await call(program, 'list_access_keys', { user_name: 'ann' });
    expect(error).toMatch(/^SignatureDoesNotMatch: .*the clock of this machine is wrong/);
    for (const piece of pieces(TOKEN)) expect(error).not.toContain(piece);
  });

  it('keeps a plan from being made, though the plan would show it shortened', async () => {
    const document = {
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::b/${'x'.repeat(120)}${TOKEN}` }],
    };
    const facts: Record<string, string> = {
      GetUser:
        '<User><UserName>ann</UserName><UserId>AIDA</UserId><Arn>arn:aws:iam::111122223333:user/ann</Arn></User>',
      GetPolicy: '<Policy><DefaultVersionId>v1</DefaultVersionId></Policy>',
      GetPolicyVersion: `<PolicyVersion><Document>${encodeURIComponent(JSON.stringify(document))}</Document></PolicyVersion>`,
    };
    const identity = '<Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/me</Arn>';
    const { program: hostile } = await openHostile((response, operation) =>
      response.end(iamAnswer(operation, facts[operation] ?? identity)),
    );
    const [connection] = hostile.connections.values();
    const credentials = { from: 'keys', accessKeyId: KEY, secretAccessKey: SECRET, sessionToken: TOKEN } as const;
    const program = openProgram({ endpoint: connection?.endpoint, region: 'us-east-1', credentials });
    const given = { user_name: 'ann', policy_arn: 'arn:aws:iam::111122223333:policy/mine' };
    const { plan, envelope } = await ask(program, 'attach_user_policy', given);
    expect(plan).toBeUndefined();
    expect(envelope.error).toMatch(/^Refused: a name or fact of this change has a secret/);
    for (const piece of pieces(TOKEN)) expect(envelope.error).not.toContain(piece);
  });

  it('in what a credential process says is not shown', async () => {
    const files = useEmptyHome();
    // What the process prints is no JSON: the chain quotes it.
    files.config(
      `[profile vault]\ncredential_process = echo '{"Version": 1, "AccessKeyId": "${'x'.repeat(20)}" ${TOKEN}'\n`,
    );
    const program = openProgram({ profile: 'vault' });
    program.redactor.register(TOKEN);
    const { error } = await call(program, 'list_access_keys', { user_name: 'ann' });
    expect(error).toMatch(/^NoCredentials: /);
    for (const piece of pieces(TOKEN)) expect(error).not.toContain(piece);
  });
});
