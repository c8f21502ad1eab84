// What is dangerous in a policy: what makes whoever has it an administrator, by all its statements together, and what
// else a person has to know of each. Denials and conditions are not counted: what they leave is hard to tell.
import { broadestFirst, covers, isPatternOfRoles, takesAll, takesRoot } from '../iam/patterns.ts';
import { few, isAbout, type Statement } from './policy-document.ts';

interface Way {
  action: string;
  /** What it is done to. */
  kind: 'user' | 'group' | 'role' | 'policy';
}

const ways = (kind: Way['kind'], ...names: string[]): Way[] => names.map((name) => ({ action: `iam:${name}`, kind }));

// On everything of their kind, each makes an administrator in a call or two.
const WAYS_TO_ADMINISTRATOR: readonly Way[] = [
  ...ways('user', 'AttachUserPolicy', 'PutUserPolicy'),
  ...ways('group', 'AttachGroupPolicy', 'PutGroupPolicy'),
  ...ways('role', 'AttachRolePolicy', 'PutRolePolicy'),
  ...ways('policy', 'CreatePolicyVersion'),
];
// With any of these one can give oneself, or take on, more rights.
const WAYS_TO_MORE: readonly Way[] = [
  ...WAYS_TO_ADMINISTRATOR,
  ...ways('user', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteUserPermissionsBoundary'),
  ...ways('group', 'AddUserToGroup'),
  ...ways('role', 'UpdateAssumeRolePolicy', 'PassRole', 'DeleteRolePermissionsBoundary'),
  ...ways('policy', 'SetDefaultPolicyVersion'),
];
const ASSUMING_A_ROLE = 'sts:AssumeRole';
const ASSUMING_ROOT = 'sts:AssumeRoot';
const ANY_ACTION = 'anyservice:AnyAction';

interface Judgement {
  worstFirst: Statement[];
  /** By what it makes whoever has it an administrator. */
  grave: string[];
  warnings: string[];
}

export function judge(statements: Statement[]): Judgement {
  const judged = statements.map((entry) => ({ entry, allowed: entry.Effect === 'Allow' ? allowedBy(entry) : NOTHING }));
  const { grave, told } = graveOf(judged.map(({ allowed }) => allowed));
  const weighed = judged.map(({ entry, allowed }) => {
    const warnings = warningsOf(entry, allowed, told);
    return { entry, warnings, weight: weightOf(allowed) + warnings.length };
  });
  return {
    worstFirst: weighed.toSorted((a, b) => b.weight - a.weight).map(({ entry }) => entry),
    grave,
    warnings: [...new Set(weighed.flatMap(({ warnings }) => warnings))],
  };
}

/** Whether the pattern takes in an action that warnings are about. */
export function isDangerous(pattern: string): boolean {
  return [...WAYS_TO_MORE.map(({ action }) => action), ASSUMING_A_ROLE, ASSUMING_ROOT].some((action) =>
    covers(pattern, action),
  );
}

/** What one statement allows. */
interface Allowed {
  isEveryAction: boolean;
  isOnEverything: boolean;
  /** On something at least. */
  ways: readonly Way[];
  /** Those of them that are allowed on all of their kind, of an account at least. */
  everywhere: readonly Way[];
  /** Which roles and roots may be taken on. */
  takingOn: string[];
}

const NOTHING: Allowed = { isEveryAction: false, isOnEverything: false, ways: [], everywhere: [], takingOn: [] };

function allowedBy(entry: Statement): Allowed {
  const { Resource: resources } = entry;
  // Without it, everything but a few.
  const takes = (service: string, things: string) =>
    !resources || resources.some((resource) => takesAll(resource, service, things));
  const allowed = WAYS_TO_MORE.filter(({ action }) => isAbout(entry, action));
  const taken = new Set([...new Set(allowed.map(({ kind }) => kind))].filter((kind) => takes('iam', `${kind}/`)));
  return {
    isEveryAction: !entry.NotAction && isAbout(entry, ANY_ACTION),
    isOnEverything: takes('anyservice', ''),
    ways: allowed,
    everywhere: allowed.filter(({ kind }) => taken.has(kind)),
    takingOn: [
      ...(isAbout(entry, ASSUMING_A_ROLE) ? rolesOf(entry) : []),
      ...(isAbout(entry, ASSUMING_ROOT) ? rootsOf(entry) : []),
    ],
  };
}

/** Nothing where it is for single ones. */
function rolesOf({ Resource: resources }: Statement): string[] {
  const everyRole = 'it allows assuming every role';
  if (!resources || resources.some((resource) => takesAll(resource, 'iam', 'role/'))) return [everyRole];
  const patterns = broadestFirst(resources.filter(isPatternOfRoles));
  return patterns.length > 0 ? [`${everyRole} that fits ${few(patterns)}`] : [];
}

/** Also for a single one. */
function rootsOf({ Resource: resources }: Statement): string[] {
  return !resources || resources.some(takesRoot) ? ['it allows assuming root of member accounts'] : [];
}

const isAdministrators = ({ isEveryAction, isOnEverything }: Allowed) => isEveryAction && isOnEverything;
const isAllOfIam = ({ everywhere }: Allowed) => everywhere.length === WAYS_TO_MORE.length;

function weightOf(allowed: Allowed): number {
  if (isAdministrators(allowed)) return 3000;
  if (isAllOfIam(allowed)) return 2000;
  return allowed.everywhere.some((way) => WAYS_TO_ADMINISTRATOR.includes(way)) ? 1000 : 0;
}

/** Of all statements together. `told` are the ways of which it says enough. */
function graveOf(all: Allowed[]): { grave: string[]; told: readonly Way[] } {
  if (all.some(isAdministrators)) {
    const grave = ['it allows every action on every resource: whoever has it is an administrator'];
    return { grave, told: WAYS_TO_MORE };
  }
  const everywhere = new Set(all.flatMap((allowed) => allowed.everywhere));
  const isWhole = everywhere.size === WAYS_TO_MORE.length;
  const told = isWhole ? WAYS_TO_MORE : WAYS_TO_ADMINISTRATOR.filter((way) => everywhere.has(way));
  const what = isWhole ? 'every IAM action' : told.map(({ action }) => action).join(', ');
  const grave = told.length > 0 ? [`it allows ${what} on every resource: a way to become an administrator`] : [];
  return { grave, told };
}

function warningsOf({ Effect, NotAction }: Statement, allowed: Allowed, told: readonly Way[]): string[] {
  const { isEveryAction, isOnEverything, everywhere, takingOn } = allowed;
  if (Effect === 'Deny') return [];
  if (NotAction) {
    return [`it allows every action but a few (NotAction)${isOnEverything ? ' on every resource' : ''}`, ...takingOn];
  }
  if (isEveryAction) {
    return isOnEverything || isAllOfIam(allowed) ? [] : ['it allows every action', ...takingOn];
  }
  const left = allowed.ways.filter((way) => !told.includes(way));
  if (left.length === 0) return takingOn;
  const place = left.every((way) => everywhere.includes(way)) ? ' on every resource' : '';
  return [
    allowed.ways.length === WAYS_TO_MORE.length
      ? 'it allows every IAM action: a way to become an administrator'
      : `it allows ${few(left.map(({ action }) => action))}${place}: a way to more rights`,
    ...takingOn,
  ];
}
