// The whole way of a call on one page: prepare, connect, plan, agree, run, report; for one row or many, for reads and
// changes. It never waits for a person from its depth: it ends, or says what it needs (an `Ask`), and whoever called it
// puts what came back to the request and makes the same call again.
import { accountTableNamed } from './actions/account-tables/index.ts';
import { type Change, isChange, isRepeatable } from './actions/action.ts';
import { withoutFillers } from './actions/arguments.ts';
import { describeMade } from './actions/secrets.ts';
import { type Agreement, type Approval, type ApprovalAsk, orRefused } from './approval/agreement.ts';
import { approvalOf } from './approval/approval.ts';
import { connectAsAgreed } from './approval/connect-as-agreed.ts';
import { noLongerAgreed } from './approval/still-agreed.ts';
import { checkChangesLeft, type TakenChanges, takeChanges } from './calls/change-limits.ts';
import type { Connected } from './calls/connect.ts';
import type { CallContext, MfaAsk } from './calls/context.ts';
import { failureText, withoutOutput } from './calls/failure-text.ts';
import { peopleNeeded } from './calls/guards.ts';
import { callDigest } from './calls/identity.ts';
import { OneRow } from './calls/one-row.ts';
import { recordRefusal, recordRefusedRows } from './calls/refusals.ts';
import { type RowCall, type RowOutcomes, timed } from './calls/row-call.ts';
import { runRows } from './calls/run.ts';
import { runAction } from './calls/run-context.ts';
import { sendChange } from './calls/send-change.ts';
import { describeSummary, summaryOf } from './calls/summary.ts';
import { hasRows, splitArguments } from './calls/table-arguments.ts';
import type { Task } from './calls/task.ts';
import { type Envelope, failed, withWarnings } from './envelope.ts';
import { CallError } from './errors.ts';
import { failedRows, notAttempted } from './plan/compare.ts';
import { complete } from './plan/complete.ts';
import { titleOf } from './plan/describe-plan.ts';
import { type MadePlan, makePlan } from './plan/make-plan.ts';
import { plannedOutcomes } from './plan/planned.ts';
import type { SharedReads } from './plan/shared-reads.ts';
import { withNamesBelow } from './table/file-name.ts';
import { filesFolder } from './table/files-folder.ts';

/** What a call needs before it can be made again. */
export type Ask = MfaAsk | ApprovalAsk;

export function isAsk(outcome: object): outcome is Ask {
  return 'ask' in outcome;
}

/** One pass. Never throws: it ends with an envelope, free of secrets, or with what it needs. */
export async function callAction(given: Record<string, unknown>, context: CallContext): Promise<Envelope | Ask> {
  const { action, program } = context;
  const warnings: string[] = [];
  let task: Task | undefined;
  let envelope: Envelope;
  try {
    await program.learnSecrets();
    const prepared = await prepare(given, context);
    if (isAsk(prepared)) return prepared;
    if ('page' in prepared) return program.redactor.value(prepared.page);
    task = prepared;
    warnings.push(...unverified(task.calls));
    const outcomes = await outcomesOf(task, context, warnings);
    if (isAsk(outcomes)) return outcomes;
    envelope = await task.report(outcomes, warnings);
  } catch (error) {
    recordRefusal(error, task, given, context);
    const text = failureText(error, action, program.log);
    envelope = failed(given.dry_run === true ? text : withoutOutput(text, given.output_file, error));
  } finally {
    await task?.end();
  }
  return program.redactor.value(withWarnings(envelope, warnings));
}

/**
 * The rows, with every template rendered and every row checked; or a page of an earlier result. Nothing is sent, but for rows
 * that are a table of the account's own.
 */
