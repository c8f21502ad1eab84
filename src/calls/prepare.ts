// From what a caller sent to one checked call for each row: templates are rendered, once, and what comes out is
// validated. Nothing is sent before every row has been through this.
import { setImmediate as rest } from 'node:timers/promises';
import { type Action, isChange } from '../actions/action.ts';
import { checkFieldNames, parseFields } from '../actions/arguments.ts';
import { connectionInput } from '../actions/fields.ts';
import { CallError } from '../errors.ts';
import type { Redactor } from '../redact.ts';
import type { Connection } from '../settings/connection.ts';
import { connectionLabelled } from '../settings/connections.ts';
import { isTemplate, renderEach, type Seen, TemplateError } from '../templates/render.ts';
import { TimeLimit } from '../time-limit.ts';
import { refuseGuarded } from './guards.ts';
import type { Program } from './program.ts';
import type { Row } from './row.ts';
import type { RowCall } from './row-call.ts';
import { tableInput } from './table-arguments.ts';

/** A row of the table with its call, or why there is none. */
export interface PreparedRow {
  /** From 1; absent for the only row of a call without a table. */
  number?: number;
  row: Row;
  call: RowCall | CallError;
  /** Of one that a rule of its connection refuses: what it was about. */
  guarded?: GuardedRow;
  /** The row with the very same call, by which this one is done too. */
  sameAs?: number;
}

/** For the record: what a model tries must not be found out unseen. */
export type GuardedRow = Pick<RowCall, 'number' | 'connection' | 'input' | 'roleArn'>;

/** The calls that can be tried, each once. */
export function callsOf(prepared: readonly PreparedRow[]): RowCall[] {
  return prepared.flatMap(({ call, sameAs }) => (isCall(call) && sameAs === undefined ? call : []));
}

/** Whether it is one that can be tried, and not the reason why there is none. */
export function isCall(call: PreparedRow['call']): call is RowCall {
  return 'input' in call;
}

type Fields = Record<string, unknown>;
type Texts = Record<string, string>;

// After so long, other calls have their turn.
const MOMENT_MS = 25;

const TABLE_FIELDS = Object.keys(tableInput.shape);

/**
 * @param fields the action's own, as given
 * @param rows of the table; undefined for a call without one
 * @param deadline of all work with AWS, on the clock of `performance.now()`
 * @returns one entry for each row, in order
 * @throws CallError InvalidArguments for what is wrong whatever the rows are, and for a template that was stopped
 */
export async function prepareRows(
  action: Action,
  fields: Fields,
  rows: readonly Row[] | undefined,
  program: Program,
  deadline?: number,
): Promise<PreparedRow[]> {
  const { connection: label, ...others } = templatesIn(fields);
  if (rows || label !== undefined || Object.keys(others).length > 0) checkFieldNames(action, fields, TABLE_FIELDS);
  const table = rows ?? [{}];
  const checked = await checkRows(rows ?? [], program.redactor);
  const hint = rows ? '' : NO_ROWS;
  // First the connection, whose reference values the other templates see.
  const labels = await renderRows(
    label === undefined ? {} : { connection: label },
    table.map((row, index) => (checked[index] ? undefined : { row })),
    hint,
  );
  const connections = labels.map((texts, index) =>
    attempt(() => {
      const refused = checked[index];
      if (refused) throw refused;
      return connectionOf(action, { ...fields, ...orThrow(texts) }, program);
    }),
  );
  const texts = await renderRows(
    others,
    table.map((row, index) => {
      const connection = connections[index];
      return connection && !(connection instanceof CallError) ? { row, values: connection.referenceValues } : undefined;
    }),
    hint,
  );
  return table.map((row, index) => {
    const numbered = rows ? { number: index + 1 } : {};
    let guarded: GuardedRow | undefined;
    const call = attempt((): RowCall => {
      const connection = orThrow(connections[index]);
      const rendered = { ...fields, ...orThrow(labels[index]), ...orThrow(texts[index]) };
      const made = callOf(action, rendered, program);
      guarded = { ...numbered, ...made, connection };
      refuseGuarded(action, made.input, connection);
      guarded = undefined;
      return {
        ...numbered,
        ...made,
        connection,
        limit: rowLimit(program, deadline),
        warnings: [],
      };
    });
    return { ...numbered, row, call, ...(guarded && { guarded }) };
  });
}

