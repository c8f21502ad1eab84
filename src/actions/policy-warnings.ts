// What a person has to know of a policy besides what is grave in it, in a few lines for all its statements together.
import { broadestFirst } from '../iam/patterns.ts';
import { ALL_OF_IAM, type Allowed, type Grant, ONESELF, takersOf } from './policy-allowed.ts';
import { few } from './policy-document.ts';
import { PASSING_A_ROLE, SORTS, type Sort, WAYS, type Way } from './policy-ways.ts';

interface Line {
  allows: string;
  isFor?: string;
}

/**
 * @param these the statements to tell of
 * @param all those with which they work together
 * @param told what has been said, and gets what is said here
 */
export function warningsOf(
  these: readonly Allowed[],
  all: readonly Allowed[],
  condition: string,
  told: Set<string>,
): string[] {
  if (told.has('administrator')) return [];
  const named = these.filter(({ isNotAction }) => !isNotAction);
  // Of those that allow all of IAM, to list its actions would hide how much it is.
  const grants = named.flatMap((allowed) =>
    allowed.ways.filter((grant) => isUntold(grant, told) && !(isOfIam(allowed) && 'iam' in grant.way.target)),
  );
  const others = Object.keys(SORTS).filter((sort) => sort !== 'rights');
  const lines: Line[] = [
    ...(these.some(({ isEveryAction }) => isEveryAction) ? [{ allows: 'every action' }] : []),
    ...notActionLines(these, told),
    ...(told.has('iam') ? [] : iamLines(these.filter(isOfIam))),
    ...sortLines('rights', grants, told),
    ...passingLines(
      named.filter((allowed) => !isOfIam(allowed)),
      all,
      told,
    ),
    ...assumingLines(these, told),
    ...(these.some(({ isAssumingRoot }) => isAssumingRoot) ? [{ allows: 'assuming root of member accounts' }] : []),
    ...others.flatMap((sort) => sortLines(sort as Sort, grants, told)),
  ];
  return lines
    .filter(({ allows }) => isNew(`line: ${allows}`, told))
    .map(({ allows, isFor }) => `it allows ${allows}${condition}${isFor ? `: ${isFor}` : ''}`);
}

function isNew(what: string, told: Set<string>): boolean {
  if (told.has(what)) return false;
  told.add(what);
  return true;
}

const everywhere = ({ action }: Way) => `${action} everywhere`;

function isUntold({ way }: Grant, told: ReadonlySet<string>): boolean {
  if (way === PASSING_A_ROLE && told.has('passing with')) return false;
  return !told.has(everywhere(way)) && !('iam' in way.target && told.has('iam'));
}

function isOfIam({ isNotAction, isEveryIamAction, ways }: Allowed): boolean {
  return !isNotAction && isEveryIamAction && ways.some(({ way }) => way.isGrave);
}

function notActionLines(these: readonly Allowed[], told: ReadonlySet<string>): Line[] {
  return [true, false].flatMap((wanted) => {
    const statements = these.filter(({ isNotAction, isOnEverything }) => isNotAction && isOnEverything === wanted);
    if (statements.length === 0) return [];
    const grants = statements.flatMap(({ ways, passing }) => [...ways, ...passing]);
    const left = new Set(grants.filter((grant) => isUntold(grant, told)).map(({ way }) => way));
    const examples = oneOfEach([PASSING_A_ROLE, ...WAYS].filter((way) => left.has(way)));
    const place = wanted ? ' on every resource' : '';
    const among = examples.length > 0 ? `, among them ${few(examples)}` : '';
    return [{ allows: `every action but a few (NotAction)${place}${among}`, isFor: among && 'ways to more rights' }];
  });
}

/** One of each sort, and then of each service. */
function oneOfEach(ways: readonly Way[]): string[] {
  const bySort = new Map(ways.toReversed().map((way) => [way.sort, way]));
  const byService = new Map(ways.toReversed().map((way) => [way.action.split(':', 1)[0], way]));
  const examples = [bySort, byService].flatMap((chosen) => ways.filter((way) => [...chosen.values()].includes(way)));
  return [...new Set(examples.map(({ action }) => action))];
}