async function prepare(given: Record<string, unknown>, context: CallContext): Promise<Task | { page: Envelope } | Ask> {
  const { action, program } = context;
  if (isChange(action) && program.settings.readOnly) {
    throw new CallError('ReadOnly', 'this server was started with --read-only');
  }
  const { fields: filled, table: named } = splitArguments(given);
  const fields = withoutFillers(action.input, filled);
  const accountTable = named.rows_file === undefined ? undefined : accountTableNamed(named.rows_file);
  const table = withNamesBelow(filesFolder(program.settings), named);
  // Loaded with the first result of many entries.
  const publisher = () => import('./table/publisher.ts').then(({ Publisher }) => new Publisher(action, program));
  if (table.continue_from !== undefined) return { page: (await publisher()).nextPage(table.continue_from) };
  if (hasRows(table)) {
    const { TableRun } = await import('./table/table-run.ts');
    const published = await publisher();
    if (!accountTable) return TableRun.prepare(fields, table, context, published);
    published.checkOutput(table, table.resume);
    const { readAccountTable } = await import('./table/account-rows.ts');
    const taken = await readAccountTable(accountTable, fields, table, context);
    return isAsk(taken) ? taken : TableRun.prepare(taken.fields, table, context, published, taken);
  }
  if (table.output_file !== undefined) (await publisher()).checkOutput(table);
  return OneRow.prepare(fields, context, {
    dryRun: table.dry_run,
    keep: table.keep,
    async publish(envelope, warnings) {
      const isWhole = !Array.isArray(envelope.result) && table.output_file === undefined;
      return isWhole ? envelope : (await publisher()).publish(envelope, table, warnings);
    },
  });
}

async function outcomesOf(task: Task, context: CallContext, warnings: string[]): Promise<RowOutcomes | Ask> {
  const { action } = context;
  // Of what no row is tried for, nobody is asked.
  if (task.allCalls.length === 0 && task.guarded.length === 0) return new Map();
  if (task.dryRun && !isChange(action)) return plannedOutcomes(task.calls);
  const connected = await connectAsAgreed(task, context);
  if (isAsk(connected)) return connected;
  if (!isChange(action)) {
    task.checkPlaces();
    return read(task, { ...context, ...connected });
  }
  const reads = await complete(task, { ...context, ...connected, action });
  task.checkPlaces();
  return change(task, { ...context, ...connected, action, reads }, warnings);
}

async function read(task: Task, context: CallContext & Connected): Promise<RowOutcomes> {
  const { program, host, accountOf } = context;
  // A single read ends when it is cancelled; of a table, what is under way may finish.
  const signal = task.isTable ? undefined : host.signal;
  const readRow = (call: RowCall) =>
    timed(call, signal, (timedSignal) => runAction(call, accountOf(call), context, timedSignal));
  const record = task.openRecord(new Map());
  return runRows(task.calls, readRow, { concurrency: program.settings.concurrency, record, ...task.run });
}

/** `reads` are those of a moment ago, when the calls were completed. */
type Changing = CallContext & Connected & { action: Change; reads: SharedReads };

async function change(task: Task, context: Changing, warnings: string[]): Promise<RowOutcomes | Ask> {
  if (task.dryRun) {
    const planned = await readFacts(task, context);
    recordRefusedRows(task, planned.failures, context);
    return plannedOutcomes(task.calls, planned);
  }
  const approval = approvalOf(
    callDigest(context.action.name, task.calls, context.program.settings),
    task.isTable,
    context,
    peopleNeeded(context.action, task.calls),
  );
  warnings.push(...approval.warnings);

  // Whoever was asked before has a plan before them.
  const first = approval.hasRequest ? undefined : await readFacts(task, context);
  if (first) recordRefusedRows(task, first.failures, context);
  const stopped = task.run.whyStopped?.();
  if (first && stopped !== undefined) return notAttempted(task.calls, failedRows(first), stopped);
  if (first && !first.plan) return failedRows(first);
  if (first) checkChangesLeft([...first.rows.keys()], context.program);

  task.clock?.stop();
  const agreed = await approval.agree(first?.plan);
  task.clock?.start();
  if (isAsk(agreed)) return agreed;

  const claimed = await orRefused(approval, async () => {
    const settled = await noLongerToRun(agreed, first, task, context);
    const toRun = task.calls.filter((call) => !settled.has(call));
    if (toRun.length === 0) return { settled, toRun };
    task.hold();
    return { settled, toRun, taken: takeChanges(toRun, context.program, () => agreed.claim(task.leftMs)) };
  });
  return claimed.taken ? run(task, claimed, approval, context) : claimed.settled;
}

