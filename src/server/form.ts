// Forms in the host (MCP elicitation), in either era: what they show, and how an answer is read. Answers are judged in
// src/approval.
import type { ElicitRequestFormParams, ElicitResult } from '@modelcontextprotocol/server';
import { askFor, describeInForm } from '../approval/describe-request.ts';
import type { ApprovalRequest } from '../approval/request.ts';
import type { FormAnswer } from '../calls/context.ts';
import { cleanForPlan } from '../clean-text.ts';
import { CallError } from '../errors.ts';

export interface Question {
  message: string;
  /** The one field that is filled in, and what stands above it. */
  field: string;
  title: string;
}

export function formFor({ message, field, title }: Question): ElicitRequestFormParams {
  return {
    mode: 'form',
    message,
    requestedSchema: {
      type: 'object',
      properties: { [field]: { type: 'string', title, minLength: 1 } },
      required: [field],
    },
  };
}

interface Answer extends Pick<ElicitResult, 'action'> {
  content?: Record<string, unknown>;
}

export function answerIn({ action, content }: Answer, field: string): FormAnswer {
  switch (action) {
    case 'accept':
      return { is: 'accepted', typed: content?.[field] };
    case 'decline':
      return { is: 'declined' };
    case 'cancel':
      return { is: 'dismissed' };
    default:
      return action satisfies never;
  }
}

/** @throws CallError Refused when the list of a long plan cannot be written, or what is grave does not fit */
export function approvalQuestion(
  request: ApprovalRequest,
  stateDir: string,
  { isMistyped }: { isMistyped: boolean },
): Question {
  return {
    message: describeInForm(request, stateDir, { isMistyped }),
    field: 'confirmation',
    title: askFor(request),
  };
}

export function mfaQuestion(device: string, { again }: { again: boolean }): Question {
  return {
    message: `To sign in to AWS, ${again ? 'another' : 'a'} code of your MFA device is needed: ${cleanForPlan(device)}`,
    field: 'code',
    title: 'Type the six digits that the device shows',
  };
}

/** @throws CallError NoCredentials when no code was typed */
export function mfaCodeIn(answer: FormAnswer | undefined, device: string): string {
  const typed = answer?.is === 'accepted' && typeof answer.typed === 'string' ? answer.typed.replaceAll(' ', '') : '';
  if (/^\d{6}$/.test(typed)) return typed;
  throw new CallError(
    'NoCredentials',
    `no MFA code was given for ${cleanForPlan(device)}; call again to be asked anew`,
  );
}
