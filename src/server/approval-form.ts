// A request shown as a form in the host. Whatever comes back is put to the request, where the next pass of the call finds
// it: so a form that is answered after its call has ended counts at the next one.
import type { Server } from '@modelcontextprotocol/server';
import { kept, unavailable } from '../approval/agreement.ts';
import { noteVanished, putFormAnswer } from '../approval/form-answer.ts';
import { namesOf } from '../approval/put-answer.ts';
import { type ApprovalRequest, type Seen, VALID_FOR_MS } from '../approval/request.ts';
import { ApprovalRequests } from '../approval/requests.ts';
import { askUntil, untilNews } from '../approval/waiting.ts';
import type { CallContext } from '../calls/context.ts';
import { logInternal } from '../state/log.ts';
import { approvalQuestion } from './form.ts';
import { push } from './pushed-form.ts';

const LOOK_EVERY_MS = 500;

/** A form that the host shows until it is answered, its request ends, or the call that asked last is cancelled. */
interface OpenForm {
  /** When no answer will come any more. Never rejects. */
  ended: Promise<void>;
  withdrawal: AbortController;
  /** Of the call that asked last. */
  context: CallContext;
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
    const see = (event: Seen['event']) => kept(() => requests.see(request, { way: 'form', event, ...namesOf(host) }));
    const until = askUntil(request, context, performance.now());
    const stopped = AbortSignal.any([host.signal, program.leaving]);
    see('shown');
    const form = this.#open.get(request.id) ?? this.#show(request, relatedRequestId, requests, context);
    form.context = context;
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
      if (form.context.host.call === host.call) form.withdrawal.abort();
      see(program.leaving.aborted ? 'left' : 'cancelled');
    } else if (!kept(() => requests.hasNews(request)) && performance.now() >= until) {
      kept(() => noteVanished(request, requests, context));
    }
  }

  #show(
    request: ApprovalRequest,
    relatedRequestId: string | number,
    requests: ApprovalRequests,
    context: CallContext,
  ): OpenForm {
    const { program } = context;
    const form: OpenForm = { ended: Promise.resolve(), withdrawal: new AbortController(), context };
    // Its end with the host says nothing of whether the host shows forms to anybody.
    const signal = AbortSignal.any([form.withdrawal.signal, program.leaving]);
    // By another way: nobody should type into a form that counts for nothing.
    const look = setInterval(() => {
      try {
        if (requests.hasNews(request)) form.withdrawal.abort();
      } catch (error) {
        // The folder cannot be looked at any more, and so no answer be kept.
        logInternal(error, program.log);
        form.withdrawal.abort();
      }
    }, LOOK_EVERY_MS).unref();
    form.ended = this.#converse(request, relatedRequestId, requests, form, signal)
      .catch((error: unknown) => {
        logInternal(error, program.log);
        requests.see(request, { way: 'form', event: 'failed', ...namesOf(form.context.host) });
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
    for (let isMistyped = false; ; isMistyped = true) {
      const openedAt = performance.now();
      const timeoutMs = Math.max(1, request.createdAt + VALID_FOR_MS - Date.now());
      const question = approvalQuestion(request, requests.stateDir, { isMistyped });
      const answer = await push(this.#server, relatedRequestId, question, { timeoutMs, signal });
      if (answer.is === 'timed-out' || answer.is === 'withdrawn') return;
      const afterMs = performance.now() - openedAt;
      const { mayTryAgain } = putFormAnswer(request, answer, requests, { afterMs, context: form.context });
      if (!mayTryAgain) return;
    }
  }
}
