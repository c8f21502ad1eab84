// The fields that the seven actions share, with IAM's limits (API reference, 2010-05-08) and the spec's labels as
// titles. Patterns are anchored and `\w` is ASCII.
import * as z from 'zod';
import { cleanLine } from '../clean-text.ts';

/** JSON's objects may bring a toString of their own, so only what is plain is quoted. */
function quoted(value: unknown): string {
  if (value === null || typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object or null';
  return `'${cleanLine(String(value), 60)}'`;
}

function text(options: { min: number; max: number; pattern: RegExp; rule: string }) {
  return (
    z
      .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be a text') })
      .trim()
      // First, and alone where it does not fit: its rule has an example, and a length says little of what is no such thing.
      .regex(options.pattern, { error: (issue) => `${quoted(issue.input)} ${options.rule}`, abort: true })
      .min(options.min, { error: (issue) => `${quoted(issue.input)} is too short; at least ${options.min} characters` })
      .max(options.max, { error: (issue) => `${quoted(issue.input)} is too long; at most ${options.max} characters` })
  );
}

/** IAM's limit for users in the operations on their attached policies. */
export const LONGEST_NAME_WITH_POLICIES = 64;

export function userName(max = 128) {
  return text({
    min: 1,
    max,
    pattern: /^[\w+=,.@-]+$/,
    rule: 'is not an IAM user name, which is of letters, digits and +=,.@-_ without spaces',
  }).meta({ title: 'Username', description: 'IAM user name' });
}

export function accessKeyId() {
  return text({
    min: 16,
    max: 128,
    pattern: /^\w+$/,
    rule: 'is not an access key id, which is of letters and digits, such as AKIA followed by 16 more',
  }).meta({ title: 'Access Key', description: 'Access key id (AKIA…), never a secret' });
}

export function policyArn() {
  return text({
    min: 20,
    max: 2048,
    pattern: /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]+$/,
    rule: "is not a policy's ARN, such as arn:aws:iam::aws:policy/ReadOnlyAccess",
  }).meta({ title: 'Policy ARN', description: 'ARN of a managed policy' });
}

export function status() {
  return choice(['Active', 'Inactive']).meta({ title: 'Status' });
}

export function choice<const Values extends [string, ...string[]]>(values: Values) {
  return z.enum(values, {
    error: (issue) =>
      issue.input === undefined ? 'is required' : `${quoted(issue.input)} is not one of ${values.join(', ')}`,
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
    .meta({ title: 'Connection', description: 'Label; absent: the default' }),
  role_arn: text({
    min: 20,
    max: 2048,
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]+$/,
    rule: "is not a role's ARN, such as arn:aws:iam::111122223333:role/responder",
  })
    .optional()
    .meta({ title: 'Role Arn', description: 'Role to assume first' }),
};

/** An action's whole input: its own fields and the shared ones; unknown fields are refused. */
export function actionInput<Shape extends z.ZodRawShape>(own: Shape) {
  return z.strictObject({ ...own, ...sharedFields });
}

/** The connection alone, which is chosen before the rest is known. */
export const connectionInput = z.strictObject({ connection: sharedFields.connection });
