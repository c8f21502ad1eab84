// Those whose signed answers count: programs of the operator's, such as a bot in a chat, each with a key of its own.
import * as z from 'zod';
import { optionText } from './option-text.ts';

const MOST_APPROVERS = 100;
// What every Ed25519 key in SPKI begins with; the 32 bytes of the key follow. A text is enough to know one by.
const SPKI_START = 'MCowBQYDK2VwAyEA';
const PUBLIC_KEY = /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

// Points of small order, under which anybody can sign: https://github.com/jedisct1/libsodium, ed25519_ref10.c. A key of
// zeros, which somebody may write as a placeholder, is one of them. In hexadecimal, without the bit for the sign.
const WEAK_KEYS = [
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
];

const approverSchema = z.strictObject(
  {
    name: z
      .string({ error: 'expected a name' })
      .regex(/^[A-Za-z0-9][\w.@-]{0,59}$/, {
        error: 'expected a name of up to 60 letters, digits and ._@-, which begins with a letter or a digit',
      })
      .register(optionText, {
        valueName: 'text',
        meaning: 'What the audit calls it',
        defaultText: 'required',
      }),
    publicKey: z
      .string({ error: 'expected a public key' })
      .regex(PUBLIC_KEY, {
        error: `expected the line that "approve --new-key FILE" prints, of an Ed25519 key: ${SPKI_START}…`,
      })
      .refine((text) => !PUBLIC_KEY.test(text) || !isWeak(text), { error: 'anybody could sign under this key' })
      .register(optionText, {
        valueName: 'base64',
        meaning:
          'The public half of its Ed25519 key, in SPKI: one line that `aws-iam-mcp approve --new-key FILE` prints',
        defaultText: 'required',
      }),
  },
  { error: 'expected an approver: an object with name and publicKey' },
);

export type Approver = z.output<typeof approverSchema>;

export const approverFields = approverSchema.shape;

export const approversSchema = z
  .array(approverSchema, { error: 'expected an array of approvers' })
  .max(MOST_APPROVERS, { error: `expected up to ${MOST_APPROVERS} approvers` })
  .superRefine((approvers, context) => {
    // One key under two names would be two people where two have to agree.
    for (const field of ['name', 'publicKey'] as const) {
      const index = approvers.findIndex((one, at) => approvers.findIndex((other) => isSame(one, other, field)) < at);
      if (index < 0) continue;
      context.addIssue({
        code: 'custom',
        path: [index, field],
        message: `another approver has this ${field === 'name' ? 'name' : 'key'} already`,
      });
    }
  });

/** Nobody should have to tell names apart by the case of a letter. */
function isSame(one: Approver, other: Approver, field: keyof Approver): boolean {
  if (field === 'publicKey') return one.publicKey === other.publicKey;
  return one.name.toLowerCase() === other.name.toLowerCase();
}

function isWeak(publicKey: string): boolean {
  const bytes = Buffer.from(publicKey.slice(SPKI_START.length), 'base64');
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return WEAK_KEYS.includes(bytes.toString('hex'));
}
