// A request shown as a form in the host. Whatever comes back is put to the request, where the next pass of the call finds
// it: so a form that is answered after its call has ended counts at the next one.
import type { Server } from '@modelcontextprotocol/server';
import { kept, unavailable } from '../approval/agreement.ts';
import { MOST_TYPING_ATTEMPTS } from '../approval/decide.ts';
import { askFor, describeRequest } from '../approval/describe-request.ts';
import { putAnswer } from '../approval/put-answer.ts';
import { type ApprovalRequest, type Seen, VALID_FOR_MS } from '../approval/request.ts';
import { ApprovalRequests } from '../approval/requests.ts';
import { askUntil, untilNews } from '../approval/waiting.ts';
import type { CallContext } from '../calls/context.ts';
import { confirmationOf } from '../plan/plan.ts';
import { logInternal } from '../state/log.ts';
import { ask, type FormAnswer } from './form.ts';

// Faster than this nobody has read anything: the host answered by itself.
const FASTEST_PERSON_MS = 1000;
const LOOK_EVERY_MS = 500;

/** A form that the host shows until it is answered, its request ends, or the call that asked last is cancelled. */
interface OpenForm {
  /** When no answer will come any more. Never rejects. */
  ended: Promise<void>;
  withdrawal: AbortController;
  /** The random name of the call that asked last. */
  call: string;
}

export class ApprovalForms {
  readonly #server: Server;
  readonly #open = new Map<string, OpenForm>();

  constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Asks by a form until it is answered, or by another way, or the call has no more time. What came of it stands with the
   * request.
   */
  async ask(request: ApprovalRequest, relatedRequestId: string | number, context: CallContext): Promise<void> {
    const { program, host } = context;
    const requests = new ApprovalRequests(program.settings.stateDir);
    const see = (event: Seen['event']) => kept(() => requests.see(request, { way: 'form', event, call: host.call }));
    const until = askUntil(request, context, performance.now());
    const stopped = AbortSignal.any([host.signal, program.leaving]);
    see('shown');
    const form = this.#open.get(request.id) ?? this.#show(request, relatedRequestId, requests, context);
    form.call = host.call;
    const hasEnded = new AbortController();
    await Promise.race([
      form.ended.then(() => hasEnded.abort()),
      untilNews(request, requests, {
        until,
        signal: AbortSignal.any([stopped, hasEnded.signal]),
        call: host.call,
        onWaiting: () => host.onProgress('a person is being asked'),
      }).catch(unavailable),
    ]);
    hasEnded.abort();
    if (stopped.aborted) {
      if (form.call === host.call) form.withdrawal.abort();
      see('cancelled');
    } else if (!kept(() => requests.hasNews(request.id)) && performance.now() >= until) see('vanished');
  }

  #show(
    request: ApprovalRequest,
    relatedRequestId: string | number,
    requests: ApprovalRequests,
    { program, host: { call } }: CallContext,
  ): OpenForm {
    const form: OpenForm = { ended: Promise.resolve(), withdrawal: new AbortController(), call };
    // Its end with the host says nothing of whether the host shows forms to anybody.
    const signal = AbortSignal.any([form.withdrawal.signal, program.leaving]);
    // By another way: nobody should type into a form that counts for nothing.
    const look = setInterval(() => {
      try {
        if (requests.hasNews(request.id)) form.withdrawal.abort();
      } catch (error) {
        // The folder cannot be looked at any more, and so no answer be kept.
        logInternal(error, program.log);
        form.withdrawal.abort();
      }
    }, LOOK_EVERY_MS).unref();
    form.ended = this.#converse(request, relatedRequestId, requests, form, signal)
      .catch((error: unknown) => {
        logInternal(error, program.log);
        requests.see(request, { way: 'form', event: 'failed', call: form.call });
      })
      // Where nothing can be written, the call that asks says so.
      .catch((error: unknown) => void logInternal(error, program.log))
      .finally(() => {
        clearInterval(look);
        this.#open.delete(request.id);
      });
    this.#open.set(request.id, form);
    return form;
  }

  async #converse(
    request: ApprovalRequest,
    relatedRequestId: string | number,
    requests: ApprovalRequests,
    form: OpenForm,
    signal: AbortSignal,
  ): Promise<void> {
    let note: string | undefined;
    for (;;) {
      const answer = await ask(this.#server, relatedRequestId, {
        message: [note, describeRequest(request, requests.stateDir), `${askFor(request)}.`]
          .filter(Boolean)
          .join('\n\n'),
        field: 'confirmation',
        title: askFor(request),
        timeoutMs: Math.max(1, request.createdAt + VALID_FOR_MS - Date.now()),
        signal,
      });
      if (!mayTryAgain(request, answer, form.call, requests)) return;
      note = `That was not ${confirmationOf(request.plan).what}.`;
    }
  }
}

/** Puts the answer to the request. @returns whether somebody has mistyped, and may try again */
function mayTryAgain(request: ApprovalRequest, answer: FormAnswer, call: string, requests: ApprovalRequests): boolean {
  const see = (event: Seen['event']) => requests.see(request, { way: 'form', event, call });
  const mistyped = () =>
    requests.seenOf(request).filter(({ way, event }) => way === 'form' && event === 'mistyped').length;
  switch (answer.is) {
    case 'accepted': {
      const put = putAnswer(request, { typed: answer.typed, way: 'form', by: 'form', call }, requests);
      return put === 'mistyped' && mistyped() < MOST_TYPING_ATTEMPTS;
    }
    case 'declined':
    case 'dismissed':
      // Somebody who has typed before has read it.
      if (answer.afterMs < FASTEST_PERSON_MS && mistyped() === 0) see('too-fast');
      else {
        const dismissal = { isDismissal: true, what: 'the form was closed without an answer' } as const;
        requests.close(request, { is: 'declined', by: 'form', ...(answer.is === 'dismissed' && dismissal) });
      }
      return false;
    case 'failed':
      see('failed');
      return false;
    case 'timed-out':
    case 'withdrawn':
      return false;
    default:
      return answer satisfies never;
  }
}
