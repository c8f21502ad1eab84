// Values as the engine hands them to functions of this program: null and what is missing alike, dicts as maps.

export type Value = null | undefined | boolean | number | bigint | string | Value[] | Map<string, Value>;

export function isNull(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

/** As JSON has it, for the engine, which would take a map for an empty dict. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, item]) => [String(name), plain(item)]));
  return value ?? null;
}

/** Why a function does not take a value, which it never repeats. */
export class Refused extends Error {}

/** @throws Refused */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new Refused(`expected a text, not ${kindOf(value)}`);
}

/** @throws Refused */
export function listOf(value: Value): Value[] {
  if (isNull(value)) return [];
  if (Array.isArray(value)) return value;
  throw new Refused(`expected a list, not ${kindOf(value)}`);
}

/** @throws Refused */
export function dictOf(value: Value): Map<string, Value> {
  if (isNull(value)) return new Map();
  if (value instanceof Map) return value;
  throw new Refused(`expected an object, not ${kindOf(value)}`);
}

export function kindOf(value: Value): string {
  if (isNull(value)) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'an object';
  return { string: 'a text', boolean: 'true or false' }[typeof value as string] ?? 'a number';
}
