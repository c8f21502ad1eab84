// What a managed policy grants, in a few lines that a person can read before agreeing to attach it.
import * as z from 'zod';
import { broadestFirst, covers, isPatternOfRoles } from '../iam/patterns.ts';

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

// IAM takes no longer one (CreatePolicy). To judge one of megabytes, from a strange endpoint, would keep this program busy.
const LONGEST_DOCUMENT = 131_072;
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
  /** By what it makes whoever has it an administrator. */
  grave: string[];
  /** What else in it is dangerous, and whether something is not shown. */
  warnings: string[];
}

/** @param document as IAM gives it: URL-encoded JSON (RFC 3986). @returns undefined for one that cannot be read */
export function readGrants(document: string): Grants | undefined {
  let statements: Statement[];
  try {
    const text = decodeURIComponent(document);
    if (text.length > LONGEST_DOCUMENT) return undefined;
    statements = policyDocument.parse(JSON.parse(text)).Statement;
  } catch {
    return undefined;
  }
  const judged = statements
    .map((entry) => ({ entry, dangers: dangersOf(entry) }))
    .sort((a, b) => weightOf(b.dangers) - weightOf(a.dangers));
  const textsOf = (isGrave: boolean) => [
    ...new Set(judged.flatMap(({ dangers }) => dangers.filter((it) => it.isGrave === isGrave).map(({ text }) => text))),
  ];
  const lines = judged.slice(0, MOST_STATEMENTS).map(({ entry }) => describeStatement(entry));
  const unseen = statements.length - lines.length;
  const isCut = unseen > 0 || judged.slice(0, MOST_STATEMENTS).some(({ entry }) => isShortened(entry));
  return {
    lines: unseen > 0 ? [...lines, `and ${unseen} more statements`] : lines,
    grave: textsOf(true),
    warnings: [
      ...textsOf(false),
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

interface Danger {
  text: string;
  /** Whether it makes whoever has the policy an administrator. */
  isGrave: boolean;
}

const grave = (text: string): Danger => ({ text, isGrave: true });
const notable = (text: string): Danger => ({ text, isGrave: false });

function weightOf(dangers: Danger[]): number {
  return dangers.reduce((sum, { isGrave }) => sum + (isGrave ? 100 : 1), 0);
}

function dangersOf(entry: Statement): Danger[] {
  if (entry.Effect !== 'Allow') return [];
  const where = reachOf(entry);
  const place = where.isEverything ? ' on every resource' : '';
  const ways = WAYS_TO_MORE.filter((way) => allows(entry, way));
  const isEveryWay = ways.length === WAYS_TO_MORE.length;
  const everyIamAction = 'it allows every IAM action';
  const administrator =
    isEveryWay && where.isAllOfIam
      ? [grave(`${everyIamAction} on every resource: a way to become an administrator`)]
      : [];
  if (entry.NotAction) {
    return [...administrator, notable(`it allows every action but a few (NotAction)${place}`)];
  }
  const roles = allows(entry, TAKING_A_ROLE) ? where.roles.map(notable) : [];
  if (allows(entry, 'anyservice:AnyAction')) {
    if (where.isEverything) {
      return [grave('it allows every action on every resource: whoever has it is an administrator')];
    }
    return administrator.length > 0 ? administrator : [notable('it allows every action'), ...roles];
  }
  const placeInIam = where.isAllOfIam ? ' on every resource' : '';
  return [
    ...administrator,
    ...(isEveryWay && !where.isAllOfIam ? [notable(`${everyIamAction}: a way to become an administrator`)] : []),
    ...(ways.length > 0 && !isEveryWay ? [notable(`it allows ${few(ways)}${placeInIam}: a way to more rights`)] : []),
    ...roles,
  ];
}

function allows({ Action = [], NotAction }: Statement, action: string): boolean {
  const isNamed = (patterns: string[]) => patterns.some((pattern) => covers(pattern, action));
  return NotAction ? !isNamed(NotAction) : isNamed(Action);
}

interface Reach {
  isEverything: boolean;
  /** All users, roles, groups and policies, of an account at least. */
  isAllOfIam: boolean;
  /** What it comes to that roles may be taken on there: nothing to warn of where it is for single ones. */
  roles: string[];
}

function reachOf({ Resource: resources }: Statement): Reach {
  const everyRole = 'it allows taking on every role';
  // Everything but a few.
  if (!resources) return { isEverything: true, isAllOfIam: true, roles: [everyRole] };
  // No real name begins so: what takes it in takes in all.
  const isTaken = (service: string, thing: string) =>
    resources.some((resource) => covers(resource, arnLike(resource, service, thing)));
  const ofRoles = resources.filter(isPatternOfRoles);
  const roles = isTaken('iam', 'role/~any') ? everyRole : `${everyRole} that fits ${few(broadestFirst(ofRoles))}`;
  return {
    isEverything: isTaken('anyservice', '~any'),
    isAllOfIam: ['user/~any', 'role/~any', 'group/~any', 'policy/~any'].every((thing) => isTaken('iam', thing)),
    roles: ofRoles.length > 0 ? [roles] : [],
  };
}

/** Of a made-up thing in the partition and account that the resource names, where it names one. */
function arnLike(resource: string, service: string, thing: string): string {
  const [, partition = '', , , account = ''] = resource.split(':', 5);
  const named = /^[\w-]+$/.test(partition) ? partition : 'anypartition';
  return `arn:${named}:${service}::${/^\d{12}$/.test(account) ? account : '000000000000'}:${thing}`;
}
