// The signature of an answer that came through a bridge. It holds for one answer to one plan of one request, so that
// whoever can run the command or write the files, but has no approver's key, can answer nothing.
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Approver } from '../settings/approvers.ts';

/** What is signed. */
export interface SignedAnswer {
  /** Of the request: its id, and its token, which no other request has. */
  id: string;
  token: string;
  /** Of the plan that was shown. */
  planDigest: string;
  decision: 'approve' | 'decline';
  typed: string;
  /** Who answered, by the bridge's account. */
  by: string;
  /** The name of the approver whose key signs. */
  approver: string;
  /** Epoch milliseconds. */
  at: number;
}

// No other text that somebody may have this key sign begins like this.
const PURPOSE = 'aws-iam-mcp: answer to a request for approval, version 1';

/** An array has an order, and its texts are quoted: no two answers have the same text. */
function signedText(answer: SignedAnswer): Buffer {
  const { id, token, planDigest, decision, typed, by, approver, at } = answer;
  return Buffer.from(JSON.stringify([PURPOSE, id, token, planDigest, decision, typed, by, approver, at]));
}

/** @param key an Ed25519 key @returns base64 */
export function signAnswer(answer: SignedAnswer, key: KeyObject): string {
  return sign(null, signedText(answer), key).toString('base64');
}

/** Whether the approver of that name, who is one of these, has signed this very answer. */
export function isSigned(answer: SignedAnswer, signature: unknown, approvers: readonly Approver[]): boolean {
  const approver = approvers.find(({ name }) => name === answer.approver);
  if (!approver || typeof signature !== 'string') return false;
  const bytes = Buffer.from(signature, 'base64');
  // Base64 has several texts for the same bytes.
  if (bytes.toString('base64') !== signature) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(approver.publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, signedText(answer), key, bytes);
  } catch {
    return false;
  }
}