function iamLines(these: readonly Allowed[]): Line[] {
  const grants = these.flatMap(({ ways, passing }) => [...ways, ...passing]);
  const places = placesOf(grants.filter(({ way }) => ALL_OF_IAM.includes(way))).filter((place) => place !== ONESELF);
  const isFor = 'a way to become an administrator';
  return places.length > 0 ? [{ allows: `every IAM action on ${few(places)}`, isFor }] : [];
}

function placesOf(grants: readonly Grant[]): string[] {
  const every = grants.filter(({ isEvery }) => isEvery).map(({ way }) => `every ${thingOf(way)}`);
  // Many ways share one list, which may be of thousands.
  const lists = new Set(grants.map(({ places }) => places));
  return broadestFirst([...every, ...[...lists].flat()]);
}

const THINGS: Readonly<Record<string, string>> = {
  mfa: 'MFA device',
  'saml-provider': 'SAML provider',
  'oidc-provider': 'OpenID Connect provider',
  'instance-profile': 'instance profile',
};

function thingOf({ target }: Way): string {
  return 'iam' in target ? (THINGS[target.iam] ?? target.iam) : 'resource';
}

function sortLines(sort: Sort, grants: readonly Grant[], told: Set<string>): Line[] {
  const isFor = SORTS[sort];
  const ofSort = grants.filter(({ way }) => way.sort === sort);
  const onEvery = new Set(ofSort.filter(({ isEvery }) => isEvery).map(({ way }) => way));
  for (const way of onEvery) told.add(everywhere(way));
  const placed = ofSort.filter((grant) => !onEvery.has(grant.way) && isWorthTelling(grant));
  const onSome = new Set(placed.map(({ way }) => way));
  const named = (ways: ReadonlySet<Way>) => few(WAYS.filter((way) => ways.has(way)).map(({ action }) => action));
  const things = new Set([...onEvery].map(thingOf));
  const [thing] = things.size === 1 ? things : ['resource'];
  const isOwnTold = placed.some((grant) => !isSilentOnOneself(grant));
  const places = placesOf(placed).filter((place) => place !== ONESELF || isOwnTold);
  return [
    ...(onEvery.size > 0 ? [{ allows: `${named(onEvery)} on every ${thing}`, isFor }] : []),
    ...(onSome.size > 0 ? [{ allows: `${named(onSome)} on ${few(places)}`, isFor }] : []),
  ];
}

/** Keys and passwords of one's own give nobody more rights, and what is grave on oneself is told as that. */
function isSilentOnOneself({ way }: Grant): boolean {
  return way.isGrave === true || way.sort === 'users';
}

function isWorthTelling(grant: Grant): boolean {
  return !isSilentOnOneself(grant) || grant.places.some((place) => place !== ONESELF);
}

/** With a service that takes a role, it is more than without. */
function passingLines(named: readonly Allowed[], all: readonly Allowed[], told: Set<string>): Line[] {
  if (told.has('iam') || told.has('passing with')) return [];
  const services = takersOf(all);
  const isWith = services.length > 0;
  const passing = (isWith ? all : named).flatMap((allowed) => allowed.passing);
  // With a service, that is grave and told.
  if (passing.some(({ isEvery }) => isEvery)) {
    return isNew(everywhere(PASSING_A_ROLE), told)
      ? [{ allows: 'iam:PassRole on every role', isFor: SORTS.rights }]
      : [];
  }
  const places = broadestFirst(passing.flatMap((grant) => grant.places)).filter((place) =>
    isNew(`passing ${place}${isWith ? ' with' : ''}`, told),
  );
  if (places.length === 0) return [];
  return [{ allows: `iam:PassRole on ${few(places)}${isWith ? ` with ${few(services)}` : ''}`, isFor: SORTS.rights }];
}

function assumingLines(these: readonly Allowed[], told: Set<string>): Line[] {
  const grants = these.flatMap(({ assuming }) => assuming);
  const allows = 'assuming every role';
  if (told.has(`line: ${allows}`)) return [];
  if (grants.some(({ isEvery }) => isEvery)) return [{ allows }];
  const patterns = broadestFirst(grants.flatMap(({ places }) => places)).filter((place) =>
    isNew(`assuming ${place}`, told),
  );
  return patterns.length > 0 ? [{ allows: `${allows} that fits ${few(patterns)}` }] : [];
}
