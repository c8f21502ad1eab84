// What a caller may leave out of a change, and AWS tells: found before the rules of the connection are looked at, and before
// there is a plan. From here on, the call is as if it had been given. A row for which it cannot be found fails alone.
import { type Change, isComplete } from '../actions/action.ts';
import type { Connected } from '../calls/connect.ts';
import type { CallContext } from '../calls/context.ts';
import { refuseGuarded } from '../calls/guards.ts';
import { type RowCall, timed } from '../calls/row-call.ts';
import { perConnection } from '../calls/run.ts';
import type { Task } from '../calls/task.ts';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { readsOf } from './plan-reads.ts';
import { SharedReads } from './shared-reads.ts';

type Completing = CallContext & Connected & { action: Change };

const TELL_EVERY_MS = 3000;

/**
 * Sets `input` of the calls, or `unreachable`.
 * @returns what was read, for a plan that is made at once
 */
export async function complete(
  { calls, allCalls, earlierInput, clock }: Pick<Task, 'calls' | 'allCalls' | 'earlierInput' | 'clock'>,
  context: Completing,
): Promise<SharedReads> {
  const { action, program, host } = context;
  const signal = AbortSignal.any([host.signal, ...(clock ? [clock.signal] : [])]);
  const limitMs = program.settings.callTimeout * 1000;
  const reads = new SharedReads({ limitMs, signal, isShared: calls.length > 1 });
  // What was sent once has to be the same again, and may be gone by now.
  for (const call of allCalls) takeUp(call, earlierInput?.(call), action);
  const missing = calls.filter((call) => call.unreachable === undefined && !isComplete(action, call.input));
  const limit = perConnection(program.settings.concurrency);
  const tell = toldAtTimes(missing.length, host.onProgress);
  await Promise.all(
    missing.map((call) =>
      limit(call)(async () => {
        try {
          await timed(call, signal, (waiting) => find(call, reads, waiting, context));
        } catch (error) {
          call.unreachable = error;
        }
        tell();
      }),
    ),
  );
  return reads;
}

function takeUp(call: RowCall, earlier: Record<string, unknown> | undefined, action: Change): void {
  const { field } = action.completes ?? {};
  const value = field === undefined ? undefined : earlier?.[field];
  if (field === undefined || typeof value !== 'string' || isComplete(action, call.input)) return;
  try {
    setField(call, field, value, action);
  } catch (error) {
    call.unreachable ??= error;
  }
}

async function find(call: RowCall, reads: SharedReads, waiting: AbortSignal, context: Completing): Promise<void> {
  const { action, program, accountOf } = context;
  const { completes } = action;
  if (!completes) return;
  const send = readsOf(accountOf(call), reads, waiting, program);
  setField(call, completes.field, await completes.find(call.input, { send }), action);
}

/** @throws CallError BadResponse for what no caller could have given, Refused by a rule of the connection */
function setField(call: RowCall, field: string, value: string, action: Change): void {
  const input = { ...call.input, [field]: value };
  if (!action.input.safeParse(input).success) {
    const what = `what AWS names as ${field} is none: '${cleanLine(value, 60)}'`;
    throw new CallError('BadResponse', `${what}; give ${field}, if it is known`, {
      inPlan: `${field} cannot be found`,
    });
  }
  call.input = input;
  refuseGuarded(action, input, call.connection);
}

/** So that the host does not give the call up. */
function toldAtTimes(total: number, onProgress: (message: string) => void): () => void {
  let done = 0;
  let toldAt = performance.now();
  return () => {
    done += 1;
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    onProgress(`what was left out is found for ${done} of ${total} rows`);
  };
}
