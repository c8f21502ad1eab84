// Gives an environment of the engine what this program has of its own. A function that throws would leave the engine in
// no state to go on with: what a function has to complain of is kept here, and is an error after the rendering.
import type { Environment } from 'minijinja-js/dist/web/minijinja_js.js';
import { OWN_NAMES } from '../language/names-of-the-engine.ts';
import { isPairTrue, isTrueOf } from './compare.ts';
import { ageInDays, dateText, daysAgo } from './dates.ts';
import { applyFilter, isTrue, OWN_FILTERS, refusalText } from './filters.ts';
import { regexOf } from './regex.ts';
import { isNull, listOf, plain, Refused, textOf, type Value } from './values.ts';

/** What functions know of the rendering that they are called in, and what they leave behind. */
export interface Rendering {
  now: number;
  isCondition: boolean;
  complaint?: string;
  /** What a condition came to. */
  decided?: { value: Value };
  /** Of names that a condition takes out of what it has worked out: whether they were there, by their numbers. */
  taken: Map<number, TakenName>;
}

interface TakenName {
  isThere: boolean;
  among: string[];
}

// By all the names that the engine has for them.
const COMPARISONS: Record<string, string[]> = {
  '==': ['eq', 'equalto', '=='],
  '!=': ['ne', '!='],
  '<': ['lt', 'lessthan', '<'],
  '<=': ['le', '<='],
  '>': ['gt', 'greaterthan', '>'],
  '>=': ['ge', '>='],
  in: ['in'],
};

export function install(environment: Environment, rendering: Rendering): void {
  const guarded =
    (name: string, call: (args: Value[]) => unknown) =>
    (...args: Value[]): unknown => {
      try {
        return call(args);
      } catch (error) {
        rendering.complaint ??= refusalText(name, error);
        return null;
      }
    };
  const addFunction = (name: string, call: (args: Value[]) => unknown, shown = name) =>
    environment.addGlobal(name, guarded(shown, call));
  const addTest = (name: string, call: (args: Value[]) => boolean) =>
    environment.addTest(name, (...args: Value[]) => guarded(name, call)(...args) === true);

  addFunction(OWN_NAMES.compare, isTrueOf, 'in');
  addFunction(OWN_NAMES.text, ([value]) => (isNull(value) ? '' : plain(value)));
  addFunction(OWN_NAMES.truth, ([value]) => isTrueInCondition(value));
  addFunction(OWN_NAMES.item, (args) => itemOf(args, rendering), '[ ]');
  addFunction(OWN_NAMES.items, (args) => itemsWith(args, rendering));
  addFunction(OWN_NAMES.decide, ([value]) => {
    rendering.decided = { value };
    return '';
  });
  addFunction('now', () => dateText(rendering.now));
  addFunction('days_ago', ([days]) => daysAgo(rendering.now, days));
  addFunction('age_days', ([date]) => ageInDays(rendering.now, date));

  // CSV has no other way to say that there is nothing: a condition that asks means that.
  addTest('none', ([value]) => isNull(value) || (rendering.isCondition && value === ''));
  addTest('undefined', ([value]) => isNull(value));
  addTest('defined', ([value]) => !isNull(value));
  addTest('true', ([value]) => isPairTrue('==', value, true));
  addTest('false', ([value]) => isPairTrue('==', value, false));
  for (const [operator, names] of Object.entries(COMPARISONS)) {
    for (const name of names) addTest(name, ([a, b]) => isPairTrue(operator, a, b));
  }
  addTest('contains', ([container, item]) => isPairTrue('in', item, container));
  addTest('search', ([text, pattern]) => !isNull(text) && regexOf(pattern, {}).test(textOf(text)));
  addTest('regex', ([text, pattern]) => !isNull(text) && regexOf(pattern, {}).test(textOf(text)));
  // As Python has it: from the start of the text.
  addTest('match', ([text, pattern]) => !isNull(text) && regexOf(pattern, {}).exec(textOf(text))?.index === 0);

  for (const [name, filter] of Object.entries(OWN_FILTERS)) {
    environment.addFilter(name, (...args: Value[]) => guarded(name, () => plain(applyFilter(filter, args)))(...args));
  }
}

/**
 * @param number of a name that is the same in all rows: where it is missing is noted
 * @throws Refused for another name that is not there
 */
function itemOf([container, key, number]: Value[], { taken }: Rendering): unknown {
  if (isNull(container)) return null;
  if (typeof number === 'number') {
    note(taken, number, [container], [textOf(key)]);
    return plain(stepIn(container, textOf(key)));
  }
  if (container instanceof Map) {
    if (!container.has(textOf(key))) throw new Refused('there is no such name');
    return plain(container.get(textOf(key)));
  }
  if (typeof key !== 'number') throw new Refused('expected a number');
  return plain((typeof container === 'string' ? [...container] : listOf(container)).at(key));
}

/** The list itself, of whose items a filter takes something by a name with dots: whether any has it is noted. */
function itemsWith([list, name, number]: Value[], { taken }: Rendering): unknown {
  if (isNull(list)) return list;
  const items = Array.isArray(list) ? list : [];
  if (typeof number === 'number' && items.length > 0) note(taken, number, items, textOf(name).split('.'));
  return plain(list);
}

const MOST_AMONG = 50;

/** In null and in an empty object, nobody can tell what there may be. */
function note(taken: Rendering['taken'], number: number, containers: Value[], steps: string[]): void {
  const before = taken.get(number);
  if (before?.isThere) return;
  const known = containers.filter(
    (container) => !isNull(container) && !(container instanceof Map && container.size === 0),
  );
  const isThere = known.some((container) => hasAt(container, steps));
  if (known.length === 0) return;
  const names = known.flatMap((container) =>
    container instanceof Map ? [...container.keys()].slice(0, MOST_AMONG) : [],
  );
  taken.set(number, { isThere, among: [...new Set([...(before?.among ?? []), ...names])].slice(0, MOST_AMONG) });
}

function hasAt(container: Value, [step = '', ...steps]: string[]): boolean {
  if (isNull(container)) return true;
  const isThere = container instanceof Map ? container.has(step) : stepIn(container, step) !== undefined;
  return isThere && (steps.length === 0 || hasAt(stepIn(container, step), steps));
}

function stepIn(container: Value, step: string): Value {
  if (container instanceof Map) return container.get(step);
  return Array.isArray(container) && /^\d+$/.test(step) ? container[Number(step)] : undefined;
}

function isTrueInCondition(value: Value): boolean {
  return isTrue(value) && !(typeof value === 'string' && value.trim().toLowerCase() === 'false');
}
