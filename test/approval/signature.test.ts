import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Circumstances, decide } from '../../src/approval/decide.ts';
import { type ApprovalRequest, newId, newToken, type Yes } from '../../src/approval/request.ts';
import { isSigned, type SignedAnswer, signAnswer } from '../../src/approval/signature.ts';
import { whoDeclined } from '../../src/approval/who-answered.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { aDraft } from './a-request.ts';
import { anApprover } from './an-approver.ts';

const FORGED = 10_000;

const [chat, other, stranger] = [anApprover('chat'), anApprover('other'), anApprover('chat')];
const approvers = [chat.approver, other.approver];
const requestOf = (id = newId()): ApprovalRequest => ({
  id,
  token: newToken(),
  createdAt: 0,
  yesesNeeded: 1,
  ...aDraft({ ways: ['bridge', 'terminal'] }),
});
const request = requestOf();
const answerTo = ({ id, token, plan }: ApprovalRequest, changes: Partial<SignedAnswer> = {}): SignedAnswer => ({
  id,
  token,
  planDigest: planDigest(plan),
  decision: 'approve',
  typed: 'LE77',
  by: 'ana@example.com',
  approver: 'chat',
  at: 1000,
  ...changes,
});
const circumstances: Circumstances = {
  mode: 'terminal',
  approvers,
  hasForm: false,
  fitsForm: true,
  forms: 'pushed',
  openSince: -1,
  bringsAnswer: false,
  habit: 'unknown',
  host: { call: 'a call', client: 'a host', session: 'a session' },
  isNew: false,
  isNewest: true,
  isWaitOver: false,
  isTooLate: false,
  approveCommand: (id) => id,
};
/** As it would stand in the file. */
const yesOf = (changes: Partial<Yes> = {}): Yes => {
  const { typed, by, approver, at, planDigest: digest } = answerTo(request);
  const signature = signAnswer(answerTo(request), chat.signer.key);
  return { typed, way: 'bridge', by, approver, at, planDigest: digest, signature, ...changes };
};
const decideOn = (yes: Yes, more: Partial<Circumstances> = {}) =>
  decide({ request, state: { is: 'answered', yeses: [yes] }, seen: [] }, { ...circumstances, ...more });
const signatureOf = (answer: SignedAnswer, { signer } = chat) => signAnswer(answer, signer.key);

