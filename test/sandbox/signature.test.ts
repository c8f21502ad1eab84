import { GetUserCommand, IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { type ClientChoice, failureOf, iamClient, refusalOf, stsClient } from './clients.ts';

const NOT_MATCHING =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const INVALID_TOKEN = 'InvalidClientTokenId 403: The security token included in the request is invalid.';
const FORM = 'Action=GetUser&Version=2010-05-08';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

const getUser = (choice: ClientChoice) => iamClient(sandbox, choice).send(new GetUserCommand({}));

/** A request signed as a client other than the SDK might; the headers given are the ones that get signed. */
async function sign(
  headers: Record<string, string>,
  { body = FORM, signingDate = new Date(), checksum = false } = {},
): Promise<Record<string, string>> {
  class Sha256 extends Hash {
    constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
      super('sha256', secret);
    }
  }
  const signer = new SignatureV4({
    credentials: sandbox.credentials,
    region: 'us-east-1',
    service: 'iam',
    sha256: Sha256,
    applyChecksum: checksum,
  });
  const { host, hostname } = new URL(sandbox.endpoint);
  const request = { method: 'POST', protocol: 'http:', hostname, path: '/', headers: { host, ...headers }, body };
  return (await signer.sign(request, { signingDate })).headers;
}

async function post(headers: Record<string, string>, body = FORM): Promise<string> {
  const { host: _, ...rest } = headers;
  const answer = await fetch(sandbox.endpoint, { method: 'POST', headers: rest, body });
  const xml = await answer.text();
  const text = (element: string) => new RegExp(`<${element}>([^]*)</${element}>`).exec(xml)?.[1];
  return answer.ok ? 'ok' : `${text('Code')} ${answer.status}: ${text('Message')}`;
}

test('refuses a wrong secret', async () => {
  const credentials = { ...sandbox.credentials, secretAccessKey: 'x'.repeat(40) };
  expect(await refusalOf(getUser({ credentials }))).toBe(`SignatureDoesNotMatch 403: ${NOT_MATCHING}`);
});

test('refuses an unknown key', async () => {
  const credentials = { ...sandbox.credentials, accessKeyId: `AKIA${'X'.repeat(16)}` };
  expect(await refusalOf(getUser({ credentials }))).toBe(INVALID_TOKEN);
});

test('refuses a key that was switched off, until it is switched on', async () => {
  sandbox.createUser('Jane');
  const credentials = sandbox.createKey('Jane', 'Inactive');
  expect(await refusalOf(getUser({ credentials }))).toBe(INVALID_TOKEN);
  await iamClient(sandbox).send(
    new UpdateAccessKeyCommand({ UserName: 'Jane', AccessKeyId: credentials.accessKeyId, Status: 'Active' }),
  );
  expect((await getUser({ credentials })).User?.UserName).toBe('Jane');
});

test('refuses a session token that comes with a long-lived key', async () => {
  expect(await refusalOf(getUser({ credentials: { ...sandbox.credentials, sessionToken: 'made-up' } }))).toBe(
    INVALID_TOKEN,
  );
});

test('refuses another region, for IAM and for STS', async () => {
  const refusal = 'SignatureDoesNotMatch 403: Credential should be scoped to a valid region. ';
  expect(await refusalOf(getUser({ region: 'eu-west-1' }))).toBe(refusal);
  const identity = stsClient(sandbox, { region: 'eu-west-1' }).send(new GetCallerIdentityCommand({}));
  expect(await refusalOf(identity)).toBe(refusal);
});

test("refuses a signature for another service than the action's", async () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  expect(await post(await sign({}, { body }), body)).toBe(
    'SignatureDoesNotMatch 403: Credential should be scoped to correct service: &apos;sts&apos;. ',
  );
});

test('refuses a request without a signature, or with half of one', async () => {
  expect(await post({})).toBe('MissingAuthenticationToken 403: Request is missing Authentication Token');
  const authorization = `AWS4-HMAC-SHA256 Credential=${sandbox.credentials.accessKeyId}/20260101/us-east-1/iam/aws4_request`;
  expect(await post({ authorization })).toContain('IncompleteSignature 400');
});

test('takes what another client signs: fewer headers, a hash of the body or none', async () => {
  expect(await post(await sign({}))).toBe('ok');
  expect(await post(await sign({ 'content-type': 'application/x-www-form-urlencoded' }))).toBe('ok');
  expect(await post(await sign({}, { checksum: true }))).toBe('ok');
});

test('refuses a body other than the one signed, whatever hash the request claims', async () => {
  const other = `${FORM}&UserName=ci-deploy`;
  expect(await post(await sign({}), other)).toContain('SignatureDoesNotMatch 403');
  expect(await post(await sign({}, { checksum: true }), other)).toContain('SignatureDoesNotMatch 403');
});

test('refuses a header changed after signing, and one that is signed but missing', async () => {
  const signed = await sign({ 'x-amz-meaning': 'one' });
  expect(await post(signed)).toBe('ok');
  expect(await post({ ...signed, 'x-amz-meaning': 'two' })).toContain('SignatureDoesNotMatch 403');
  const { 'x-amz-meaning': _, ...missing } = signed;
  expect(await post(missing)).toContain('SignatureDoesNotMatch 403');
});

test('refuses a signature that does not cover the host', async () => {
  const { host: _, ...headers } = await sign({ host: '' });
  const authorization = headers.authorization ?? '';
  expect(authorization).toContain('SignedHeaders=host;');
  const uncovered = { ...headers, authorization: authorization.replace('SignedHeaders=host;', 'SignedHeaders=') };
  expect(await post(uncovered)).toContain('must be &apos;SignedHeaders&apos;');
});

test("refuses a scope of another day than the request's", async () => {
  const signed = await sign({});
  const authorization = signed.authorization?.replace(/\/\d{8}\//, '/20200229/') ?? '';
  expect(await post({ ...signed, authorization })).toMatch(
    /^SignatureDoesNotMatch 403: Date in Credential scope does not match .*20200229/,
  );
});

test('refuses a signature more than fifteen minutes old or early, and takes one of fourteen', async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const at = async (minutes: number) => post(await sign({}, { signingDate: minutesAgo(minutes) }));
  expect(await at(14)).toBe('ok');
  expect(await at(-14)).toBe('ok');
  expect(await at(16)).toMatch(
    /^SignatureDoesNotMatch 403: Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
  );
  expect(await at(-16)).toMatch(
    /^SignatureDoesNotMatch 403: Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 15 min\.\)$/,
  );
});

test('refuses a client whose clock is off', async () => {
  const iam = new IAMClient({
    endpoint: sandbox.endpoint,
    region: 'us-east-1',
    credentials: sandbox.credentials,
    maxAttempts: 1,
    systemClockOffset: -20 * 60_000,
  });
  expect((await failureOf(iam.send(new GetUserCommand({})))).message).toContain('Signature expired: ');
});

test('judges a signature by the machine, not by the day the account is set to', async () => {
  const past = await startSandbox({ now: () => new Date('2020-02-29T12:00:00Z') });
  const iam = iamClient(past);
  // Twice: the SDK corrects its clock by the first answer's date.
  await iam.send(new GetUserCommand({}));
  await iam.send(new GetUserCommand({}));
  expect(past.log.at(-1)).toMatchObject({ outcome: 'done', at: '2020-02-29T12:00:00.000Z' });
  await past.close();
});
