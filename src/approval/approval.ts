// Obtains a person's agreement: asks in the way that `decide` says, until it says proceed or refused.
import { CallError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { writePlanList } from '../plan/plan-list.ts';
import type { Settings } from '../settings/settings.ts';
import { type Answer, decide } from './decide.ts';
import type { ApprovalRequests } from './requests.ts';
import { askTerminal } from './terminal.ts';

/** A form in the host. Never rejects but for a cancelled call; what came back is told as it is and checked by `decide`. */
export type AskByForm = (
  plan: Plan,
  options: { note: string | undefined; listFile: string | undefined; timeoutMs: number; signal: AbortSignal },
) => Promise<Extract<Answer, { from: 'form' }>>;

export interface WaysToAsk {
  mode: Settings['approval'];
  /** For all asking of one call together. */
  waitMs: number;
  /** Undefined where the host has no forms. */
  askByForm: AskByForm | undefined;
  requests: ApprovalRequests;
  /** The command for a person to type, given a request's id. */
  approveCommand: (id: string) => string;
  /** Tells the host that the call is alive and waits for a person. */
  onProgress: (message: string) => void;
  signal: AbortSignal;
}

const PROGRESS_EVERY_MS = 5000;

export interface Agreement {
  /** Who agreed, for the audit. */
  by: string;
  /** The plan that they were shown: made now, or by an earlier, identical call. */
  agreed: Plan;
  /**
   * Uses the agreement up, as the last thing before the change: a call that is cancelled meanwhile leaves it to the next.
   * @throws CallError ApprovalDismissed when another, identical call was first, ApprovalDeclined when it was taken back
   */
  claim: () => void;
  /** Takes it back for good, when it is to something that is no longer so. */
  discard: () => void;
}

/**
 * @throws CallError that says which refusal it was; nothing was changed then
 */
export async function obtainApproval(plan: Plan, ways: WaysToAsk): Promise<Agreement> {
  const deadline = Date.now() + ways.waitMs;
  const circumstances = {
    mode: ways.mode,
    hasForm: ways.askByForm !== undefined,
    hasRequest: ways.mode === 'auto' && hasRequestFor(plan, ways.requests),
    approveCommand: ways.approveCommand,
  };
  let waitingFor = 'a person is being asked';
  const progress = setInterval(() => ways.onProgress(waitingFor), PROGRESS_EVERY_MS);
  try {
    const answers: Answer[] = [];
    for (;;) {
      const decision = decide(plan, circumstances, answers);
      const id = approvedRequest(answers);
      if (decision.is === 'proceed') return { by: decision.by, agreed: decision.agreed, ...usesOf(id, ways.requests) };
      if (decision.is === 'refused') {
        if (id !== undefined) ways.requests.remove(id);
        throw new CallError(decision.code, decision.message);
      }
      if (decision.way === 'form' && ways.askByForm) {
        const timeoutMs = Math.max(1, deadline - Date.now());
        const listFile = writePlanList(plan, ways.requests.stateDir);
        answers.push(await ways.askByForm(plan, { note: decision.note, listFile, timeoutMs, signal: ways.signal }));
      } else {
        const onWaiting = (id: string) => {
          waitingFor = `waiting for a person, who runs: ${ways.approveCommand(id)}`;
          ways.onProgress(waitingFor);
        };
        answers.push(await askTerminal(plan, ways.requests, { deadline, signal: ways.signal, onWaiting }));
      }
    }
  } finally {
    clearInterval(progress);
  }
}

/** The request that was agreed to at a terminal, if it was one. */
function approvedRequest(answers: readonly Answer[]): string | undefined {
  const last = answers.at(-1);
  return last?.from === 'terminal' && last.is === 'approved' ? last.id : undefined;
}

function usesOf(id: string | undefined, requests: ApprovalRequests): Pick<Agreement, 'claim' | 'discard'> {
  // An answer in a form is this call's alone.
  if (id === undefined) return { claim: () => {}, discard: () => {} };
  return {
    claim() {
      const used = requests.take(id);
      if (used?.decision === 'approved') return;
      throw used
        ? new CallError('ApprovalDeclined', 'the person took the agreement back')
        : new CallError('ApprovalDismissed', 'an identical call has used the answer');
    },
    discard: () => requests.remove(id),
  };
}

function hasRequestFor(plan: Plan, requests: ApprovalRequests): boolean {
  try {
    return requests.findForCall(plan) !== undefined;
  } catch {
    // An unusable state dir is told when the terminal is asked; a form does not need it.
    return false;
  }
}
