// The whole way of a call on one page: arguments, rows, every row rendered and checked, then reads or changes, and the
// envelope. A call without a table is one of a single row.
import { isChange } from './actions/action.ts';
import { connect } from './calls/connect.ts';
import { type Ask, type CallContext, isAsk } from './calls/context.ts';
import { failureText } from './calls/failure-text.ts';
import { callsOf, isCall, prepareRows } from './calls/prepare.ts';
import { type Envelope, failed, withWarnings } from './envelope.ts';
import { CallError } from './errors.ts';
import { type CallsToRun, runCalls } from './run-calls.ts';
import { hasRows, splitArguments, type TableArguments } from './table/arguments.ts';

/**
 * One pass of a call. It never waits for an MFA code: it says that it needs one, and whoever has asked a person for it
 * makes the same call again. Never throws: every other outcome is an envelope, free of secrets.
 */
export async function callAction(given: Record<string, unknown>, context: CallContext): Promise<Envelope | Ask> {
  const { action, program, host } = context;
  const warnings: string[] = [];
  let outcome: Envelope | Ask;
  try {
    await program.learnSecrets();
    outcome = await carryOut({ action, program, caller: host, warnings }, given);
  } catch (error) {
    outcome = failed(failureText(error, action, program.log));
  }
  return isAsk(outcome) ? outcome : program.redactor.value(withWarnings(outcome, warnings));
}

type Call = Omit<CallsToRun, 'dryRun'>;

async function carryOut(call: Call, given: Record<string, unknown>): Promise<Envelope | Ask> {
  const { action, program, warnings } = call;
  if (isChange(action) && program.settings.readOnly) {
    throw new CallError('ReadOnly', 'this server was started with --read-only');
  }
  const { fields, table } = splitArguments(given);
  if (table.continue_from !== undefined) return (await publisher(call)).nextPage(table.continue_from);
  if (hasRows(table)) return overTable(call, fields, table);
  if (table.output_file !== undefined) (await publisher(call)).checkOutput(table);
  const envelope = await once(call, fields, table);
  if (isAsk(envelope)) return envelope;
  const isWhole = !Array.isArray(envelope.result) && table.output_file === undefined;
  return isWhole ? envelope : (await publisher(call)).publish(envelope, table, warnings);
}

async function once(call: Call, fields: Record<string, unknown>, { dry_run }: TableArguments): Promise<Envelope | Ask> {
  const [prepared] = await prepareRows(call.action, fields, undefined, call.program);
  if (!prepared || !isCall(prepared.call)) throw prepared?.call;
  const outcomes = await runCalls([prepared.call], { ...call, dryRun: dry_run });
  if ('ask' in outcomes) return outcomes;
  const outcome = outcomes.get(prepared.call);
  call.warnings.push(...prepared.call.warnings);
  switch (outcome?.is) {
    case 'done':
      return { result: outcome.result, error: null, has_error: false };
    case 'planned': {
      const { described } = await import('./table/entries.ts');
      return { result: null, error: null, has_error: false, dry_run: described(prepared.call, outcome) };
    }
    case 'failed':
      throw outcome.error;
    default:
      throw new Error('a single call was not attempted');
  }
}

async function overTable(call: Call, fields: Record<string, unknown>, given: TableArguments): Promise<Envelope | Ask> {
  const { action, program, caller, warnings } = call;
  const [{ readTable }, { TableRun }] = await Promise.all([
    import('./table/read-table.ts'),
    import('./table/table-run.ts'),
  ]);
  const output = await publisher(call);
  const rows = await readTable(given, action, program.settings, output.files);
  const prepared = await prepareRows(action, fields, rows, program);
  // Whether it may be there already is known for sure when an earlier run is found.
  output.checkOutput(given, given.resume);
  output.checkFolder();
  const isKept = isChange(action) || given.output_file !== undefined || given.resume;
  const table = new TableRun({ action, fields, given, program, caller }, prepared);
  try {
    output.checkOutput(given, table.isOwnOutput);
    const connected = isKept
      ? await connect(callsOf(prepared), { program, host: caller }, { identify: true })
      : undefined;
    if (connected && 'ask' in connected) return connected;
    table.checkPlaces();
    const outcomes = await runCalls(table.calls, { ...call, dryRun: given.dry_run, table, ...connected });
    if ('ask' in outcomes) return outcomes;
    const envelope = await table.finish(outcomes, warnings);
    return await output.publish(envelope, given, warnings, table.isOwnOutput);
  } finally {
    await table.end();
  }
}

/** Loaded with the first result of many entries. */
async function publisher({ action, program }: Call) {
  const { Publisher } = await import('./table/publisher.ts');
  return new Publisher(action, program);
}
