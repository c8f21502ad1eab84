// What one statement allows of the ways to more rights, and on what. That an action is not possible on what is named
// counts as not allowed; what a pattern may take in counts as taken in.
import { covers, isPatternOfRoles, mayBeA, mayBeOf, surelyTakesAll, takesAll, takesRoot } from '../iam/patterns.ts';
import { isAbout, isConditional, type Statement } from './policy-document.ts';
import {
  ASSUMING_A_ROLE,
  ASSUMING_ROOT,
  PASSING_A_ROLE,
  TAKING_A_ROLE,
  type Target,
  WAYS,
  type Way,
} from './policy-ways.ts';

/** Instead of a resource, the user to whom the policy is attached. */
export const ONESELF = 'the user itself';

interface Reach {
  /** All of the kind, of an account at least. */
  isEvery: boolean;
  /** Patterns, where it is not every. */
  places: readonly string[];
  /** Whether the user to whom the policy is attached is among them, and not every user. */
  isOnOneself?: boolean;
}

export interface Grant extends Reach {
  way: Way;
}

/** Each grant is on something at least. */
export interface Allowed {
  isConditional: boolean;
  isEveryAction: boolean;
  isOnEverything: boolean;
  /** Of `WAYS`, in their order. */
  ways: readonly Grant[];
  passing: readonly Grant[];
  taking: readonly Grant[];
  assuming: readonly Grant[];
  isAssumingRoot: boolean;
  /** By its actions, whatever they are allowed on. */
  isEveryIamAction: boolean;
  isNotAction: boolean;
  isNotResource: boolean;
}

// No real service or action begins so: what takes it in takes in all.
const ANY_SERVICE = '~any';
const ANY_ACTION = `${ANY_SERVICE}:~any`;
const ACTIONS = [...WAYS, ...TAKING_A_ROLE, PASSING_A_ROLE, ASSUMING_A_ROLE].map(({ action }) => action);
const ALL_ACTIONS = [...ACTIONS, ASSUMING_ROOT, ANY_ACTION].join('\n').toLowerCase();
const SERVICES = [...new Set(ALL_ACTIONS.split('\n').map((action) => action.slice(0, action.indexOf(':') + 1)))];

/** Whether rights hang on these things of IAM's themselves. */
const isOnCore = ({ target }: Way) => 'iam' in target && ['user', 'group', 'role', 'policy'].includes(target.iam);
/** With all of these on everything, one has every right of IAM's that counts. */
export const ALL_OF_IAM: readonly Way[] = [...WAYS, PASSING_A_ROLE].filter(isOnCore);

/** @returns undefined for one that allows nothing of interest here */
export function allowedBy(entry: Statement): Allowed | undefined {
  if (entry.Effect === 'Deny' || entry.NotResource?.some((resource) => /^\*+$/.test(resource))) return undefined;
  const about = onlyInteresting(entry);
  if (about.Action?.length === 0) return undefined;
  const reaches = new Map<Target | string, Reach | undefined>();
  const reachOf = ({ target }: Way) => {
    const key = 'iam' in target ? target.iam : target.services.join();
    if (!reaches.has(key)) reaches.set(key, findReach(entry, target));
    return reaches.get(key);
  };
  const granted = (ways: readonly Way[]): Grant[] => {
    const grants: Grant[] = [];
    for (const way of ways) {
      const reach = isAbout(about, way.action) ? reachOf(way) : undefined;
      if (reach) grants.push({ way, isEvery: reach.isEvery, places: reach.places, isOnOneself: reach.isOnOneself });
    }
    return grants;
  };
  const isAny = isAbout(about, ANY_ACTION);
  return {
    isConditional: isConditional(entry),
    isEveryAction: !entry.NotAction && isAny,
    isOnEverything: isAny && isOnEverything(entry),
    ways: granted(WAYS),
    passing: granted([PASSING_A_ROLE]),
    taking: granted(TAKING_A_ROLE),
    assuming: granted([ASSUMING_A_ROLE]).flatMap(onlyPatterns),
    isAssumingRoot: isAbout(about, ASSUMING_ROOT) && mayBeRoot(entry),
    isEveryIamAction: ALL_OF_IAM.every(({ action }) => isAbout(about, action)),
    isNotAction: entry.NotAction !== undefined,
    isNotResource: entry.NotResource !== undefined,
  };
}

