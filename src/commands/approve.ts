// `aws-iam-mcp approve` and `decline`: where a person reads what waits for them and answers, at a real terminal.
import { createInterface, type Interface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { describeRequest, gravestLines } from '../approval/describe-request.ts';
import { putAnswer } from '../approval/put-answer.ts';
import {
  type ApprovalRequest,
  MOST_TYPING_ATTEMPTS,
  personOf,
  THIS_MACHINE,
  VALID_FOR_MS,
} from '../approval/request.ts';
import type { ApprovalRequests } from '../approval/requests.ts';
import { thisUser } from '../approval/this-user.ts';
import { cleanForPlan, cleanLine } from '../clean-text.ts';
import { askToConfirm, titleOf } from '../plan/describe-plan.ts';
import { confirmationOf } from '../plan/plan.ts';

export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean };
}

export const AT_A_TERMINAL = 'Only a person at a terminal can agree: run this command in one, without redirection.';

export function isAtTerminal({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Shows the request with this id, or every one that waits, and asks. @returns the exit code: 0 when all was answered */
export async function approve(id: string | undefined, requests: ApprovalRequests, terminal: Terminal): Promise<number> {
  const { input, output } = terminal;
  const say = (text: string) => output.write(`${text}\n`);
  if (!isAtTerminal(terminal)) {
    say(AT_A_TERMINAL);
    return 1;
  }
  const waiting = requests.unanswered('terminal');
  const chosen = id === undefined ? waiting : waiting.filter((request) => request.id === id);
  if (chosen.length === 0) {
    say(id === undefined ? 'Nothing waits for your agreement.' : notWaiting(id));
    return id === undefined ? 0 : 1;
  }
  if (chosen.length > 1) {
    say(`${chosen.length} changes wait for your agreement:`);
    // What is on the list does not give way to a newer one while somebody goes through it.
    for (const request of chosen) requests.see(request, { way: 'terminal', event: 'looked' });
    for (const request of chosen) say(`  ${request.id}  ${titleOf(request.plan)}, ${age(request)}`);
  }
  const lines = createInterface({ input, output });
  // Without this, Ctrl-D or a closed terminal leaves the question unsettled and the program ends as if all were well.
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    let answered = 0;
    for (const request of chosen) {
      const state = requests.stateOf(request);
      if (state.is !== 'open') {
        say(notWaiting(request.id));
        continue;
      }
      if (state.yeses.some((yes) => yes && personOf(yes) === THIS_MACHINE)) {
        say(`[${request.id}] Somebody at this machine has agreed. ANOTHER person has to agree, too.`);
        answered += 1;
        continue;
      }
      // Before it is shown: what somebody reads does not give way to a newer one.
      requests.see(request, { way: 'terminal', event: 'looked' });
      say(`\n[${request.id}] ${describeRequest(request, requests.stateDir)}\n`);
      for (const line of gravestLines(request)) say(line);
      say(
        `${askToConfirm(request.plan)}. Enter alone leaves it waiting; the command 'decline ${request.id}' refuses it.`,
      );
      const came = await ask(request, requests, lines, ended, say);
      if (came === 'answered') answered += 1;
      // Ctrl-C, or a closed terminal: nobody reads the next one.
      if (came === 'ended') break;
    }
    return answered === chosen.length ? 0 : 1;
  } finally {
    lines.close();
  }
}

async function ask(
  request: ApprovalRequest,
  requests: ApprovalRequests,
  lines: Interface,
  ended: Promise<undefined>,
  say: (text: string) => void,
): Promise<'answered' | 'left' | 'ended'> {
  for (let attempt = 0; attempt < MOST_TYPING_ATTEMPTS; attempt += 1) {
    const typed = await Promise.race([lines.question('> ').catch(() => undefined), ended]);
    if (typed === undefined) {
      say('Stopped. What was not answered goes on waiting.');
      return 'ended';
    }
    if (typed.trim() === '') break;
    const put = putAnswer(request, { typed, way: 'terminal', by: thisUser() }, requests);
    switch (put) {
      case 'agreed':
        say('Agreed. The assistant may go on.');
        return 'answered';
      case 'one-of-two':
        say('Agreed. Another person has to agree, too.');
        return 'answered';
      case 'answered':
      case 'too-late':
        say(notWaiting(request.id));
        return 'left';
      case 'mistyped':
      case 'empty':
        break;
      default:
        put satisfies never;
    }
    say(`That is not ${cleanForPlan(confirmationOf(request.plan).what)}.`);
  }
  say('Not agreed; it goes on waiting.');
  return 'left';
}

/** Needs no terminal: saying no does no harm. @returns the exit code */
export function decline(id: string, requests: ApprovalRequests, output: Writable): number {
  const request = requests.find(id);
  const isTaken = request !== undefined && requests.close(request, { is: 'declined', by: `terminal ${thisUser()}` });
  output.write(isTaken ? 'Declined. Nothing will be changed.\n' : `${notWaiting(id)}\n`);
  return isTaken ? 0 : 1;
}

export function notWaiting(id: string): string {
  return `No request ${cleanLine(id, 20)} waits for an answer: it was answered, withdrawn, or is older than ten minutes.`;
}

function age({ createdAt }: ApprovalRequest): string {
  const left = Math.ceil((createdAt + VALID_FOR_MS - Date.now()) / 60_000);
  return `valid for another ${left} minute${left === 1 ? '' : 's'}`;
}
