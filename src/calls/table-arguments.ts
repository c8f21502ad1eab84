// What every tool takes beside its action's own fields: a table of rows, and what becomes of it.
import * as z from 'zod';
import { parseFields } from '../actions/arguments.ts';
import { CallError } from '../errors.ts';
import { isTemplate } from '../templates/render.ts';
import { isDeeper, type Row } from './row.ts';

// Far more than any table has; deeper values would overflow the stack of whatever walks through them.
const DEEPEST = 32;

// Published with all of this, or a converter would take it for an object that has no properties, and empty every row.
const ROW_SCHEMA = { type: 'object', properties: {}, additionalProperties: true };

const shortText = (description: string) =>
  z.string({ error: 'must be a text' }).trim().min(1).max(1000).optional().meta({ description });
const condition = (description: string) =>
  z
    .string({ error: 'must be a text' })
    .trim()
    .min(1)
    .max(10_000, { error: 'is longer than 10,000 characters' })
    .optional()
    .meta({ description });
const flag = (description: string) =>
  z.boolean({ error: 'must be true or false' }).default(false).meta({ description });

export const tableInput = z.strictObject({
  rows: z
    .array(z.custom<Row>(isRow, { error: 'must be objects of JSON values by column' }).meta(ROW_SCHEMA), {
      error: ({ input }) =>
        typeof input === 'string'
          ? 'is a text that is not JSON of rows: give an array of objects'
          : 'must be an array of objects',
    })
    .optional()
    .meta({ description: 'A call per row; other fields are Jinja, as {{ email }}' }),
  rows_file: shortText('A file of rows, or iam://users, iam://credential-report'),
  where: condition('Only rows where this is true'),
  keep: condition('Only results where this is true'),
  detail: z
    .enum(['brief', 'full'], { error: 'must be brief or full' })
    .default('brief')
    .meta({ description: 'brief (default) or full' }),
  output_file: shortText('File for the result'),
  overwrite: flag('Replace output_file'),
  dry_run: flag('Only show the plan'),
  resume: flag('Same call again: does the rest'),
  continue_from: shortText('From a result: its next entries'),
});

/** What narrows the result of a read says nothing of a change: all that it does is told. */
export const ONLY_OF_READS: readonly string[] = ['keep'];

export type TableArguments = z.output<typeof tableInput>;

/**
 * Parts what a caller sent. The action's own fields are not checked yet, since they may be templates.
 * @throws CallError InvalidArguments
 */
export function splitArguments(given: Record<string, unknown>): {
  fields: Record<string, unknown>;
  table: TableArguments;
} {
  const isOfTable = ([name]: [string, unknown]) => Object.hasOwn(tableInput.shape, name);
  const entries = Object.entries(given);
  const rows = rowsIn(given.rows);
  const ofTable = { ...Object.fromEntries(entries.filter(isOfTable)), rows };
  const table = parseFields(tableInput, ofTable) as TableArguments;
  const fields = Object.fromEntries(entries.filter((entry) => !isOfTable(entry)));
  if (table.continue_from !== undefined && NOT_WITH_A_PAGE.some((name) => table[name])) {
    throw new CallError('InvalidArguments', `continue_from: goes without ${NOT_WITH_A_PAGE.join(', ')}`);
  }
  if (table.rows && table.rows_file !== undefined) {
    throw new CallError('InvalidArguments', 'rows and rows_file: give one of them');
  }
  if (table.where !== undefined && !hasRows(table)) {
    throw new CallError('InvalidArguments', 'where: chooses rows, and this call has none: give rows or rows_file');
  }
  if (table.resume && !hasRows(table)) {
    throw new CallError('InvalidArguments', 'resume: takes the same rows or rows_file as the call that it takes up');
  }
  // Beside plain fields it says nothing (see parseFields). Beside templates it is a table, and one that did nothing must
  // not read as a success.
  const isEmptyTable = Array.isArray(rows) && !hasRows(table) && table.continue_from === undefined;
  if (isEmptyTable && Object.values(fields).some((value) => typeof value === 'string' && isTemplate(value))) {
    throw new CallError('InvalidArguments', 'rows: the table has no rows, and nothing was done');
  }
  return { fields, table };
}

/**
 * Some frameworks send an array as its JSON text. An object is refused either way: it may be one row, and as well an
 * object around the rows. One with nothing in it is a table without rows.
 */
function rowsIn(given: unknown): unknown {
  const value = typeof given === 'string' ? parsed(given) : given;
  const isEmptyObject = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isEmptyObject ? [] : value;
}

/** The text itself where it is none of an array, an object or null. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.trim());
    return typeof value === 'object' ? value : text;
  } catch {
    return text;
  }
}

const NOT_WITH_A_PAGE = ['rows', 'rows_file', 'where', 'keep', 'output_file', 'dry_run', 'resume'] as const;

export function hasRows({ rows, rows_file }: TableArguments): boolean {
  return rows !== undefined || rows_file !== undefined;
}

function isRow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDeeper(value, DEEPEST);
}
