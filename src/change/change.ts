// The way of a change, or of a table of them: plan, a person's agreement to all of it, the facts once more, then the
// requests, with each step on record.
import type { Change } from '../actions/action.ts';
import { type Agreement, obtainApproval } from '../approval/approval.ts';
import { AuditTrail } from '../approval/audit-trail.ts';
import { ApprovalRequests } from '../approval/requests.ts';
import type { Host } from '../calls/context.ts';
import type { Program } from '../calls/program.ts';
import { type RowCall, type RowOutcome, type RowOutcomes, timed } from '../calls/row-call.ts';
import { type RowRecord, type RunHooks, runRows } from '../calls/run.ts';
import { summaryOf } from '../calls/summary.ts';
import { CallError, codeOf, Failure } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import { AwsError } from '../iam/errors.ts';
import { linkAborts } from '../linked-abort.ts';
import { type MadePlan, makePlan } from '../plan/make-plan.ts';
import { type Plan, rowChangesSince } from '../plan/plan.ts';
import { logInternal } from '../state/log.ts';
import type { TimeLimit } from '../time-limit.ts';

/** What becomes of a table's rows, on the disk. */
export interface Journal extends RowRecord {
  /** Of its file. */
  name: string;
}

/** What changes over a table have beside a single one. */
export interface TableOfChanges {
  /** Rows that are known not to be possible, and why. */
  leftOut: Plan['leftOut'];
  /** On all rows together. */
  clock: TimeLimit;
  onRowRead: () => void;
  /**
   * @param settled the rows to which it came before anything was sent
   * @throws CallError Refused when it cannot be written
   */
  openJournal: (settled: RowOutcomes) => Journal;
  run: RunHooks;
}

interface ChangesToMake {
  action: Change;
  program: Program;
  caller: Host;
  /** Throws for a call whose account could not be opened. */
  accountOf: (call: RowCall) => Account;
  /** Sends one. */
  run: (call: RowCall, signal: AbortSignal) => Promise<unknown>;
  dryRun: boolean;
  table: TableOfChanges | undefined;
}

/**
 * @returns one outcome for each call
 * @throws CallError when nobody agreed, or two calls are the same
 */
export async function makeChanges(calls: readonly RowCall[], changes: ChangesToMake): Promise<RowOutcomes> {
  const made = await planOf(calls, changes);
  const outcomes = failuresOf(made);
  const possible = calls.filter((call) => made.rows.has(call));
  if (changes.dryRun) {
    for (const call of possible) outcomes.set(call, { is: 'planned', plan: made.rows.get(call) });
    return outcomes;
  }
  const stopped = changes.table?.run.whyStopped?.();
  if (stopped !== undefined) return notAttempted(calls, outcomes, stopped);
  if (!made.plan) return outcomes;
  const trail = new AuditTrail(made.plan, changes.program);
  const changed = await agree(possible, made.plan, trail, changes);
  for (const [call, outcome] of changed) outcomes.set(call, outcome);
  for (const [call, outcome] of outcomes) changes.table?.run.onSettled?.(call, outcome);
  const agreed = possible.filter((call) => !changed.has(call));
  const ran = await runAgreed(agreed, outcomes, trail, changes);
  return new Map([...outcomes, ...ran]);
}

/** There was no time for their facts, or nobody is there any more: of these rows none is refused. */
function notAttempted(calls: readonly RowCall[], known: RowOutcomes, why: string): RowOutcomes {
  const isOverdue = (call: RowCall) => {
    const outcome = known.get(call);
    return outcome?.is !== 'failed' || codeOf(outcome.error) === 'Timeout';
  };
  return new Map([
    ...known,
    ...calls.filter(isOverdue).map((call): [RowCall, RowOutcome] => [call, { is: 'not-attempted', why }]),
  ]);
}

/** What can be planned before the call is cancelled, or the time for a table is over. */
async function planOf(calls: readonly RowCall[], changes: ChangesToMake): Promise<MadePlan> {
  const { caller, table } = changes;
  const reading = linkAborts(caller.signal, ...(table ? [table.clock.signal] : []));
  try {
    return await makePlan(calls, {
      ...changes,
      leftOut: table?.leftOut ?? [],
      onRowRead: table?.onRowRead,
      signal: reading.signal,
    });
  } finally {
    reading.unlink();
  }
}

function failuresOf({ failures }: MadePlan): RowOutcomes {
  return new Map([...failures].map(([call, error]) => [call, { is: 'failed', error }]));
}

