// The fields that the seven actions share, with IAM's limits (API reference, 2010-05-08) and the spec's labels as
// titles. Patterns are anchored and `\w` is ASCII.
import * as z from 'zod';
import { cleanLine } from '../clean-text.ts';
import { unrepeated } from './arguments.ts';

/** Whether it has in it what looks like a secret access key: 40 characters of Base64, of all three kinds. */
function mayBeSecret(text: string): boolean {
  const runs = text.match(/[\w+/]{40,}/g) ?? [];
  return runs.some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run));
}

/** JSON's objects may bring a toString of their own, so only what is plain is quoted. */
function quoted(value: unknown): string {
  if (value === null || typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object or null';
  const text = String(value);
  return mayBeSecret(text)
    ? `a text of ${text.length} characters, not repeated since it may be a secret,`
    : `'${cleanLine(text, 60)}'`;
}

interface TextRule {
  min: number;
  max: number;
  pattern: RegExp;
  /** What it is, and of what characters: completes "is not …". */
  what: string;
  quote?: (value: unknown) => string;
}

function text({ min, max, pattern, what, quote = quoted }: TextRule) {
  return (
    z
      .string({ error: (issue) => `${issue.input === undefined ? 'is required' : 'must be a text'}: ${what}` })
      .trim()
      // First, and alone where it does not fit: it has an example, and a length says little of what is no such thing.
      .regex(pattern, { error: (issue) => `${quote(issue.input)} is not ${what}`, abort: true })
      .min(min, { error: (issue) => `${quote(issue.input)} is too short; at least ${min} characters` })
      .max(max, { error: (issue) => `${quote(issue.input)} is too long; at most ${max} characters` })
  );
}

/** IAM's limit for users in the operations on their attached policies. */
export const LONGEST_NAME_WITH_POLICIES = 64;

export function userName(max = 128) {
  return text({
    min: 1,
    max,
    pattern: /^[\w+=,.@-]+$/,
    what: 'an IAM user name, which is of letters, digits and +=,.@-_ without spaces',
  }).meta({ title: 'Username', description: `1-${max} letters, digits, +=,.@-_` });
}

/** Of a thing that tells whose it is. */
export function ownerName() {
  return userName()
    .meta({ title: 'Username', description: '1-128 letters, digits, +=,.@-_; default: its owner' })
    .optional();
}

/**
 * IAM itself would take small letters and `_`, which no id that it makes has, and nearly every secret: one that was put
 * here by mistake must go nowhere. So it is never repeated either.
 */
export function accessKeyId() {
  return text({
    min: 16,
    max: 128,
    pattern: /^[A-Z0-9]+$/,
    what: 'an access key id, which is of capital letters and digits, such as AKIA followed by 16 more',
    quote: (value) => (value === '' ? "''" : 'what was given, not repeated since it may be a secret,'),
  })
    .meta({ title: 'Access Key', description: 'Id of 16-128 capital letters, digits; never a secret' })
    .register(unrepeated, {});
}

export function policyArn() {
  return text({
    min: 20,
    max: 2048,
    pattern: /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]+$/,
    what: "a policy's ARN, such as arn:aws:iam::aws:policy/ReadOnlyAccess",
  }).meta({ title: 'Policy ARN', description: 'Such as arn:aws:iam::aws:policy/ReadOnlyAccess' });
}

export function status() {
  return choice(['Active', 'Inactive']).meta({ title: 'Status', description: 'Active or Inactive' });
}

export function choice<const Values extends [string, ...string[]]>(values: Values) {
  return z.enum(values, {
    error: (issue) =>
      `${issue.input === undefined ? 'is required:' : `${quoted(issue.input)} is not`} one of ${values.join(', ')}`,
  });
}

/** Every action takes these two beside its own. */
const sharedFields = {
  connection: z
    .string({ error: 'must be a text' })
    .trim()
    .min(1)
    .max(128, { error: 'is too long for a label' })
    .optional()
    .meta({ description: "A connection's label" }),
  role_arn: text({
    min: 20,
    max: 2048,
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]+$/,
    what: "a role's ARN, such as arn:aws:iam::111122223333:role/responder",
  })
    .optional()
    .meta({ title: 'Role Arn', description: 'ARN to assume' }),
};

/** An action's whole input: its own fields and the shared ones; unknown fields are refused. */
export function actionInput<Shape extends z.ZodRawShape>(own: Shape) {
  return z.strictObject({ ...own, ...sharedFields });
}

/** The connection alone, which is chosen before the rest is known. */
export const connectionInput = z.strictObject({ connection: sharedFields.connection });

/** The role alone, where it is needed before the rest is known. */
export const roleInput = z.strictObject({ role_arn: sharedFields.role_arn });