describe('a yes by a bridge', () => {
  it('counts as its approver has signed it, and says who it was', () => {
    expect(decideOn(yesOf())).toEqual({ is: 'agreed', by: 'bridge chat ana@example.com' });
  });

  it.each([
    ['another plan', { planDigest: 'f'.repeat(64) }],
    ['another text typed', { typed: 'LE77 ' }],
    ['another person', { by: 'bob@example.com' }],
    ['another time', { at: 1001 }],
    ['another approver of the config', { approver: 'other' }],
    ['an approver that is not in the config', { approver: 'nobody' }],
    ['no approver', { approver: undefined }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['a decline that was signed', { signature: signatureOf(answerTo(request, { decision: 'decline' })) }],
    ['an answer to another request', { signature: signatureOf(answerTo(requestOf())) }],
    ['a request of the same id, with another token', { signature: signatureOf(answerTo(requestOf(request.id))) }],
    ["a stranger's key under an approver's name", { signature: signatureOf(answerTo(request), stranger) }],
    ['the key of another approver', { signature: signatureOf(answerTo(request), other) }],
    ['another way, in the name of the approver', { way: 'terminal' }],
  ] as const)('counts for nothing with %s', (_, changes) => {
    const decision = decideOn(yesOf(changes));
    expect(decision).toMatchObject({ is: 'refused', code: 'ApprovalDeclined', end: { is: 'superseded' } });
  });

  it('counts for nothing once the approver is gone from the config, or has another key there', () => {
    for (const now of [[], [other.approver], [stranger.approver]]) {
      expect(decideOn(yesOf(), { approvers: now })).toMatchObject({ is: 'refused' });
    }
  });

  it('counts for nothing where bridges do not answer', () => {
    for (const mode of ['form', 'host'] as const) expect(decideOn(yesOf(), { mode })).toMatchObject({ is: 'refused' });
  });

  it('is judged by what was typed, though it is signed', () => {
    const signed = answerTo(request, { typed: 'yes' });
    expect(decideOn(yesOf({ typed: 'yes', signature: signatureOf(signed) }))).toMatchObject({
      code: 'ApprovalDeclined',
      message: 'what was typed was not the last four characters of the access key',
    });
  });

  it('makes two people of two approvers, and one of the same approver twice', () => {
    const needsTwo = { ...request, yesesNeeded: 2 as const };
    const of = ({ signer }: typeof chat, by: string) => {
      const answer = answerTo(request, { approver: signer.name, by });
      return yesOf({ approver: signer.name, by, signature: signAnswer(answer, signer.key) });
    };
    const decideOnTwo = (...yeses: Yes[]) =>
      decide({ request: needsTwo, state: { is: 'answered', yeses }, seen: [] }, circumstances);
    expect(decideOnTwo(of(chat, 'ana'), of(other, 'bob'))).toEqual({
      is: 'agreed',
      by: 'bridge chat ana and bridge other bob',
    });
    // Nor does one of them pass for three on record.
    expect(decideOnTwo(of(chat, 'ana'), of(other, 'bob and page abc234 "eve"'))).toMatchObject({
      by: `bridge chat ana and bridge other "bob and page abc234 'eve'"`,
    });
    expect(decideOnTwo(of(chat, 'ana'), of(chat, 'bob'))).toMatchObject({ is: 'refused' });
    const byHand: Yes = { typed: 'LE77', way: 'terminal', by: 'me', at: 1, planDigest: planDigest(request.plan) };
    expect(decideOnTwo(byHand, { ...byHand, approver: 'chat' })).toMatchObject({ is: 'refused' });
  });
});

describe('a no', () => {
  it('is on record as that of an approver only where they have signed it', () => {
    const at = 1000;
    const by = 'bridge chat ana@example.com';
    const approvers = [...circumstances.approvers];
    const forged = 'bridge, without the signature of an approver';
    expect(whoDeclined({ is: 'declined', at, by }, request, approvers)).toBe(forged);
    expect(whoDeclined({ is: 'declined', at, by: 'ana', approver: 'chat' }, request, approvers)).toBe(forged);
    expect(whoDeclined({ is: 'declined', at, by: 'terminal ana' }, request, approvers)).toBe('terminal ana');
  });
});

const valid = signatureOf(answerTo(request));
const flipped = (bit: number) => {
  const bytes = Buffer.from(valid, 'base64');
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes.toString('base64');
};
const text = fc.string({ unit: 'binary', maxLength: 90 });
const otherText = (not: string) =>
  fc.oneof(text, fc.constant(`${not} `), fc.constant(not.toLowerCase())).filter((one) => one !== not);
const forgery: fc.Arbitrary<Partial<Yes>> = fc.oneof(
  fc
    .uint8Array({ minLength: 64, maxLength: 64 })
    .map((bytes) => ({ signature: Buffer.from(bytes).toString('base64') })),
  fc.nat(511).map((bit) => ({ signature: flipped(bit) })),
  // The same bytes in other texts.
  fc
    .constantFrom(` ${valid}`, `${valid}=`, valid.replace(/=+$/, ''), `${valid}\n`, valid.replace(/.==$/, 'B=='))
    .filter((one) => one !== valid)
    .map((signature) => ({ signature })),
  text.map((signature) => ({ signature })),
  otherText('LE77').map((typed) => ({ typed })),
  otherText('ana@example.com').map((by) => ({ by })),
  fc
    .integer()
    .filter((at) => at !== 1000)
    .map((at) => ({ at })),
  otherText('chat').map((approver) => ({ approver })),
  fc.constantFrom('other', 'Chat', 'chat ', undefined).map((approver) => ({ approver })),
  fc.constantFrom('form', 'terminal', 'page', 'host').map((way) => ({ way }) as Partial<Yes>),
  fc.constant(0).map(() => ({ signature: signatureOf(answerTo(requestOf())) })),
  fc.constant(0).map(() => ({ signature: signatureOf(answerTo(requestOf(request.id))) })),
  // One field's end moved to the next one's beginning.
  fc
    .constantFrom(
      answerTo(request, { typed: 'LE7', by: '7ana@example.com' }),
      answerTo(request, { id: '', token: request.id + request.token }),
      answerTo(request, { typed: 'LE77","ana@example.com', by: '' }),
      answerTo(request, { decision: 'decline' }),
    )
    .map((answer) => ({ signature: signatureOf(answer) })),
  otherText('').map((by) => ({ by, signature: signatureOf(answerTo(request, { by }), stranger) })),
);

it(`accepts none of ${FORGED} forged answers`, { timeout: 180_000 }, () => {
  let tried = 0;
  fc.assert(
    fc.property(forgery, (changes) => {
      tried += 1;
      return decideOn(yesOf(changes)).is === 'refused';
    }),
    { numRuns: FORGED },
  );
  expect(tried).toBe(FORGED);
  expect(decideOn(yesOf()).is).toBe('agreed');
});

it('takes a key for what it is: neither another kind of key nor half of one verifies anything', () => {
  const answer = answerTo(request);
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  for (const publicKey of [
    p256.export({ format: 'der', type: 'spki' }).toString('base64'),
    chat.approver.publicKey.slice(0, 40),
    '',
  ]) {
    expect(isSigned(answer, randomBytes(64).toString('base64'), [{ name: 'chat', publicKey }])).toBe(false);
  }
  expect(isSigned(answer, valid, approvers)).toBe(true);
  expect(isSigned(answer, 7, approvers)).toBe(false);
});
