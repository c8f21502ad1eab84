// Makes ids and secrets of the form AWS uses. They are drawn when a company is founded, never written in the source, so that no secret
// scanner finds a key in this repository and no two sandboxes share one.
import { createHash, randomBytes } from 'node:crypto';

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The kinds of id: long-lived key, session key, user, group, role, managed policy. */
export type IdPrefix = 'AKIA' | 'ASIA' | 'AIDA' | 'AGPA' | 'AROA' | 'ANPA';

/** A prefix and 16 more letters (17 for entities, as IAM has it): `AKIA` ids are 20 long, `AIDA` ids 21. */
export function newId(prefix: IdPrefix): string {
  return prefix + draw(ID_ALPHABET, prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17);
}

/** The id that one of AWS's own policies has everywhere: made from its ARN, so that it need not be kept. */
export function idOfAwsPolicy(arn: string): string {
  return `ANPA${written(ID_ALPHABET, createHash('sha256').update(arn).digest().subarray(0, 17))}`;
}

export function newSecret(): string {
  return draw(SECRET_ALPHABET, 40);
}

export function newSessionToken(): string {
  return randomBytes(180).toString('base64');
}

function draw(alphabet: string, length: number): string {
  return written(alphabet, randomBytes(length));
}

function written(alphabet: string, bytes: Buffer): string {
  let text = '';
  // Both alphabets' sizes divide 256, so the remainder favours no letter.
  for (const byte of bytes) text += alphabet[byte % alphabet.length];
  return text;
}
