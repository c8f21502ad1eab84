// Asking hosts from 2026-07-28 on: the call ends with forms for the host to show (`input_required`), and the host makes the
// same call again with what was typed.
import { createHash } from 'node:crypto';
import {
  type InputRequiredResult,
  type InputResponses,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { kept } from '../approval/agreement.ts';
import { namesOf } from '../approval/put-answer.ts';
import type { ApprovalRequest } from '../approval/request.ts';
import { ApprovalRequests } from '../approval/requests.ts';
import { putReturned } from '../approval/returned-form.ts';
import type { Ask } from '../call.ts';
import type { CallContext, FormAnswer } from '../calls/context.ts';
import type { Asking } from './asking.ts';
import { answerIn, approvalQuestion, formFor, mfaCodeIn, mfaQuestion } from './form.ts';
import type { GivenHost } from './host.ts';

/** As it came with the call. */
type Brought = Record<string, unknown> | undefined;

const APPROVAL = 'approval';

/**
 * `requestState` is the random token of the request that waits on the disk, which holds all that counts: when it expires,
 * that it is used once, and for which call. Whatever else the host sends there is the token of nothing.
 */
export function modernAsking({ hasForms }: GivenHost, { mcpReq }: ServerContext): Asking {
  const { inputResponses } = mcpReq;
  const codes = new Set<string>();
  return {
    mfaCode: hasForms ? (device) => mfaCodeFor(device, inputResponses, codes) : undefined,
    returned: { token: mcpReq.requestState<string>(), answer: formAnswer(inputResponses, APPROVAL, 'confirmation') },
    async ask(needed: Ask, context: CallContext): Promise<InputRequiredResult> {
      switch (needed.ask) {
        case 'mfa':
          // The next call brings the code alone: what was typed for the change waits with its request until then.
          putBroughtWithCode(context);
          return inputRequired({ inputRequests: mfaForms(needed.devices, inputResponses) });
        case 'approval':
          return approvalForm(needed.request, context);
        default:
          return needed satisfies never;
      }
    },
  };
}

/** Which request the call has is not known before somebody has signed in, but by its token, which a person's answer came with. */
function putBroughtWithCode(context: CallContext): void {
  const { token, answer } = context.host.returned ?? {};
  if (token === undefined || !answer) return;
  const requests = new ApprovalRequests(context.program.settings.stateDir);
  kept(() => putReturned(requests.named(token), requests, context));
}

function approvalForm(request: ApprovalRequest, { program, host }: CallContext): InputRequiredResult {
  const requests = new ApprovalRequests(program.settings.stateDir);
  const isMistyped = requests
    .seenOf(request)
    .some(({ way, event, call }) => way === 'form' && event === 'mistyped' && call === host.call);
  const form = formFor(approvalQuestion(request, requests.stateDir, { isMistyped }));
  kept(() => requests.see(request, { way: 'form', event: 'shown', ...namesOf(host) }));
  return inputRequired({
    inputRequests: { [APPROVAL]: inputRequired.elicit(form) },
    requestState: request.token,
  });
}

function mfaForms(devices: readonly string[], brought: Brought) {
  const forms = devices.map((device) => {
    const again = formAnswer(brought, keyOf(device), 'code') !== undefined;
    return [keyOf(device), inputRequired.elicit(formFor(mfaQuestion(device, { again })))] as const;
  });
  return Object.fromEntries(forms);
}

/** Each code once: a device's code is good for one sign-in. @throws CallError NoCredentials when none was typed */
function mfaCodeFor(device: string, brought: Brought, used: Set<string>): string | undefined {
  const answer = formAnswer(brought, keyOf(device), 'code');
  if (!answer || used.has(device)) return undefined;
  used.add(device);
  return mfaCodeIn(answer, device);
}

/** A device's serial number may be an ARN, and need not be known to whoever reads the host's messages. */
function keyOf(device: string): string {
  return `mfa-${createHash('sha256').update(device).digest('hex').slice(0, 12)}`;
}

function formAnswer(responses: Brought, key: string, field: string): FormAnswer | undefined {
  const response = inputResponse(responses as InputResponses | undefined, key);
  return response.kind === 'elicit' ? answerIn(response, field) : undefined;
}
