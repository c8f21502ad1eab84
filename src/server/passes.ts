// Carries a call of a tool to its end: makes a pass, asks a person for what it needs, and makes the next pass. Whatever is
// done once a call, and not once a pass, is done here.
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import { abandon } from '../approval/agree.ts';
import { type Ask, callAction, isAsk } from '../call.ts';
import type { CallContext } from '../calls/context.ts';
import { failureText } from '../calls/failure-text.ts';
import { type Envelope, failed, withWarnings } from '../envelope.ts';
import { CallError } from '../errors.ts';
import { type Asking, isInputRequired } from './asking.ts';
import type { GivenHost } from './host.ts';

export interface ServedCall extends Omit<CallContext, 'host'> {
  host: GivenHost;
  asking: Asking;
}

const MOST_ASKS = 8;

/**
 * Never throws: every outcome is an envelope, free of secrets, or what the host has to do before it makes the same call again.
 */
export async function serveCall(
  given: Record<string, unknown>,
  call: ServedCall,
): Promise<Envelope | InputRequiredResult> {
  const { action, program, host } = call;
  const startedAt = performance.now();
  const outcome = await makePasses(given, call).catch((error: unknown) =>
    failed(failureText(error, action, program.log)),
  );
  const isAsked = isInputRequired(outcome);
  program.log.info('call', {
    tool: action.name,
    milliseconds: Math.round(performance.now() - startedAt),
    error: isAsked ? '' : (outcome.error ?? ''),
    ...(isAsked && { asks: Object.keys(outcome.inputRequests ?? {}).join(' ') }),
  });
  if (isAsked) return outcome;
  // Of a call that was cancelled, the host hears nothing: what it has to be told waits for the next.
  const notices = host.signal.aborted ? [] : program.notices.splice(0);
  return program.redactor.value(withWarnings(outcome, [...notices, ...(outcome.warnings ?? [])]));
}

async function makePasses(
  given: Record<string, unknown>,
  { action, program, asking, ...call }: ServedCall,
): Promise<Envelope | InputRequiredResult> {
  const { mfaCode, returned } = asking;
  const context = { action, program, host: { ...call.host, mfaCode, returned } };
  let asked: Ask | undefined;
  for (let asks = 0; asks <= MOST_ASKS; asks += 1) {
    const outcome = await callAction(given, context);
    if (!isAsk(outcome)) return outcome;
    asked = outcome;
    // What came back to the last one has been put to use by this pass, and nobody is asked in vain.
    const returned = asks < MOST_ASKS ? await ask(outcome, asking, context) : undefined;
    if (returned) return returned;
  }
  if (asked?.ask !== 'approval') {
    throw new CallError('NoCredentials', 'MFA codes were asked for again and again, and more are needed; call again');
  }
  const error = new CallError('ApprovalUnavailable', 'the form was taken back again and again; call again');
  throw abandon(asked.request, error, context);
}

async function ask(needed: Ask, asking: Asking, context: CallContext): Promise<InputRequiredResult | undefined> {
  const { program, host } = context;
  try {
    const returned = await asking.ask(needed, context);
    if (needed.ask === 'approval' && (host.signal.aborted || program.leaving.aborted)) {
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    }
    return returned;
  } catch (error) {
    if (needed.ask === 'approval') abandon(needed.request, error, context);
    throw error;
  }
}
