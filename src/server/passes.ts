// Makes the passes of one tools/call: when a call says what it needs, asks for it in the way of the protocol, puts what
// came back to the request, and makes the same call again.
import type { Action } from '../actions/action.ts';
import type { Ask } from '../call.ts';
import type { CallContext, Host } from '../calls/context.ts';
import type { Program } from '../calls/program.ts';
import { type Envelope, failed, withWarnings } from '../envelope.ts';

// More than any way of asking takes: a call that still needs something is at fault.
const MOST_PASSES = 8;

/** Gets what a call needs. */
export type Asker = (ask: Ask, context: CallContext) => Promise<void>;

export async function makePasses(
  action: Action,
  given: Record<string, unknown>,
  program: Program,
  host: Host,
  asker: Asker,
): Promise<Envelope> {
  const startedAt = performance.now();
  const context = { action, program, host };
  const envelope = await passesOf(given, context, asker);
  program.log.info('call', {
    tool: action.name,
    milliseconds: Math.round(performance.now() - startedAt),
    error: envelope.error ?? '',
  });
  // Of a call that was cancelled, the host hears nothing: what it has to be told waits for the next.
  const notices = host.signal.aborted ? [] : program.notices.splice(0);
  return program.redactor.value(withWarnings(envelope, [...notices, ...(envelope.warnings ?? [])]));
}

async function passesOf(given: Record<string, unknown>, context: CallContext, asker: Asker): Promise<Envelope> {
  // Loaded with the first call.
  const [{ callAction, isAsk }, { abandon }, { failureText }] = await Promise.all([
    import('../call.ts'),
    import('../approval/agree.ts'),
    import('../calls/failure-text.ts'),
  ]);
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const outcome = await callAction(given, context);
    if (!isAsk(outcome)) return outcome;
    await asker(outcome, context);
    if (context.host.signal.aborted || context.program.leaving.aborted) {
      return failed(failureText(abandon(outcome.request, context), context.action, context.program.log));
    }
  }
  return failed('Internal: this program went on asking. Nothing was changed.');
}