/** @returns why a row is refused before a template sees it, by its place: a template could hand a secret out in pieces */
async function checkRows(rows: readonly Row[], redactor: Redactor): Promise<(CallError | undefined)[]> {
  const checked: (CallError | undefined)[] = [];
  let rested = performance.now();
  for (const row of rows) {
    const refused = attempt(() => refuseSecrets(row, redactor));
    checked.push(refused instanceof CallError ? refused : undefined);
    if (performance.now() - rested < MOMENT_MS) continue;
    await rest();
    rested = performance.now();
  }
  return checked;
}

function templatesIn(fields: Fields): Texts {
  const isText = (field: [string, unknown]): field is [string, string] => typeof field[1] === 'string';
  return Object.fromEntries(
    Object.entries(fields)
      .filter(isText)
      .filter(([, text]) => isTemplate(text)),
  );
}

// Rows that were forgotten, or braces in a value that were not meant.
const NO_ROWS = '; this call has no rows: give rows or rows_file, or the value itself';

/** One outcome a row, in order; for one that is undefined, no texts. @param hint follows what is wrong with a template */
async function renderRows(templates: Texts, seen: (Seen | undefined)[], hint: string): Promise<(Texts | CallError)[]> {
  if (Object.keys(templates).length === 0) return seen.map(() => ({}));
  const renderings = await renderEach(
    templates,
    seen.filter((row) => row !== undefined),
  ).catch((error: unknown) => {
    throw error instanceof TemplateError ? new CallError('InvalidArguments', error.message, { cause: error }) : error;
  });
  const next = renderings.values();
  return seen.map((row) => {
    const rendering = row && next.next().value;
    if (!rendering) return {};
    if ('texts' in rendering) return rendering.texts;
    const { field, error } = rendering;
    return new CallError('InvalidArguments', `${field}: ${error.message}${hint}`, { field });
  });
}

/** @throws CallError for a label that there is not, and for a change where the connection is for reading only */
export function connectionOf(action: Action, { connection: label }: Fields, program: Program): Connection {
  const given = label === undefined ? {} : { connection: label };
  const { connection: wanted } = parseFields(connectionInput, given) as { connection?: string };
  const connection = connectionLabelled(program.connections, wanted, program.defaultLabel);
  if (isChange(action) && connection.readOnly) {
    throw new CallError('ReadOnly', `the connection '${connection.label}' is for reading only`);
  }
  return connection;
}

function callOf(action: Action, rendered: Fields, { redactor }: Program): Pick<RowCall, 'input' | 'roleArn'> {
  const { connection, role_arn, ...input } = parseFields(action.input, rendered, TABLE_FIELDS) as Record<
    string,
    string
  >;
  refuseSecrets([input, role_arn], redactor);
  return { input, roleArn: role_arn };
}

/**
 * Once more when the account is open, since its secret may not be known before.
 * @throws CallError Refused
 */
export function refuseSecrets(values: unknown, redactor: Redactor): void {
  if (redactor.isClean(values)) return;
  throw new CallError('Refused', 'a value of this call has a secret of this program in it: take it out');
}

/** On the time that one row may spend with AWS: not started yet. */
export function rowLimit({ settings }: Program, deadline?: number): TimeLimit {
  const limit = new TimeLimit(settings.callTimeout * 1000, deadline);
  limit.stop();
  return limit;
}

function attempt<T>(make: () => T): T | CallError {
  try {
    return make();
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
}

function orThrow<T>(made: T | CallError | undefined): T {
  if (made === undefined) throw new Error('a row was lost');
  if (made instanceof CallError) throw made;
  return made;
}
