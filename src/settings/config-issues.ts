// What the schema finds, as a field and a clause that a person can act on.
import type * as z from 'zod';
import { isTemplate } from '../templates/render.ts';
import { approverFields } from './approvers.ts';
import type { FieldPath } from './config-error.ts';
import { configSchema } from './config-schema.ts';
import { connectionSchema } from './connection-schema.ts';
import { expected } from './resolve.ts';
import { OPTIONS } from './settings.ts';
import { nearest, shown } from './usage-error.ts';

export interface FieldIssue {
  field: FieldPath;
  what: string;
}

type Issue = z.core.$ZodIssue;

/** The first thing in a whole config file that does not fit. A template can only be checked once it is rendered. */
export function issueInConfig(value: unknown): FieldIssue | undefined {
  const issues = configSchema.safeParse(value, { jitless: true }).error?.issues ?? [];
  return issues
    .map((issue) => fieldIssue(issue, value))
    .find(({ field }) => {
      const there = valueAt(value, field);
      return !(field[0] === 'connections' && typeof there === 'string' && isTemplate(there));
    });
}

/** The first thing in a rendered connection that does not fit. */
export function issueInConnection(value: unknown): FieldIssue | undefined {
  const [issue] = connectionSchema.safeParse(value, { jitless: true }).error?.issues ?? [];
  const found = issue && fieldIssue({ ...issue, path: ['connections', 0, ...issue.path] }, { connections: [value] });
  return found && { ...found, field: found.field.slice(2) };
}

function fieldIssue(issue: Issue, value: unknown): FieldIssue {
  const field = issue.path as FieldPath;
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    const meant = nearest(name, namesAt(field));
    return { field: [...field, name], what: meant === undefined ? 'unknown' : `unknown; did you mean ${meant}?` };
  }
  if (issue.code === 'invalid_union') {
    // Only one of the alternatives is an object: what was found inside of it says more.
    const found = issue.errors.flat();
    const inner = found.find(({ code }) => code === 'unrecognized_keys') ?? found.find(({ path }) => path.length > 0);
    if (inner) return fieldIssue({ ...inner, path: [...issue.path, ...inner.path] }, value);
  }
  const there = valueAt(value, field);
  const option = field.length === 1 ? OPTIONS.find(({ name }) => name === field[0]) : undefined;
  if (option) {
    const hint = nearest(String(there), option.choices);
    const given = `expected ${expected(option)}, not ${shown(JSON.stringify(there))}`;
    return { field, what: hint === undefined ? given : `${given}; did you mean ${hint}?` };
  }
  return {
    field,
    what: there === undefined && issue.code === 'invalid_type' ? `missing; ${issue.message}` : issue.message,
  };
}

/** The names that an object at that place can have. */
function namesAt([first, , name]: FieldPath): string[] {
  if (first === undefined) return Object.keys(configSchema.shape);
  if (first === 'approvers') return Object.keys(approverFields);
  return name === undefined ? Object.keys(connectionSchema.shape) : ['secret'];
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let there = value;
  for (const step of path) there = (there as Record<string | number, unknown> | undefined | null)?.[step];
  return there;
}