/** A person may have read for a while, or agreed in an earlier call: the facts are read again. A host has asked just now. */
async function noLongerToRun(
  agreed: Agreement,
  first: MadePlan | undefined,
  task: Task,
  context: Changing,
): Promise<RowOutcomes> {
  const { plan, changed } = agreed;
  if (first && !changed) return failedRows(first);
  const now = await readFacts(task, context, { isAgain: true });
  const stopped = task.run.whyStopped?.();
  if (stopped !== undefined) return notAttempted(task.calls, failedRows(now), stopped);
  return changed ? noLongerAgreed(task.calls, { plan, changed }, now) : failedRows(now);
}

/** Of every row that can be tried, until the call is cancelled or the time for a table is over. */
function readFacts(task: Task, context: Changing, { isAgain } = { isAgain: false }): Promise<MadePlan> {
  const { clock, leftOut } = task;
  const { reads, ...others } = context;
  const signal = AbortSignal.any([context.host.signal, ...(clock ? [clock.signal] : [])]);
  // With `host` the plan is shown to nobody here, unless it is what was asked for.
  const withoutFacts = context.program.settings.approval === 'host' && !task.dryRun;
  const onRowRead = () => task.onRowRead?.(isAgain);
  return makePlan(task.calls, { ...others, ...(!isAgain && { reads }), leftOut, withoutFacts, onRowRead, signal });
}

interface Claimed {
  settled: RowOutcomes;
  toRun: readonly RowCall[];
  taken: TakenChanges;
}

/** Each is on record before it is sent, and afterwards. Cancelling the call stops nothing half-way. */
async function run(task: Task, claimed: Claimed, approval: Approval, context: Changing): Promise<RowOutcomes> {
  const { settled, toRun, taken } = claimed;
  const { action, program, host } = context;
  for (const [call, outcome] of settled) task.run.onSettled?.(call, outcome);
  const running = (async () => {
    const record = task.openRecord(settled, approval.trail);
    // If the program is killed, what is on record counts as sent, and what must not be sent twice is looked for by hand.
    const options = { concurrency: program.settings.concurrency, record, recordsAhead: isRepeatable(action) };
    const ran = await runRows(toRun, (call) => sendChange(call, context), { ...options, ...task.run });
    taken.settle(ran);
    task.finished(ran, approval.trail);
    return ran;
  })();
  program.changesUnderWay.add(running);
  try {
    const ran = await running;
    const what = inShort(ran, approval, context);
    approval.finished(what);
    // Of a call that was cancelled, the host hears nothing: the next one tells. A table says more of itself.
    if (host.signal.aborted && !task.isTable) program.notices.push(`An earlier call was cancelled: ${what}.`);
    return new Map([...settled, ...ran]);
  } catch (error) {
    approval.finished(program.redactor.text(failureText(error, action, program.log)));
    throw error;
  } finally {
    program.changesUnderWay.delete(running);
  }
}

/** What the call came to, for an identical one to be told: without a secret, which may be lost with the answer. */
function inShort(outcomes: RowOutcomes, { trail }: Approval, { action, program }: Changing): string {
  const [only, second] = outcomes.values();
  const title = titleOf(trail.plan);
  if (!only || second) return `${title}: ${describeSummary(summaryOf(outcomes.values()))}`;
  const made = only.is === 'done' ? describeMade(only.result, action, program.settings) : '';
  const what = only.is === 'failed' ? failureText(only.error, action, program.log) : only.is;
  return program.redactor.text(`${title}: ${what}${made}`);
}

function unverified(calls: readonly RowCall[]): string[] {
  const labels = new Set(calls.flatMap(({ connection }) => (connection.verifySsl ? [] : connection.label)));
  return [...labels].map((label) => `TLS certificates are not verified on the connection '${label}'.`);
}
