// What a managed policy grants, in a few lines that a person can read before agreeing to attach it.
import * as z from 'zod';
import { covers, isPatternOfRoles } from './iam-patterns.ts';

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
  const where = reachOf(entry);
  const place = where.isEverything ? ' on every resource' : '';
  if (entry.NotAction) return [`it allows every action but a few (NotAction)${place}`];
  const actions = entry.Action ?? [];
  if (actions.some((action) => covers(action, 'anyservice:AnyAction'))) {
    if (where.isEverything) return ['it allows every action on every resource: whoever has it is an administrator'];
    return where.isAllOfIam ? [everyIamAction(' on every resource')] : ['it allows every action', ...where.roles];
  }
  const ways = WAYS_TO_MORE.filter((way) => actions.some((action) => covers(action, way)));
  const placeInIam = where.isAllOfIam ? ' on every resource' : '';
  return [
    ...(ways.length === WAYS_TO_MORE.length ? [everyIamAction(placeInIam)] : []),
    ...(ways.length > 0 && ways.length < WAYS_TO_MORE.length
      ? [`it allows ${few(ways)}${placeInIam}: a way to more rights`]
      : []),
    ...(actions.some((action) => covers(action, TAKING_A_ROLE)) ? where.roles : []),
  ];
}

function everyIamAction(place: string): string {
  return `it allows every IAM action${place}: a way to become an administrator`;
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
  const roles = isTaken('iam', 'role/~any') ? everyRole : `${everyRole} that fits ${few(ofRoles)}`;
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
