// From what a caller sent to one checked call for each row: templates are rendered, once, and what comes out is
// validated. Nothing is sent before every row has been through this.
import { type Action, isChange } from '../actions/action.ts';
import { checkFieldNames, parseFields } from '../actions/arguments.ts';
import { connectionInput } from '../actions/fields.ts';
import { CallError } from '../errors.ts';
import type { Connection } from '../settings/connection.ts';
import { connectionLabelled } from '../settings/connections.ts';
import type { Seen } from '../templates/render.ts';
import { TimeLimit } from '../time-limit.ts';
import { attempt, orThrow } from './attempt.ts';
import { type ChosenRow, chooseRows } from './choose-rows.ts';
import { refuseGuarded } from './guards.ts';
import type { Program } from './program.ts';
import { refuseSecrets } from './refuse-secrets.ts';
import { renderRows, type Texts, templatesIn } from './render-rows.ts';
import type { GivenTable, Row } from './row.ts';
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

const TABLE_FIELDS = Object.keys(tableInput.shape);

/**
 * @param fields the action's own, as given
 * @param table undefined for a call without one
 * @param deadline of all work with AWS, on the clock of `performance.now()`
 * @returns one entry for each row that is chosen, in order
 * @throws CallError InvalidArguments for what is wrong whatever the rows are, and for a template that was stopped
 */
export async function prepareRows(
  action: Action,
  fields: Fields,
  table: GivenTable | undefined,
  program: Program,
  deadline?: number,
): Promise<PreparedRow[]> {
  const { connection: label, ...others } = templatesIn(fields);
  if (table || label !== undefined || Object.keys(others).length > 0) checkFieldNames(action, fields, TABLE_FIELDS);
  const chosen = table ? await chooseRows(table, program.redactor) : [{ row: {} }];
  const seenIn = ({ row, refused }: ChosenRow, values: Texts): Seen | undefined =>
    refused ? undefined : { row, values };
  // First the connection, whose reference values the other templates see.
  const labels = await renderRows(
    label === undefined ? {} : { connection: label },
    chosen.map((row) => seenIn(row, {})),
    table,
  );
  const connections = labels.map((texts, index) =>
    attempt(() => connectionOf(action, { ...fields, ...orThrow(chosen[index]?.refused ?? texts) }, program)),
  );
  const texts = await renderRows(
    others,
    chosen.map((row, index) => {
      const connection = connections[index];
      return connection && !(connection instanceof CallError) ? seenIn(row, connection.referenceValues) : undefined;
    }),
    table,
  );
  return chosen.map(({ row, number }, index) => {
    const numbered = number === undefined ? {} : { number };
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

/** On the time that one row may spend with AWS: not started yet. */
export function rowLimit({ settings }: Program, deadline?: number): TimeLimit {
  const limit = new TimeLimit(settings.callTimeout * 1000, deadline);
  limit.stop();
  return limit;
}