/** @returns the calls that are not to be made after all, since their facts are not those that were agreed to, with why */
async function agree(
  calls: readonly RowCall[],
  plan: Plan,
  trail: AuditTrail,
  changes: ChangesToMake,
): Promise<RowOutcomes> {
  const { program, caller, table } = changes;
  const { settings, approveCommand, leaving } = program;
  trail.asked();
  const asking = linkAborts(caller.signal, leaving);
  table?.clock.stop();
  try {
    const agreement = await obtainApproval(plan, {
      mode: settings.approval,
      waitMs: settings.approvalWait * 1000,
      askByForm: caller.askByForm,
      requests: new ApprovalRequests(settings.stateDir),
      approveCommand,
      onProgress: caller.onProgress,
      signal: asking.signal,
    });
    table?.clock.start();
    const { by, agreed } = agreement;
    // A person may have read for a while, or agreed in an earlier call.
    const changed = settings.approval === 'host' ? new Map() : await changedSince(calls, agreement, changes);
    // The host may have cancelled in the same moment in which its answer came. One that has merely left has not.
    if (caller.signal.aborted)
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    agreement.claim();
    trail.agreed(agreed, by);
    return changed;
  } catch (error) {
    trail.notAgreed(error);
    throw error;
  } finally {
    asking.unlink();
  }
}

/** @throws CallError FactsChanged, or what reading them threw, when none of the calls is still what was agreed to */
async function changedSince(
  calls: readonly RowCall[],
  { agreed, discard }: Agreement,
  changes: ChangesToMake,
): Promise<RowOutcomes> {
  const made = await planOf(calls, changes);
  const changed = failuresOf(made);
  for (const [call, now] of made.rows) {
    const then = agreed.rows.find(({ number }) => number === call.number);
    const differences = then ? rowChangesSince(then, now, agreed.madeAt) : ['it was not in the plan'];
    if (differences.length > 0) changed.set(call, { is: 'failed', error: factsChanged(differences) });
  }
  const stopped = changes.table?.run.whyStopped?.();
  if (stopped !== undefined) return notAttempted(calls, changed, stopped);
  const [first] = changed.values();
  if (changed.size === calls.length && first?.is === 'failed') {
    // Where the facts could not be read, they may still be as they were agreed to.
    if (codeOf(first.error) === 'FactsChanged') discard();
    throw first.error;
  }
  return changed;
}

function factsChanged(changes: string[]): CallError {
  const what = changes.join('; ');
  return new CallError(
    'FactsChanged',
    `since the plan that the person agreed to, this has changed: ${what}; call again to ask anew`,
  );
}

async function runAgreed(
  calls: readonly RowCall[],
  settled: RowOutcomes,
  trail: AuditTrail,
  changes: ChangesToMake,
): Promise<RowOutcomes> {
  const { table, program } = changes;
  const journal = table?.openJournal(settled);
  if (journal) trail.tableSent(journal.name);
  const running = runRows(calls, (call) => send(call, changes), {
    concurrency: program.settings.concurrency,
    record: journal ?? trail,
    // A key on record whose creation was not sent would have to be looked for by hand, should the program be killed.
    recordsAhead: changes.action.kind !== 'create',
    ...table?.run,
  });
  program.changesUnderWay.add(running);
  try {
    const outcomes = await running;
    if (journal) trail.tableFinished(summaryOf(outcomes.values()));
    return outcomes;
  } finally {
    program.changesUnderWay.delete(running);
  }
}

/** From here on, cancelling the call must not stop it half-way. */
async function send(call: RowCall, { action, run, program }: ChangesToMake): Promise<unknown> {
  try {
    return await timed(call, undefined, (signal) => run(call, signal));
  } catch (error) {
    const outcome = error instanceof Failure ? error.outcome : 'unknown';
    throw outcome === 'unknown' ? outcomeUnknown(error, action.whereToLook(call.input), program) : error;
  }
}

/** IAM's own 5xx keeps its code, since it is an answer; every other doubt is OutcomeUnknown. */
function outcomeUnknown(error: unknown, whereToLook: string, { log }: Program): Failure {
  const why = error instanceof Failure ? error.message : `this program failed (${logInternal(error, log)})`;
  const message = `${why}; whether the change was made is not known: ${whereToLook}`;
  return error instanceof AwsError && error.isAnswer
    ? new AwsError(error.code, message, { ...error, cause: error })
    : new CallError('OutcomeUnknown', message, { cause: error });
}
