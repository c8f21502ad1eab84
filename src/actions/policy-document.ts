// What a managed policy's document has in it.
import * as z from 'zod';
import { covers } from '../iam/patterns.ts';

const oneOrMore = z.union([z.string().transform((value) => [value]), z.array(z.string())]);
const statement = z
  .looseObject({
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z.unknown().optional(),
  })
  // IAM takes no other. One that has them in other words (lower-case keys, say) must not pass for one that allows nothing.
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined))
  .refine(({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined));
const policyDocument = z.looseObject({
  Statement: z.union([statement.transform((value) => [value]), z.array(statement)]),
});
export type Statement = z.output<typeof statement>;

// IAM takes no longer one (CreatePolicy). To judge one of megabytes, from a strange endpoint, would keep this program busy.
const LONGEST_DOCUMENT = 131_072;
const MOST_ENTRIES = 6;
// Far beyond any action's or most ARNs' length: one entry must not push the others out of sight.
const LONGEST_ENTRY = 160;

/** @param document as IAM gives it: URL-encoded JSON (RFC 3986). @returns undefined for one that cannot be read */
export function readStatements(document: string): Statement[] | undefined {
  try {
    const text = decodeURIComponent(document);
    return text.length > LONGEST_DOCUMENT ? undefined : policyDocument.parse(JSON.parse(text)).Statement;
  } catch {
    return undefined;
  }
}

/** Whether the action is one that the statement is about. */
export function isAbout({ Action = [], NotAction }: Statement, action: string): boolean {
  const isNamed = (patterns: string[]) => patterns.some((pattern) => covers(pattern, action));
  return NotAction ? !isNamed(NotAction) : isNamed(Action);
}

export function isConditional({ Condition }: Statement): boolean {
  return typeof Condition === 'object' && Condition !== null && Object.keys(Condition).length > 0;
}

export function few(entries: readonly string[]): string {
  const rest = entries.length - MOST_ENTRIES;
  const shown = entries
    .slice(0, MOST_ENTRIES)
    .map((entry) => (entry.length > LONGEST_ENTRY ? `${entry.slice(0, LONGEST_ENTRY)}…` : entry));
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Whether `few` leaves out something of it. */
export function isShortened({ Action = [], NotAction = [], Resource = [], NotResource = [] }: Statement): boolean {
  return [Action, NotAction, Resource, NotResource].some(
    (entries) => entries.length > MOST_ENTRIES || entries.some((entry) => entry.length > LONGEST_ENTRY),
  );
}
