// With --approval host the host asks before each call, and nobody else is asked: nothing waits. A request is left behind,
// used up already, for an identical call to find: by what must not be done twice, and by a change whose host has heard nothing.
import { isRepeatable } from '../actions/action.ts';
import type { CallContext } from '../calls/context.ts';
import { CallError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { type Agreement, type Approval, kept } from './agreement.ts';
import { AuditTrail } from './audit-trail.ts';
import { earlierText } from './pending-text.ts';
import { type ApprovalRequest, newId } from './request.ts';
import { ApprovalRequests } from './requests.ts';
import { leastForSending } from './waiting.ts';

export class ByHost implements Approval {
  readonly hasRequest = false;
  readonly warnings: string[] = [];
  readonly #callDigest: string;
  readonly #context: CallContext;
  readonly #requests: ApprovalRequests;
  #trail: AuditTrail | undefined;
  /** What is left behind for an identical call to find. */
  #used: ApprovalRequest | undefined;

  constructor(callDigest: string, context: CallContext) {
    this.#callDigest = callDigest;
    this.#context = context;
    this.#requests = new ApprovalRequests(context.program.settings.stateDir);
    kept(() => this.#hearOfUnheard());
  }

  get trail(): AuditTrail {
    if (!this.#trail) throw new Error('nobody was asked yet');
    return this.#trail;
  }

  async agree(plan: Plan | undefined): Promise<Agreement> {
    if (!plan) throw new Error('there is no plan to agree to');
    this.#trail = new AuditTrail(plan, newId(), this.#context.program);
    this.#trail.asked();
    return {
      plan,
      by: 'host',
      claim: (leftMs) => this.#claim(leftMs),
    };
  }

  finished(what: string): void {
    const { program, host } = this.#context;
    const isDelivered = !host.signal.aborted;
    if (isDelivered && !this.#used) return;
    try {
      this.#used ??= this.#leaveRequest();
      this.#requests.leaveOutcome(this.#used, { what, isDelivered });
    } catch (error) {
      program.log.error('request', { error: String(error) });
    }
  }

  #claim(leftMs: number): void {
    const { action, host } = this.#context;
    if (host.signal.aborted) throw new CallError('ApprovalDismissed', 'the call was cancelled');
    if (leftMs < leastForSending(this.#context)) {
      throw new CallError('Timeout', 'too little time was left for sending the change, so it was not sent; call again');
    }
    // Before it is sent: should the program be killed, an identical call has to hear that there may be one already.
    if (!isRepeatable(action)) this.#used = kept(() => this.#leaveRequest());
    this.trail.agreed('host');
  }

  #leaveRequest(): ApprovalRequest {
    const { host } = this.#context;
    const { request } = this.#requests.open({
      id: this.trail.request,
      plan: this.trail.plan,
      callDigest: this.#callDigest,
      ways: ['host'],
      asker: host.asker,
    });
    this.#requests.close(request, { is: 'used', by: host.call });
    return request;
  }

  /** A creation would be made a second time: it is refused once, so that whoever asks for it has heard of the first. */
  #hearOfUnheard(): void {
    const { action, host } = this.#context;
    const known = this.#requests.of(this.#callDigest);
    // Without an outcome, it is under way, or was killed.
    if (known?.state.is !== 'closed' || known.state.outcome?.isDelivered) return;
    const { request, state } = known;
    if (this.#requests.seenOf(request).some(({ event }) => event === 'told')) return;
    this.#requests.see(request, { way: 'host', event: 'told', call: host.call });
    const text = earlierText({ id: request.id, is: 'used', at: state.closed.at, what: state.outcome?.what });
    if (isRepeatable(action)) this.warnings.push(`${text}.`);
    else {
      throw new CallError(
        'Refused',
        `${text}; nobody has heard that, so it was not sent again: look first, and call once more if another is wanted`,
      );
    }
  }
}
