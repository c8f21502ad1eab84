// From what a caller sent to an action's checked input. Values may come as text, since in the spec every input is
// text: "True" and "25" are coerced, "" in an optional field means absent.
import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../envelope.ts';
import type { Action, ActionInput } from './action.ts';

const MOST_PROBLEMS = 5;

/** @throws CallError InvalidArguments, naming each field and what would be right */
export function parseArguments(action: Action, given: Record<string, unknown>): Record<string, unknown> {
  const { shape } = action.input;
  const coerced = Object.entries(given).flatMap(([name, value]) => {
    const field = Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined;
    const taken = field ? coerce(field, value) : value;
    return taken === undefined ? [] : [[name, taken] as const];
  });
  const parsed = action.input.safeParse(Object.fromEntries(coerced));
  if (parsed.success) return parsed.data;
  throw new CallError('InvalidArguments', describeProblems(parsed.error.issues, action.input));
}

function coerce(field: z.ZodType, value: unknown): unknown {
  const isOptional = field.safeParse(undefined).success;
  if (value === null && isOptional) return undefined;
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (text === '' && isOptional) return undefined;
  const inner = innermost(field);
  if (inner instanceof z.ZodBoolean && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (inner instanceof z.ZodNumber && /^\d{1,15}$/.test(text)) return Number(text);
  return text;
}

function innermost(field: unknown): unknown {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? innermost(field.unwrap()) : field;
}

function describeProblems(issues: readonly z.core.$ZodIssue[], input: ActionInput): string {
  const problems = new Map<string, () => string>();
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        problems.set(`unknown ${key}`, () => describeUnknown(key, Object.keys(input.shape)));
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
