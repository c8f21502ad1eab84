// From what a caller sent to an action's checked input. Values may come as text, since in the spec every input is
// text: "True" and "25" are coerced. Some frameworks mark every field required, and models then fill in what says nothing:
// null, "", 0, false, [] and {} in an optional field mean absent.
import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import type { Action, ActionInput } from './action.ts';

const MOST_PROBLEMS = 5;

/** Fields in which somebody may have put a secret by mistake: a wrong value is repeated nowhere. */
export const unrepeated = z.registry<Record<never, never>>();

/**
 * @param others names of fields that may stand beside those of `input`, to be suggested
 * @throws CallError InvalidArguments, naming each field and what would be right
 */
export function parseFields(
  input: ActionInput,
  given: Record<string, unknown>,
  others: readonly string[] = [],
): Record<string, unknown> {
  const { shape } = input;
  const coerced = Object.entries(given).flatMap(([name, value]) => {
    const field = Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined;
    const taken = field ? coerce(field, value) : value;
    return taken === undefined ? [] : [[name, taken] as const];
  });
  const parsed = input.safeParse(Object.fromEntries(coerced));
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw new CallError('InvalidArguments', describeProblems(issues, input, others), {
    field: firstField(issues),
    unrepeated: issues.flatMap(({ path: [name] }) => {
      const value = given[String(name)];
      return typeof value === 'string' && unrepeated.has(shape[String(name)] as z.ZodType) ? value.trim() : [];
    }),
  });
}

/** What was given, without what means absent. */
export function withoutFillers({ shape }: ActionInput, given: Record<string, unknown>): Record<string, unknown> {
  const isAbsent = ([name, value]: [string, unknown]) =>
    Object.hasOwn(shape, name) && coerce(shape[name] as z.ZodType, value) === undefined;
  return Object.fromEntries(Object.entries(given).filter((field) => !isAbsent(field)));
}

/** None where the first problem is a field that there is not: its name is the caller's. */
function firstField([first]: readonly z.core.$ZodIssue[]): string | undefined {
  return first === undefined || first.code === 'unrecognized_keys' ? undefined : String(first.path[0]);
}

/**
 * What is wrong with a call whatever its rows are: fields that there are not, and required ones that are missing.
 * @param others names that may stand beside the action's own, for "did you mean"
 * @throws CallError InvalidArguments
 */
export function checkFieldNames({ input }: Action, given: Record<string, unknown>, others: readonly string[]): void {
  const known = [...Object.keys(input.shape), ...others];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const missing = Object.entries(input.shape).flatMap(([name, field]) => {
    const { error } = given[name] === undefined ? (field as z.ZodType).safeParse(undefined) : {};
    return error ? `${name}: ${error.issues[0]?.message}` : [];
  });
  const problems = [...unknown.slice(0, MOST_PROBLEMS).map((name) => describeUnknown(name, known)), ...missing];
  if (problems.length > 0) throw new CallError('InvalidArguments', problems.join('; '));
}

function coerce(field: z.ZodType, value: unknown): unknown {
  const taken = typeof value === 'string' ? fromText(innermost(field), value.trim()) : value;
  const isNothing = saysNothing(taken) || (taken === false && !(innermost(field) instanceof z.ZodBoolean));
  return isNothing && field.safeParse(undefined).success ? undefined : taken;
}

function fromText(inner: unknown, text: string): unknown {
  if (inner instanceof z.ZodBoolean && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (inner instanceof z.ZodNumber && /^\d{1,15}$/.test(text)) return Number(text);
  return text;
}

function saysNothing(value: unknown): boolean {
  if (typeof value === 'object') return value === null || Object.keys(value).length === 0;
  return value === undefined || value === '' || value === 0;
}

function innermost(field: unknown): unknown {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? innermost(field.unwrap()) : field;
}

function describeProblems(issues: readonly z.core.$ZodIssue[], input: ActionInput, others: readonly string[]): string {
  const problems = new Map<string, () => string>();
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        problems.set(`unknown ${key}`, () => describeUnknown(key, [...Object.keys(input.shape), ...others]));
      continue;
    }
    const field = String(issue.path[0]);
    // The first problem of a field is enough: the others follow from it.
    if (!problems.has(field)) problems.set(field, () => `${field}: ${issue.message}`);
  }
  // Put into words only where told: somebody may send a hundred thousand fields.
  const told = [...problems.values()].slice(0, MOST_PROBLEMS).map((describe) => describe());
  const untold = problems.size - told.length;
  return told.join('; ') + (untold > 0 ? `; and ${untold} more` : '');
}

function describeUnknown(key: string, fields: string[]): string {
  const nearest = fields.toSorted((a, b) => distance(key.slice(0, 64), a) - distance(key.slice(0, 64), b))[0];
  const isNear = nearest !== undefined && distance(key.slice(0, 64), nearest) <= Math.max(2, nearest.length / 3);
  const name = cleanLine(key, 60);
  return isNear
    ? `'${name}' is no field; did you mean ${nearest}?`
    : `'${name}' is no field; there are: ${fields.join(', ')}`;
}
