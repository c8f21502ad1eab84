// Opens the accounts of calls that are rendered and checked, and runs them: reads at once, changes by way of a person.
import { type Action, isChange, type RunContext } from './actions/action.ts';
import { connect } from './calls/connect.ts';
import type { Ask, Host } from './calls/context.ts';
import { refuseSecrets } from './calls/prepare.ts';
import type { Program } from './calls/program.ts';
import { type RowCall, type RowOutcomes, timed } from './calls/row-call.ts';
import { type RowRecord, runRows } from './calls/run.ts';
import { makeChanges, type TableOfChanges } from './change/change.ts';
import type { Account } from './iam/account.ts';
import { openSecretFile, secretInResult } from './state/secret-file.ts';

/** What a call over a table has beside a single one. */
interface Table extends TableOfChanges {
  /** Where reads are put on record, if they are. @throws CallError Refused */
  openRecordOfReads: () => RowRecord | undefined;
}

export interface CallsToRun {
  action: Action;
  program: Program;
  caller: Host;
  dryRun: boolean;
  table?: Table;
  /** Where they are open already. */
  accountOf?: (call: RowCall) => Account;
  /** Takes up what the caller must know beside the result. */
  warnings: string[];
}

/**
 * @returns one outcome for each call, or what a person has to give first
 * @throws CallError for changes to which nobody agreed
 */
export async function runCalls(
  calls: readonly RowCall[],
  { action, program, caller, dryRun, table, warnings, ...open }: CallsToRun,
): Promise<RowOutcomes | Ask> {
  for (const label of new Set(calls.flatMap(({ connection }) => (connection.verifySsl ? [] : connection.label)))) {
    warnings.push(`TLS certificates are not verified on the connection '${label}'.`);
  }
  if (dryRun && !isChange(action)) return new Map(calls.map((call) => [call, { is: 'planned' }]));
  const connected = open.accountOf ? { accountOf: open.accountOf } : await connect(calls, { program, host: caller });
  if ('ask' in connected) return connected;
  const { accountOf } = connected;
  const run = (call: RowCall, signal: AbortSignal) => {
    const context = runContext(accountOf(call), call, program, signal);
    refuseSecrets(call.input, program.redactor);
    return action.run(call.input, context);
  };
  if (isChange(action)) return makeChanges(calls, { action, program, caller, accountOf, run, dryRun, table });
  // A single read ends when it is cancelled; of a table, what is under way may finish.
  const signal = table ? undefined : caller.signal;
  const record = table?.openRecordOfReads();
  return runRows(calls, (call) => timed(call, signal, (timedSignal) => run(call, timedSignal)), {
    concurrency: program.settings.concurrency,
    record,
    ...table?.run,
  });
}

function runContext(account: Account, call: RowCall, program: Program, signal: AbortSignal): RunContext {
  const { secrets, stateDir } = program.settings;
  return {
    send: (operation, fields) => account.send(operation, fields, signal),
    openSecretPlace() {
      if (secrets === 'inline') return secretInResult;
      const file = openSecretFile(stateDir);
      return {
        ...file,
        keep(key) {
          program.redactor.register(key.secretAccessKey);
          return file.keep(key);
        },
      };
    },
    warn: (text) => call.warnings.push(text),
  };
}
