// What is dangerous in a policy: what makes whoever has it an administrator, by all its statements together, and what
// else a person has to know of it. Denials soften nothing, since what they leave is hard to tell, and a condition does
// not either: it is told. So no statement that is added makes a policy look milder.
import { ALL_OF_IAM, type Allowed, allowedBy, ONESELF, takersOf } from './policy-allowed.ts';
import { few, type Statement } from './policy-document.ts';
import { warningsOf } from './policy-warnings.ts';
import { WAYS, type Way } from './policy-ways.ts';

interface Judgement {
  worstFirst: Statement[];
  /** By what it makes whoever has it an administrator. */
  grave: string[];
  warnings: string[];
}

const UNDER_A_CONDITION = ', under a condition';

export function judge(statements: Statement[]): Judgement {
  const judged = statements.map((entry) => {
    const allowed = allowedBy(entry);
    return { entry, allowed, weight: weightOf(allowed) };
  });
  const all = judged.flatMap(({ allowed }) => allowed ?? []);
  const always = all.filter(({ isConditional }) => !isConditional);
  const told = new Set<string>();
  const grave: string[] = [];
  const warnings: string[] = [];
  // What is allowed without a condition is told by itself: what more there is with them must not blur it.
  for (const condition of ['', UNDER_A_CONDITION]) {
    const together = condition ? all : always;
    grave.push(...graveOf(together, condition, told));
    const these = condition ? all.filter(({ isConditional }) => isConditional) : always;
    warnings.push(...warningsOf(these, together, condition, told));
  }
  return {
    worstFirst: judged.toSorted((a, b) => b.weight - a.weight).map(({ entry }) => entry),
    grave,
    warnings,
  };
}

const isAdministrators = ({ isEveryAction, isOnEverything }: Allowed) => isEveryAction && isOnEverything;
const everywhereOf = (all: readonly Allowed[]) =>
  new Set(
    all.flatMap(({ ways, passing }) => [...ways, ...passing].flatMap(({ way, isEvery }) => (isEvery ? way : []))),
  );
const isAllOfIam = (everywhere: ReadonlySet<Way>) => ALL_OF_IAM.every((way) => everywhere.has(way));

/** @param told what has been said, and gets what is said here */
function graveOf(all: readonly Allowed[], condition: string, told: Set<string>): string[] {
  const toAdministrator = ': a way to become an administrator';
  const isNew = (what: string) => !told.has(what) && told.add(what);
  if (told.has('administrator')) return [];
  const administrators = all.filter(isAdministrators);
  if (administrators.length > 0) {
    told.add('administrator');
    const but = administrators.every(({ isNotResource }) => isNotResource) ? ' but a few (NotResource)' : '';
    return [`it allows every action on every resource${but}${condition}: whoever has it is an administrator`];
  }
  const everywhere = everywhereOf(all);
  if (told.has('iam')) return [];
  if (isAllOfIam(everywhere)) {
    told.add('iam');
    return [`it allows every IAM action on every resource${condition}${toAdministrator}`];
  }
  const grave = WAYS.filter(({ isGrave }) => isGrave);
  const direct = grave.filter((way) => everywhere.has(way) && isNew(`${way.action} everywhere`));
  const own = new Set(all.flatMap(({ ways }) => ways.filter(({ isOnOneself }) => isOnOneself).map(({ way }) => way)));
  const onOneself = grave.filter(
    (way) => own.has(way) && !told.has(`${way.action} everywhere`) && isNew(`${way.action} on ${ONESELF}`),
  );
  const lines = [...lineOf(direct, 'every resource'), ...lineOf(onOneself, ONESELF)];
  const services = takersOf(all);
  if (
    all.some(({ passing }) => passing.some(({ isEvery }) => isEvery)) &&
    services.length > 0 &&
    isNew('passing with')
  ) {
    lines.push(`it allows iam:PassRole on every role with ${few(services)}`);
  }
  return lines.map((line) => `${line}${condition}${toAdministrator}`);
}

function lineOf(ways: readonly Way[], where: string): string[] {
  return ways.length > 0 ? [`it allows ${ways.map(({ action }) => action).join(', ')} on ${where}`] : [];
}

function weightOf(allowed: Allowed | undefined): number {
  if (!allowed) return 0;
  if (isAdministrators(allowed)) return 3000;
  const everywhere = everywhereOf([allowed]);
  if (isAllOfIam(everywhere)) return 2000;
  const { ways, passing, taking, assuming, isAssumingRoot } = allowed;
  const isGrave =
    [...everywhere].some((way) => way.isGrave) || ways.some((grant) => grant.way.isGrave && grant.isOnOneself);
  // Whether to pass every role is grave hangs on other statements.
  const weight = isGrave ? 1000 : passing.some(({ isEvery }) => isEvery) ? 500 : 0;
  // The services count least: without a role to pass, they are as harmless as most.
  return weight + ways.length + passing.length + assuming.length + (isAssumingRoot ? 1 : 0) + taking.length / 1000;
}
