// What a managed policy grants, in a few lines that a person can read before agreeing to attach it.
import { isDangerous } from './policy-allowed.ts';
import { judge } from './policy-dangers.ts';
import { few, isConditional, isShortened, readStatements, type Statement } from './policy-document.ts';

const MOST_STATEMENTS = 8;

export interface Grants {
  /** One line a statement, the dangerous ones first. */
  lines: string[];
  /** By what it makes whoever has it an administrator. */
  grave: string[];
  /** What else in it is dangerous, and whether something is not shown. */
  warnings: string[];
}

/** @param document as IAM gives it: URL-encoded JSON (RFC 3986). @returns undefined for one that cannot be read */
export function readGrants(document: string): Grants | undefined {
  const statements = readStatements(document);
  if (!statements) return undefined;
  const { worstFirst, grave, warnings } = judge(statements);
  const shown = worstFirst.slice(0, MOST_STATEMENTS);
  const lines = shown.map(describeStatement);
  const unseen = statements.length - lines.length;
  const isCut = unseen > 0 || shown.some(isShortened);
  return {
    lines: unseen > 0 ? [...lines, `and ${unseen} more statements`] : lines,
    grave,
    warnings: [
      ...warnings,
      ...(isCut ? ['the policy says more than is shown here: read it whole before you agree'] : []),
    ],
  };
}

function describeStatement(entry: Statement): string {
  const what = entry.Action ? few(dangerousFirst(entry.Action)) : `everything but ${few(entry.NotAction ?? [])}`;
  const where = entry.Resource ? few(entry.Resource) : `everything but ${few(entry.NotResource ?? [])}`;
  return `${entry.Effect} ${what} on ${where}${isConditional(entry) ? ', under a condition' : ''}`;
}

function dangerousFirst(actions: string[]): string[] {
  const judged = actions.map((action) => ({ action, rank: isDangerous(action) ? 0 : 1 }));
  return judged.sort((a, b) => a.rank - b.rank).map(({ action }) => action);
}
