// Finds out who signed a request, as AWS does: the request is signed again with the stored secret and the two
// signatures compared. Refusals carry AWS's codes and texts, which people search the web for.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Account } from './account.ts';
import { QueryError, type Service } from './query-protocol.ts';
import type { AccessKey, Session } from './state.ts';

export interface ReceivedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Who calls: a user with a long-lived key, or a role's session. */
export type Caller = { kind: 'user'; key: AccessKey } | { kind: 'session'; session: Session };

interface Authorization {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

const REGION = 'us-east-1';
const FIFTEEN_MINUTES = 15 * 60 * 1000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([A-Za-z0-9_]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super('sha256', secret);
  }
}

/**
 * @throws QueryError with the code AWS gives: MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId,
 * ExpiredToken, SignatureDoesNotMatch
 */
export async function authenticate(request: ReceivedRequest, service: Service, account: Account): Promise<Caller> {
  const authorization = readAuthorization(request.headers);
  const caller = findCaller(request.headers, account);
  const signingDate = readDate(request.headers, authorization);
  checkScope(authorization, service);
  checkAge(signingDate);
  const expected = await signAgain(request, authorization, signingDate, caller);
  if (!expected || !timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(authorization.signature, 'hex'))) {
    throw signatureDoesNotMatch(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  return caller;
}

/** Whose key a request names, for the log; nothing is proved by it. */
export function claimedArn(headers: IncomingHttpHeaders, account: Account): string {
  const accessKeyId = AUTHORIZATION.exec(headers.authorization ?? '')?.[1] ?? '';
  const key = account.key(accessKeyId);
  if (key) return key.user.arn;
  const session = account.session(accessKeyId);
  return session ? sessionArn(session, account) : 'unknown';
}

export function callerArn(caller: Caller, account: Account): string {
  return caller.kind === 'user' ? caller.key.user.arn : sessionArn(caller.session, account);
}

export function sessionArn({ role, sessionName }: Session, account: Account): string {
  return `arn:aws:sts::${account.id}:assumed-role/${role.roleName}/${sessionName}`;
}

function readAuthorization(headers: IncomingHttpHeaders): Authorization {
  if (!headers.authorization) {
    throw new QueryError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const [, accessKeyId, date, region, service, signedHeaders, signature] =
    AUTHORIZATION.exec(headers.authorization) ?? [];
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) {
    throw incompleteSignature(
      "Authorization header requires 'Credential' parameter, 'SignedHeaders' parameter and 'Signature' parameter.",
    );
  }
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/** Whom the request names, its signature not looked at. @throws QueryError as `authenticate` does */
export function findCaller(headers: IncomingHttpHeaders, account: Account): Caller {
  const { accessKeyId } = readAuthorization(headers);
  const token = headers['x-amz-security-token'];
  const key = account.key(accessKeyId);
  if (key?.status === 'Active' && token === undefined) return { kind: 'user', key };
  const session = account.session(accessKeyId);
  if (!session || token !== session.sessionToken) {
    throw new QueryError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  if (session.expiration <= account.now()) {
    throw new QueryError(403, 'ExpiredToken', 'The security token included in the request is expired');
  }
  return { kind: 'session', session };
}

function readDate(headers: IncomingHttpHeaders, { date, signedHeaders }: Authorization): Date {
  const sent = String(headers['x-amz-date'] ?? '');
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(sent) ?? [];
  const signingDate = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signingDate.getTime())) {
    throw incompleteSignature("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (!signedHeaders.includes('host') || !signedHeaders.includes('x-amz-date')) {
    throw signatureDoesNotMatch("'Host' and 'X-Amz-Date' must be 'SignedHeaders' in the AWS Authorization.");
  }
  if (sent.slice(0, 8) !== date) {
    throw signatureDoesNotMatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${sent.slice(0, 8)}', from '${sent}'.`,
    );
  }
  return signingDate;
}

function checkScope({ region, service: signedService }: Authorization, service: Service): void {
  const faults: string[] = [];
  if (region !== REGION) faults.push('Credential should be scoped to a valid region. ');
  if (signedService !== service) faults.push(`Credential should be scoped to correct service: '${service}'. `);
  if (faults.length > 0) throw signatureDoesNotMatch(faults.join(''));
}

/**
 * Judged by the machine's clock, not the account's: the SDK signs by the machine's, and a test that moves the account
 * to another day (to let a session expire) must still get its requests through.
 */
function checkAge(signingDate: Date): void {
  const now = new Date();
  const age = now.getTime() - signingDate.getTime();
  const signed = basicFormat(signingDate);
  if (age > FIFTEEN_MINUTES) {
    const earliest = basicFormat(new Date(now.getTime() - FIFTEEN_MINUTES));
    throw signatureDoesNotMatch(
      `Signature expired: ${signed} is now earlier than ${earliest} (${basicFormat(now)} - 15 min.)`,
    );
  }
  if (age < -FIFTEEN_MINUTES) {
    const latest = basicFormat(new Date(now.getTime() + FIFTEEN_MINUTES));
    throw signatureDoesNotMatch(
      `Signature not yet current: ${signed} is still later than ${latest} (${basicFormat(now)} + 15 min.)`,
    );
  }
}

async function signAgain(
  request: ReceivedRequest,
  { region, service, signedHeaders }: Authorization,
  signingDate: Date,
  caller: Caller,
): Promise<string | undefined> {
  const headers: Record<string, string> = {};
  for (const name of signedHeaders) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = String(value);
  }
  // The signer takes this header for the payload's hash unseen, so that it is true has to be checked here.
  const claimedHash = headers['x-amz-content-sha256'];
  if (claimedHash !== undefined && claimedHash !== createHash('sha256').update(request.body).digest('hex')) {
    return undefined;
  }
  const { accessKeyId, secretAccessKey } = caller.kind === 'user' ? caller.key : caller.session;
  const signer = new SignatureV4({
    // The token is among the signed headers already; the signer would add it where the client did not sign it.
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const { method, path, query, body } = request;
  const signed = await signer.sign(
    { method, protocol: 'http:', hostname: '127.0.0.1', path, query, headers, body },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1];
}

function basicFormat(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function signatureDoesNotMatch(message: string): QueryError {
  return new QueryError(403, 'SignatureDoesNotMatch', message);
}

function incompleteSignature(message: string): QueryError {
  return new QueryError(400, 'IncompleteSignature', message);
}
