// How values are compared in templates and conditions. The engine takes `none < '2026'` for true, compares dates as
// texts, and tells the 'true' of a CSV file from the true of JSON; here a file's form makes no difference.
import { type Moment, momentOf } from './dates.ts';
import { isNull, kindOf, Refused, type Value } from './values.ts';

const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?\s*$/i;
const DEEPEST = 64;

/**
 * Null equals null alone; true and false equal the texts "true" and "false"; numbers equal texts that are the same
 * number. Two dates with a time are equal when they are one moment; a date alone equals every moment of its day, in UTC.
 */
export function isEqual(a: Value, b: Value, depth = 0): boolean {
  if (a === b) return true;
  if (isNull(a) || isNull(b)) return isNull(a) && isNull(b);
  if (typeof a === 'string' && typeof b === 'string') {
    const dates = bothDates(a, b);
    // "True" and "true" are one answer of two programs.
    if (!dates) return truthOf(a) !== undefined && truthOf(a) === truthOf(b);
    const [first, second] = dates;
    if (first.hasTime && second.hasTime) return first.milliseconds === second.milliseconds;
    return dayOf(first) === dayOf(second);
  }
  if (typeof a === 'boolean' || typeof b === 'boolean') return truthOf(a) !== undefined && truthOf(a) === truthOf(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return depth < DEEPEST && a.length === b.length && a.every((item, index) => isEqual(item, b[index], depth + 1));
  }
  if (a instanceof Map && b instanceof Map) {
    const isSame = ([name, item]: [string, Value]) => b.has(name) && isEqual(item, b.get(name), depth + 1);
    return depth < DEEPEST && a.size === b.size && [...a].every(isSame);
  }
  const [one, other] = [numberOf(a), numberOf(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: a big number and a number of the same value.
  return one !== undefined && other !== undefined && one == other;
}

/**
 * Below 0 where the first comes first, 0 where they are equal; undefined where they have no order: null, and values of
 * kinds that do not go together. Dates are compared as time, a date alone being the first moment of its day in UTC.
 */
function order(a: Value, b: Value): number | undefined {
  if (isNull(a) || isNull(b)) return undefined;
  if (typeof a === 'string' && typeof b === 'string') return orderOfTexts(a, b);
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    const [one, other] = [truthOf(a), truthOf(b)];
    return one === undefined || other === undefined ? undefined : Number(one) - Number(other);
  }
  const [one, other] = [numberOf(a), numberOf(b)];
  return one === undefined || other === undefined ? undefined : difference(one, other);
}

function orderOfTexts(a: string, b: string): number | undefined {
  const [one, other] = [momentOf(a), momentOf(b)];
  if (one && other) return difference(one.milliseconds, other.milliseconds);
  // An empty cell, or a word in the place of a date, comes neither before it nor after it.
  if (one || other) return undefined;
  const [yes, no] = [truthOf(a), truthOf(b)];
  if (yes !== undefined && no !== undefined) return Number(yes) - Number(no);
  // A CSV file has numbers as texts.
  if (NUMBER.test(a) && NUMBER.test(b)) return difference(Number(a), Number(b));
  return difference(a, b);
}

function difference<T extends string | number | bigint>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function bothDates(a: string, b: string): [Moment, Moment] | undefined {
  const one = momentOf(a);
  const other = one && momentOf(b);
  return other && [one, other];
}

function dayOf({ milliseconds }: Moment): number {
  return Math.floor(milliseconds / 86_400_000);
}

function truthOf(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}

/** In null is nothing. */
function isIn(item: Value, container: Value): boolean {
  if (isNull(container)) return false;
  if (typeof container === 'string') {
    return !isNull(item) && typeof item !== 'object' && container.includes(String(item));
  }
  if (container instanceof Map) return !isNull(item) && typeof item !== 'object' && container.has(String(item));
  if (Array.isArray(container)) return container.some((other) => isEqual(item, other));
  throw new Refused(`expected a text, a list or an object, not ${kindOf(container)}`);
}

/** Of `first, operator, second, operator, third…`, as in `1 < a <= 3`: true where each pair is. */
export function isTrueOf([first, ...rest]: Value[]): boolean {
  let left = first;
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const right = rest[index + 1];
    if (!isPairTrue(rest[index] as string, left, right)) return false;
    left = right;
  }
  return true;
}

export function isPairTrue(operator: string, a: Value, b: Value): boolean {
  switch (operator) {
    case '==':
      return isEqual(a, b);
    case '!=':
      return !isEqual(a, b);
    case 'in':
      return isIn(a, b);
    case 'not in':
      return !isIn(a, b);
    default: {
      if (isNull(a) || isNull(b)) return false;
      const found = order(a, b) ?? Number.NaN;
      if (operator === '<') return found < 0;
      if (operator === '>') return found > 0;
      // What is equal is neither before nor after: the day of a date alone is in `<=`.
      if (isEqual(a, b)) return true;
      return operator === '<=' ? found <= 0 : found >= 0;
    }
  }
}
