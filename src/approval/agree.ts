// A person's agreement by a request: finds the one of a call or opens it, waits for an answer or says what it needs, and
// uses a yes up as the last step before anything is sent.
import type { CallContext } from '../calls/context.ts';
import { CallError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { type Agreement, type Approval, type ApprovalAsk, kept, orRefused, unavailable } from './agreement.ts';
import { AuditTrail } from './audit-trail.ts';
import { type Circumstances, decide, noForms, type Standing, waysOf } from './decide.ts';
import { fitsForm, tooLongForForm } from './describe-request.ts';
import { findRequest } from './find-request.ts';
import { HostHabits } from './host-habits.ts';
import { PageOnce } from './page/page-once.ts';
import { codeSpan, earlierText, pendingText } from './pending-text.ts';
import type { ApprovalRequest, Earlier, RequestState } from './request.ts';
import { ApprovalRequests, type Draft } from './requests.ts';
import { noteReturnedVanished, openSince, putReturned, returnedUntil } from './returned-form.ts';
import { askUntil, leastForSending, untilNews } from './waiting.ts';
import { whoDeclined } from './who-answered.ts';

export class ByRequest implements Approval {
  readonly #context: CallContext;
  readonly #requests: ApprovalRequests;
  readonly #habits: HostHabits;
  readonly #callDigest: string;
  readonly #isTable: boolean;
  readonly #kind: Pick<Draft, 'yesesNeeded' | 'stands'>;
  #request: ApprovalRequest | undefined;
  #isNew = false;
  #earlier: Earlier | undefined;
  #trail: AuditTrail | undefined;
  readonly #page: PageOnce;
  /** Of the request, which does not change. */
  #fitsForm: boolean | undefined;

  /** @throws CallError ApprovalUnavailable when requests cannot be kept, or nobody can be asked */
  constructor(
    callDigest: string,
    isTable: boolean,
    context: CallContext,
    kind: Pick<Draft, 'yesesNeeded' | 'stands'> = {},
  ) {
    this.#context = context;
    this.#requests = new ApprovalRequests(context.program.settings.stateDir);
    this.#habits = new HostHabits(context.program.settings.stateDir);
    this.#callDigest = callDigest;
    this.#isTable = isTable;
    this.#kind = kind;
    this.#page = new PageOnce(context);
    const found = kept(() => findRequest(callDigest, this.#requests, context));
    this.#request = found.request;
    this.#earlier = found.earlier;
    if (!this.#request) this.#refuseWithoutForms();
    kept(() => putReturned(this.#request, this.#requests, context));
  }

  /** Whether there is a request already, so that no plan has to be made for one. */
  get hasRequest(): boolean {
    return this.#request !== undefined;
  }

  /** What the caller has to know beside the result. */
  get warnings(): string[] {
    const earlier = this.#request ? this.#request.earlier : this.#earlier;
    return earlier?.isUnheard ? [`${earlierText(earlier)}.`] : [];
  }

  /** Opens a request without waiting for it. @throws CallError ApprovalUnavailable, or Refused where it cannot be put on record */
  open(plan: Plan): void {
    kept(() => this.#open(plan));
  }

  /** The request, while answers are missing. */
  get unanswered(): ApprovalRequest | undefined {
    return this.#request && this.#requests.stateOf(this.#request).is === 'open' ? this.#request : undefined;
  }

  /** On record, once a request is open. */
  get trail(): AuditTrail {
    if (!this.#trail) throw new Error('nobody was asked yet');
    return this.#trail;
  }

  /**
   * @param plan where no request is open yet
   * @throws CallError that says which refusal it was; nothing was changed then
   */
  async agree(plan: Plan | undefined): Promise<Agreement | ApprovalAsk> {
    const request = kept(() => this.#request ?? this.#open(plan));
    this.#trail ??= new AuditTrail(request.plan, request.id, this.#context.program);
    return orRefused(this, () => this.#decide(request).catch(unavailable));
  }

  /** When the change was made, or failed. @param what it came to, in a few words */
  finished(what: string): void {
    const { program, host } = this.#context;
    try {
      if (this.#request) this.#requests.leaveOutcome(this.#request, { what, isDelivered: !host.signal.aborted });
    } catch (error) {
      program.log.error('request', { error: String(error) });
    }
  }

  #open(plan: Plan | undefined): ApprovalRequest {
    if (!plan) throw new Error('there is no plan to ask for');
    const { program, host } = this.#context;
    if (this.#isTooLong(plan)) throw tooLongForForm({ plan });
    const { request, isNew } = this.#requests.open({
      plan,
      callDigest: this.#callDigest,
      ways: waysOf(program.settings.approval),
      asker: host.asker,
      ...this.#kind,
      ...(this.#earlier && { earlier: this.#earlier }),
    });
    this.#request = request;
    this.#fitsForm = undefined;
    this.#isNew = isNew;
    if (!request.stands) this.#requests.waitAs(request, host.call);
    if (isNew) this.#recordAsked(request);
    return request;
  }

  /** Before anybody is asked: there is no other way. */
  #isTooLong(plan: Plan): boolean {
    const { approval, stateDir } = this.#context.program.settings;
    return approval === 'form' && !fitsForm({ plan, ...(this.#earlier && { earlier: this.#earlier }) }, stateDir);
  }

  #recordAsked(request: ApprovalRequest): void {
    const trail = new AuditTrail(request.plan, request.id, this.#context.program);
    this.#trail ??= trail;
    try {
      trail.asked();
    } catch (error) {
      this.#requests.close(request, { is: 'superseded', by: 'an audit that cannot be written' });
      throw error;
    }
  }

  async #decide(request: ApprovalRequest): Promise<Agreement | ApprovalAsk> {
    const waitUntil = Math.min(
      askUntil(request, this.#context, performance.now()),
      returnedUntil(request, this.#requests, this.#context),
    );
    for (;;) {
      if (performance.now() >= waitUntil) noteReturnedVanished(request, this.#requests, this.#context);
      const standing = this.#standing(request);
      const decision = decide(standing, this.#circumstances(request, waitUntil));
      switch (decision.is) {
        case 'agreed':
          return this.#agreement(request, decision.by);
        case 'ask-by-form':
          return { ask: 'approval', request };
        case 'wait':
          await this.#wait(request, waitUntil);
          break;
        case 'refused':
          if (decision.code === 'ApprovalPending' && this.#mayBeOnPage(request, standing)) {
            await this.#page.show(request);
            // It may have been answered meanwhile.
            break;
          }
          if (decision.end) this.#requests.close(request, decision.end);
          if (decision.end || standing.state.is === 'closed') this.#tell(request, 'told');
          else if (decision.code === 'ApprovalPending') this.#tell(request, 'pending');
          this.#noteNo(request, standing.state);
          throw new CallError(decision.code, decision.message);
        default:
          decision satisfies never;
      }
    }
  }

  #mayBeOnPage(request: ApprovalRequest, { state }: Standing): boolean {
    return this.#page.mayShow(request, state) && this.#requests.isNewest(request, this.#context.host.call);
  }

  #standing(request: ApprovalRequest): Standing {
    return { request, state: this.#requests.stateOf(request), seen: this.#requests.seenOf(request) };
  }

  #circumstances(request: ApprovalRequest, waitUntil: number): Circumstances {
    const { program, host } = this.#context;
    const isLeaving = host.signal.aborted || program.leaving.aborted;
    this.#fitsForm ??= fitsForm(request, program.settings.stateDir);
    return {
      mode: program.settings.approval,
      approvers: program.settings.approvers,
      hasForm: host.hasForms && !isLeaving,
      fitsForm: this.#fitsForm,
      forms: host.returned ? 'returned' : 'pushed',
      openSince: openSince(this.#context),
      bringsAnswer: host.returned?.answer !== undefined,
      habit: this.#habits.of(host.client),
      host,
      isNew: this.#isNew,
      isNewest: this.#requests.isNewest(request, host.call),
      isWaitOver: isLeaving || performance.now() >= waitUntil,
      onPage: this.#page.onPage,
      isTooLate: !this.#isTable && performance.now() > host.deadline - leastForSending(this.#context),
      approveCommand: program.approveCommand,
    };
  }

  async #wait(request: ApprovalRequest, waitUntil: number): Promise<void> {
    const { program, host } = this.#context;
    const tell = `waiting for a person, who runs: ${program.approveCommand(request.id)}`;
    host.onProgress(tell);
    await untilNews(request, this.#requests, {
      until: waitUntil,
      signal: AbortSignal.any([host.signal, program.leaving]),
      call: host.call,
      onWaiting: () => host.onProgress(tell),
    });
  }

  #tell(request: ApprovalRequest, event: 'told' | 'pending'): void {
    this.#requests.see(request, { way: 'host', event, call: this.#context.host.call });
  }

  #agreement(request: ApprovalRequest, by: string): Agreement {
    return {
      plan: request.plan,
      by,
      claim: (leftMs) => kept(() => this.#claim(request, by, leftMs)),
      changed: (what, current) => this.#askAnew(request, what, current),
    };
  }

  #claim(request: ApprovalRequest, by: string, leftMs: number): void {
    const { host, program } = this.#context;
    // The host may have cancelled in the same moment in which its answer came.
    if (host.signal.aborted) {
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    }
    if (leftMs < leastForSending(this.#context) || !this.#requests.isNewest(request, host.call)) {
      throw new CallError('ApprovalPending', pendingText(request, [], program.approveCommand, { is: 'agreed' }));
    }
    if (this.#requests.claim(request, host.call)) {
      this.trail.agreed(by);
      return;
    }
    throw this.#lost(request);
  }

  /** The end to which the request has come while its yes was to be used. */
  #lost(request: ApprovalRequest): CallError {
    const state = this.#requests.stateOf(request);
    if (state.is === 'closed' && state.closed.is === 'declined') {
      this.#tell(request, 'told');
      this.#noteNo(request, state);
      return new CallError('ApprovalDeclined', 'the person took the agreement back');
    }
    const decision = decide(this.#standing(request), this.#circumstances(request, performance.now()));
    return decision.is === 'refused'
      ? new CallError(decision.code, decision.message)
      : new CallError('ApprovalDismissed', 'the agreement could not be used; call again to ask anew');
  }

  /** Who declined goes on record with the refusal. */
  #noteNo(request: ApprovalRequest, state: RequestState): void {
    if (state.is !== 'closed' || state.closed.is !== 'declined') return;
    this.trail.declined(whoDeclined(state.closed, request, this.#context.program.settings.approvers));
  }

  #askAnew(request: ApprovalRequest, what: string, current: Plan | undefined): CallError {
    // Somebody said no meanwhile, or an identical call has used the yes: that is what is told.
    if (!this.#requests.close(request, { is: 'changed', by: 'the server', what })) return this.#lost(request);
    const since = `since the plan that the person agreed to, this has changed: ${what}`;
    const byForm = new CallError('FactsChanged', `${since}; call again to ask anew`);
    if (!current || this.#isTooLong(current)) return byForm;
    this.#earlier = { id: request.id, is: 'changed', at: Date.now(), what };
    const anew = kept(() => this.#open(current));
    const standing: Standing = { request: anew, state: { is: 'open', yeses: [] }, seen: [] };
    if (decide(standing, this.#circumstances(anew, performance.now())).is === 'ask-by-form') return byForm;
    if (this.#mayBeOnPage(anew, standing)) void this.#page.show(anew);
    const command = codeSpan(this.#context.program.approveCommand(anew.id));
    const next = `request ${anew.id} waits for a person, who runs: ${command}, and then call again`;
    return new CallError('FactsChanged', `${since}; ${next}`);
  }

  /** Before any fact is read for a plan that nobody can be shown. */
  #refuseWithoutForms(): void {
    const { program, host } = this.#context;
    if (program.settings.approval === 'form' && !host.hasForms) throw noForms();
  }
}

/** Puts on record why the call that asks goes on no further. What is answered is left to the next call. @returns `error` */
export function abandon<T>(request: ApprovalRequest, error: T, { program }: CallContext): T {
  new AuditTrail(request.plan, request.id, program).notAgreed(error);
  return error;
}
