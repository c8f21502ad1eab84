// Carries a call of a tool to its end: makes a pass, asks a person for what it needs, and makes the next pass. Whatever is
// done once a call, and not once a pass, is done here.
import { callAction } from '../call.ts';
import { type CallContext, type Host, isAsk } from '../calls/context.ts';
import { failureText } from '../calls/failure-text.ts';
import { type Envelope, failed, withWarnings } from '../envelope.ts';
import { CallError } from '../errors.ts';
import { type AskForMfaCode, MfaCodes, type MfaForms } from './mfa-codes.ts';

export interface ServedCall extends Omit<CallContext, 'host'> {
  host: Omit<Host, 'mfaCode'>;
  /** Undefined where the host has no forms. */
  askForMfaCode: AskForMfaCode | undefined;
  /** Of all calls. */
  forms: MfaForms;
}

const MOST_PASSES = 8;

/** Never throws: every outcome is an envelope, free of secrets. */
export async function serveCall(given: Record<string, unknown>, call: ServedCall): Promise<Envelope> {
  const { action, program, host } = call;
  const startedAt = performance.now();
  const envelope = await makePasses(given, call).catch((error: unknown) =>
    failed(failureText(error, action, program.log)),
  );
  program.log.info('call', {
    tool: action.name,
    milliseconds: Math.round(performance.now() - startedAt),
    error: envelope.error ?? '',
  });
  // Of a call that was cancelled, the host hears nothing: what it has to be told waits for the next.
  const notices = host.signal.aborted ? [] : program.notices.splice(0);
  return program.redactor.value(withWarnings(envelope, [...notices, ...(envelope.warnings ?? [])]));
}

async function makePasses(given: Record<string, unknown>, call: ServedCall): Promise<Envelope> {
  const { action, program, forms, askForMfaCode } = call;
  const codes = askForMfaCode && new MfaCodes(forms, askForMfaCode);
  const host = { ...call.host, mfaCode: codes?.take };
  for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
    const outcome = await callAction(given, { action, program, host });
    if (!isAsk(outcome)) return outcome;
    for (const device of outcome.devices) await codes?.askFor(device);
  }
  throw new CallError('NoCredentials', 'MFA codes were asked for again and again, and more are needed; call again');
}
