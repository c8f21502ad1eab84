// Puts on record what is refused before a person is asked: a model could find things out by refusals alone.
import { isChange } from '../actions/action.ts';
import { codeOf } from '../errors.ts';
import type { AuditEntry } from '../state/audit.ts';
import type { CallContext } from './context.ts';
import type { GuardedRow } from './prepare.ts';
import type { RowCall } from './row-call.ts';
import type { Task } from './task.ts';

// Of a table, as many rows say what was asked for; the count says how many there are.
const MOST_ROWS = 20;
const MOST_CHARACTERS = 200;

/**
 * Rows that fail while a plan is made. The others may go on to a person; they are on record by their request.
 * @param failures what was thrown for each
 */
export function recordRefusedRows(task: Task, failures: ReadonlyMap<RowCall, unknown>, context: CallContext): void {
  const { action, program } = context;
  // Time refuses nobody: such a row was not attempted.
  const refused = [...failures].filter(([, error]) => codeOf(error) !== 'Timeout' && !program.audit.isRecorded(error));
  const count = refused.length + task.leftOut.length;
  if (count === 0) return;
  for (const [, error] of refused) program.audit.hasRecorded(error);
  const [first] = refused;
  if (first && !task.isTable) {
    const [call, error] = first;
    program.audit.refused({ tool: action.name, ...about(call), error: codeOf(error) });
    return;
  }
  const guarded = task.guarded.map((row) => ({ number: row.number, ...about(row), error: 'Refused' }));
  const failed = refused.map(([row, why]) => ({ number: row.number, ...about(row), error: codeOf(why) }));
  const rows = [...guarded, ...failed].slice(0, MOST_ROWS);
  program.audit.refused({ tool: action.name, count, ...(rows.length > 0 && { rows }), error: 'RowsFailed' });
}

/**
 * What ends a whole call, unless it is on record already.
 * @param task undefined where it could not even be prepared: nothing was sent then, and wrong arguments say nothing
 */
export function recordRefusal(
  error: unknown,
  task: Task | undefined,
  given: Record<string, unknown>,
  context: CallContext,
): void {
  const { action, program } = context;
  const code = codeOf(error);
  const tool = action.name;
  if (program.audit.isRecorded(error)) return;
  if (!task) {
    // Of a read, too: whether a guess is a secret must not be found out unseen.
    if (code === 'Refused' || (isChange(action) && code !== 'InvalidArguments')) {
      program.audit.refused({ tool, arguments: textsOf(given, context), error: code });
    }
    return;
  }
  if (!isChange(action)) return;
  const [call] = task.calls;
  program.audit.refused({ tool, ...(task.isTable || !call ? { count: task.calls.length } : about(call)), error: code });
}

function about({
  connection,
  account,
  caller,
  input,
  roleArn,
}: GuardedRow & Partial<RowCall>): Omit<AuditEntry, 'event' | 'call' | 'tool'> {
  return {
    connection: connection.label,
    ...(account !== undefined && { account }),
    ...(caller !== undefined && { caller }),
    arguments: roleArn === undefined ? input : { ...input, role_arn: roleArn },
  };
}

/** The action's own fields as they were given, templates and all. */
function textsOf(given: Record<string, unknown>, { action, program }: CallContext): Record<string, string> {
  return Object.fromEntries(
    Object.keys(action.input.shape).flatMap((name) => {
      const value = given[name];
      return typeof value === 'string' ? [[name, program.redactor.text(value).slice(0, MOST_CHARACTERS)]] : [];
    }),
  );
}
