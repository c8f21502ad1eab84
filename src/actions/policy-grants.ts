// What a managed policy grants, in a few lines that a person can read before agreeing to attach it.
import * as z from 'zod';

const oneOrMore = z.union([z.string().transform((value) => [value]), z.array(z.string())]);
const statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.unknown().optional(),
});
const policyDocument = z.looseObject({
  Statement: z.union([statement.transform((value) => [value]), z.array(statement)]),
});
type Statement = z.output<typeof statement>;

// With any of these on every resource one can give oneself, or take, another's rights.
const WAYS_TO_MORE = /^(iam:(attach|put|create|update|add|set|pass)[\w*]*|sts:assumerole|sts:\*|iam:[\w]*\*)$/;

const MOST_STATEMENTS = 8;
const MOST_ENTRIES = 6;

export interface Grants {
  /** One line a statement. */
  lines: string[];
  /** What in it is dangerous beyond its length. */
  warnings: string[];
}

/** @param document as IAM gives it: URL-encoded JSON (RFC 3986). @returns undefined for one that cannot be read */
export function readGrants(document: string): Grants | undefined {
  let statements: Statement[];
  try {
    statements = policyDocument.parse(JSON.parse(decodeURIComponent(document))).Statement;
  } catch {
    return undefined;
  }
  const lines = statements.slice(0, MOST_STATEMENTS).map(describeStatement);
  if (statements.length > lines.length) lines.push(`and ${statements.length - lines.length} more statements`);
  return { lines, warnings: [...new Set(statements.flatMap(dangersOf))] };
}

function describeStatement(entry: Statement): string {
  const what = entry.Action ? few(entry.Action) : `everything but ${few(entry.NotAction ?? [])}`;
  const where = entry.Resource ? few(entry.Resource) : `everything but ${few(entry.NotResource ?? [])}`;
  return `${entry.Effect} ${what} on ${where}${entry.Condition ? ', under a condition' : ''}`;
}

function few(entries: string[]): string {
  const rest = entries.length - MOST_ENTRIES;
  return entries.slice(0, MOST_ENTRIES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function dangersOf(entry: Statement): string[] {
  if (entry.Effect !== 'Allow') return [];
  const actions = (entry.Action ?? []).map((action) => action.toLowerCase());
  const everywhere = entry.Resource?.includes('*') ?? entry.NotResource !== undefined;
  if (actions.some((action) => /^\*+(:\*+)?$/.test(action))) {
    return [`it allows every action${everywhere ? ' on every resource: whoever has it is an administrator' : ''}`];
  }
  if (entry.NotAction) return ['it allows every action but a few (NotAction)'];
  if (actions.some((action) => /^iam:\*+$/.test(action))) {
    return ['it allows every IAM action: whoever has it can make themselves an administrator'];
  }
  const ways = everywhere ? actions.filter((action) => WAYS_TO_MORE.test(action)) : [];
  return ways.length > 0 ? [`it allows ${few(ways)} everywhere, which are ways to more rights`] : [];
}
