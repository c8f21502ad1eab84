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

const MOST_STATEMENTS = 8;
const MOST_ENTRIES = 6;
// Far beyond any action's or most ARNs' length: one entry must not push the others out of sight.
const LONGEST_ENTRY = 160;

// With any of these on every resource one can give oneself, or take on, more rights.
const WAYS_TO_MORE = [
  ...['AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy', 'PutUserPolicy', 'PutGroupPolicy', 'PutRolePolicy'],
  ...['CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreatePolicyVersion', 'SetDefaultPolicyVersion'],
  ...[
    'AddUserToGroup',
    'UpdateAssumeRolePolicy',
    'PassRole',
    'DeleteUserPermissionsBoundary',
    'DeleteRolePermissionsBoundary',
  ],
].map((name) => `iam:${name}`);
const TAKING_A_ROLE = 'sts:AssumeRole';

export interface Grants {
  /** One line a statement, the dangerous ones first. */
  lines: string[];
  /** What in it is dangerous, and whether something is not shown. */
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
  const judged = statements
    .map((entry) => ({ entry, dangers: dangersOf(entry) }))
    .sort((a, b) => b.dangers.length - a.dangers.length);
  const lines = judged.slice(0, MOST_STATEMENTS).map(({ entry }) => describeStatement(entry));
  const unseen = statements.length - lines.length;
  const isCut = unseen > 0 || judged.slice(0, MOST_STATEMENTS).some(({ entry }) => isShortened(entry));
  return {
    lines: unseen > 0 ? [...lines, `and ${unseen} more statements`] : lines,
    warnings: [
      ...new Set(judged.flatMap(({ dangers }) => dangers)),
      ...(isCut ? ['the policy says more than is shown here: read it whole before you agree'] : []),
    ],
  };
}

function describeStatement(entry: Statement): string {
  const what = entry.Action ? few(dangerousFirst(entry.Action)) : `everything but ${few(entry.NotAction ?? [])}`;
  const where = entry.Resource ? few(entry.Resource) : `everything but ${few(entry.NotResource ?? [])}`;
  return `${entry.Effect} ${what} on ${where}${isConditional(entry) ? ', under a condition' : ''}`;
}

function isConditional({ Condition }: Statement): boolean {
  return typeof Condition === 'object' && Condition !== null && Object.keys(Condition).length > 0;
}

function isShortened({ Action = [], NotAction = [], Resource = [], NotResource = [] }: Statement): boolean {
  return [Action, NotAction, Resource, NotResource].some(
    (entries) => entries.length > MOST_ENTRIES || entries.some((entry) => entry.length > LONGEST_ENTRY),
  );
}

function few(entries: string[]): string {
  const rest = entries.length - MOST_ENTRIES;
  const shown = entries
    .slice(0, MOST_ENTRIES)
    .map((entry) => (entry.length > LONGEST_ENTRY ? `${entry.slice(0, LONGEST_ENTRY)}…` : entry));
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function dangerousFirst(actions: string[]): string[] {
  const isDangerous = (action: string) => [...WAYS_TO_MORE, TAKING_A_ROLE].some((way) => covers(action, way));
  return [...actions.filter(isDangerous), ...actions.filter((action) => !isDangerous(action))];
}

function dangersOf(entry: Statement): string[] {
  if (entry.Effect !== 'Allow') return [];
  const everywhere = entry.Resource?.some((resource) => /^\**$|^arn:[^/]*\*$/.test(resource)) ?? true;
  const place = everywhere ? ' on every resource' : '';
  if (entry.NotAction) return [`it allows every action but a few (NotAction)${place}`];
  const actions = entry.Action ?? [];
  if (actions.some((action) => covers(action, 'anyservice:AnyAction'))) {
    return [`it allows every action${place}${everywhere ? ': whoever has it is an administrator' : ''}`];
  }
  const ways = WAYS_TO_MORE.filter((way) => actions.some((action) => covers(action, way)));
  return [
    ...(ways.length === WAYS_TO_MORE.length
      ? [`it allows every IAM action${place}: a way to become an administrator`]
      : []),
    ...(ways.length > 0 && ways.length < WAYS_TO_MORE.length
      ? [`it allows ${few(ways)}${place}: a way to more rights`]
      : []),
    ...(everywhere && actions.some((action) => covers(action, TAKING_A_ROLE))
      ? ['it allows taking on every role']
      : []),
  ];
}

/**
 * Whether IAM's pattern (`*` any text, `?` one character, any case) takes in the action. Not by a regular expression: a
 * policy of many stars could keep one busy for minutes.
 */
function covers(pattern: string, action: string): boolean {
  const wanted = pattern.toLowerCase();
  const text = action.toLowerCase();
  let at = 0;
  let star = -1;
  let afterStar = 0;
  let next = 0;
  while (next < text.length) {
    if (at < wanted.length && (wanted[at] === text[next] || wanted[at] === '?')) {
      at += 1;
      next += 1;
    } else if (wanted[at] === '*') {
      star = at;
      afterStar = next;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      afterStar += 1;
      next = afterStar;
    } else return false;
  }
  return /^\**$/.test(wanted.slice(at));
}
