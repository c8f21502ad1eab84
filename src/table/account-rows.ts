// The rows of a call whose table is one of the account's own. They are needed before any row can be prepared, so the
// call's connection and role are settled first, and are the same for all rows. Loaded with the first such table.
import type { AccountTable } from '../actions/account-tables/account-table.ts';
import { checkFieldNames, parseFields } from '../actions/arguments.ts';
import { roleInput } from '../actions/fields.ts';
import { isOperationUnknown } from '../actions/reading.ts';
import type { ApprovalAsk } from '../approval/agreement.ts';
import { connectAsAgreed } from '../approval/connect-as-agreed.ts';
import type { CallContext, MfaAsk } from '../calls/context.ts';
import { connectionOf, rowLimit } from '../calls/prepare.ts';
import { refuseSecrets } from '../calls/refuse-secrets.ts';
import type { RowCall } from '../calls/row-call.ts';
import { type TableArguments, tableInput } from '../calls/table-arguments.ts';
import { CallError } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import { AwsError } from '../iam/errors.ts';
import { isTemplate, render, TemplateError } from '../templates/render.ts';
import type { TimeLimit } from '../time-limit.ts';
import { checkColumns, problemIn, type RowLimit } from './problem.ts';
import { readLimitOf, refuseLongRows } from './read-table.ts';
import { tableClock } from './table-limits.ts';
import type { TakenRows } from './table-run.ts';

type Fields = Record<string, unknown>;
type Operation = Parameters<Account['send']>[0];

/** @param fields the action's own, as given; in what comes back, the role is as it was rendered */
export interface AccountRows extends TakenRows {
  fields: Fields;
}

/**
 * @param chosen by what condition, if any
 * @returns the rows, or what a person has to give first
 * @throws CallError, AwsError for what is wrong with the call, and for a table that cannot be read
 */
export async function readAccountTable(
  table: AccountTable,
  given: Fields,
  chosen: Pick<TableArguments, 'where'>,
  context: CallContext,
): Promise<AccountRows | MfaAsk | ApprovalAsk> {
  const { action, program } = context;
  checkFieldNames(action, given, Object.keys(tableInput.shape));
  const { call, fields } = await callFor(table, given, context);
  const clock = tableClock(context);
  try {
    const connecting = { allCalls: [call], isTable: true, needsIdentity: false, clock };
    const connected = await connectAsAgreed(connecting, context);
    if ('ask' in connected) {
      clock.stop();
      return connected;
    }
    const limit = readLimitOf(chosen, action, program.settings);
    const rows = await rowsOf(table, connected.accountOf(call), { ...context, clock, limit });
    return { rows, fields, clock };
  } catch (error) {
    clock.stop();
    throw error;
  }
}

/** What stands for all rows until they are known: whose table it is. */
async function callFor(
  table: AccountTable,
  fields: Fields,
  { action, program }: CallContext,
): Promise<{ call: RowCall; fields: Fields }> {
  const { connection: label, role_arn: role } = fields;
  const why = `${table.name} is read with it, before there are rows: it must be the same for all of them`;
  if (typeof label === 'string' && isTemplate(label)) {
    throw new CallError('InvalidArguments', `connection: ${why}, and no template`, { field: 'connection' });
  }
  const connection = connectionOf(action, fields, program);
  const rendered =
    typeof role === 'string'
      ? await render(role, connection.referenceValues).catch((error: unknown) => {
          if (!(error instanceof TemplateError)) throw error;
          const message = `role_arn: ${error.message}; ${why}`;
          throw new CallError('InvalidArguments', message, { field: 'role_arn', cause: error });
        })
      : role;
  const withRole = rendered === undefined ? fields : { ...fields, role_arn: rendered };
  const { role_arn: roleArn } = parseFields(roleInput, rendered === undefined ? {} : { role_arn: rendered }) as {
    role_arn?: string;
  };
  refuseSecrets(roleArn, program.redactor);
  return { call: { input: {}, roleArn, connection, limit: rowLimit(program), warnings: [] }, fields: withRole };
}

interface Reading extends CallContext {
  clock: TimeLimit;
  limit: RowLimit;
}

async function rowsOf(table: AccountTable, account: Account, reading: Reading): Promise<TakenRows['rows']> {
  const { program, host, clock, limit } = reading;
  const signal = AbortSignal.any([host.signal, program.leaving, clock.signal]);
  const rows = await table
    .read(
      {
        send: (operation, input) =>
          account.send(operation, input, signal, table.sends[operation]).catch((error: unknown) => {
            throw naming(operation, error, account);
          }),
        signal,
        onProgress: (message) => host.onProgress(message),
      },
      limit.most,
    )
    .catch((error: unknown) => {
      throw clock.signal.aborted ? outOfTime(table) : unread(table, error);
    });
  if (rows.length === 0) throw problemIn(table.name, undefined, 'has no rows, and nothing was done');
  if (rows.length > limit.most) throw tooMany(table, limit);
  checkColumns(table.name, rows);
  await refuseLongRows(rows);
  return rows;
}

/** What a stand-in for AWS lacks, or the credentials, by the operation: not every endpoint says it. */
function naming(operation: Operation, error: unknown, account: Account): unknown {
  if (!(error instanceof AwsError)) return error;
  if (account.endpoint !== undefined && isOperationUnknown(error)) {
    return saying(error, `this endpoint does not have ${operation} (${error.message})`);
  }
  const isNamed = error.code !== 'AccessDenied' || error.message.includes(`iam:${operation}`);
  return isNamed ? error : saying(error, `${error.message}: the permission iam:${operation} is missing`);
}

function unread(table: AccountTable, error: unknown): unknown {
  return error instanceof AwsError ? saying(error, `${table.name} cannot be read: ${error.message}`) : error;
}

/** It only reads: nothing is left undecided, whatever became of the answer. */
function saying(error: AwsError, message: string): AwsError {
  return new AwsError(error.code, message, { ...error, notDone: true, cause: error.cause });
}

function outOfTime({ name }: AccountTable): CallError {
  return new CallError('Timeout', `${name} was not read within the time allowed for a table (--table-timeout)`);
}

function tooMany({ name }: AccountTable, { most, option }: RowLimit): CallError {
  const next = `narrow it by where, or let the operator raise ${option}`;
  return new CallError(
    'InvalidArguments',
    `${name} has more than ${most} rows, and at most ${most} are taken: ${next}`,
  );
}