/** Whether the pattern takes in an action that warnings are about. */
export function isDangerous(pattern: string): boolean {
  return mayBeDangerous(pattern.toLowerCase()) && [...ACTIONS, ASSUMING_ROOT].some((action) => covers(pattern, action));
}

/** Without what no action of interest fits: a document may have tens of thousands of actions. */
function onlyInteresting(entry: Statement): Statement {
  const filtered = (patterns: string[]) =>
    [...new Set(patterns.map((pattern) => pattern.toLowerCase()))].filter(mayBeDangerous);
  const { Action, NotAction } = entry;
  return { ...entry, Action: Action && filtered(Action), NotAction: NotAction && filtered(NotAction) };
}

/** Far cheaper than to ask of each action. */
function mayBeDangerous(pattern: string): boolean {
  const runs = pattern.split(/[*?]+/);
  const [head = ''] = runs;
  const isOfAService = SERVICES.some((service) => service.startsWith(head) || head.startsWith(service));
  return isOfAService && runs.every((run) => ALL_ACTIONS.includes(run));
}

function isOnEverything({ Resource, NotResource = [] }: Statement): boolean {
  return Resource
    ? Resource.some((resource) => takesAll(resource, ANY_SERVICE, ''))
    : !NotResource.some((resource) => surelyTakesAll(resource, ANY_SERVICE, ''));
}

function findReach({ Resource, NotResource = [] }: Statement, target: Target): Reach | undefined {
  const [service = '', things] = 'iam' in target ? ['iam', `${target.iam}/`] : [target.services[0], ''];
  if (!Resource) {
    const isNone = NotResource.some((resource) => surelyTakesAll(resource, service, things));
    return isNone ? undefined : { isEvery: true, places: [] };
  }
  const resources = [...new Set(Resource)];
  const isEvery = (resource: string) =>
    'iam' in target ? takesAll(resource, service, things) : covers(resource, `arn:aws:${service}:~any:~any:~any`);
  if (resources.some(isEvery)) return { isEvery: true, places: [] };
  const places =
    'iam' in target
      ? resources.filter((resource) => mayBeA(resource, target.iam)).map(orOneself)
      : resources.filter((resource) => target.services.some((one) => mayBeOf(resource, one)));
  const isOnOneself =
    'iam' in target && target.iam === 'user' && resources.some((resource) => OF_ONESELF.test(resource));
  return places.length > 0 ? { isEvery: false, places, isOnOneself } : undefined;
}

const OF_ONESELF = /\$\{\s*aws:username\b[^{}]*\}/i;
const OWN_NAME = /:(?:user|mfa)\/(?:[^$:]*\/)?\$\{\s*aws:username\s*\}$/i;

function orOneself(resource: string): string {
  return OWN_NAME.test(resource) ? ONESELF : resource;
}

/** The actions with which a role that may be passed is made to work. */
export function takersOf(all: readonly Allowed[]): string[] {
  const ways = new Set(all.flatMap(({ taking }) => taking.map(({ way }) => way)));
  return TAKING_A_ROLE.filter((way) => ways.has(way)).map(({ action }) => action);
}

/** A single role is nothing to warn of: to assume it is what such a policy is for. */
function onlyPatterns({ way, isEvery, places }: Grant): Grant[] {
  const patterns = places.filter(isPatternOfRoles);
  return isEvery || patterns.length > 0 ? [{ way, isEvery, places: patterns }] : [];
}

/** Also for a single one. */
function mayBeRoot({ Resource, NotResource = [] }: Statement): boolean {
  return Resource ? Resource.some(takesRoot) : !NotResource.some((resource) => surelyTakesAll(resource, 'iam', 'root'));
}
