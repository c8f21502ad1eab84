// What a call says whose request waits: the command for a person, and whether anybody has been there.
import { cleanLine } from '../clean-text.ts';
import { clock } from '../clock.ts';
import {
  type ApprovalRequest,
  type Earlier,
  MOST_TYPING_ATTEMPTS,
  type OnPage,
  personOf,
  type Seen,
  THIS_MACHINE,
  VALID_FOR_MS,
  type Yeses,
} from './request.ts';

const LONGEST_NAME = 60;

const ON_PAGE: Record<OnPage, string> = {
  opened: 'a page for it was opened in their browser',
  'in-open-page': 'it is on the page that is open in their browser',
};

interface Pending {
  /** `new` where the call has just asked for the first time; `agreed` where a person has said yes, and the same call has to
   * carry it out. */
  is?: 'new' | 'open' | 'agreed';
  yeses?: Yeses;
  /** Where the person sees it in a browser. */
  onPage?: OnPage | undefined;
}

export function pendingText(
  request: ApprovalRequest,
  seen: readonly Seen[],
  approveCommand: (id: string) => string,
  { is = 'open', yeses = [], onPage }: Pending = {},
): string {
  const { id, createdAt, earlier } = request;
  if (is === 'agreed') {
    const before = earlier ? `; before that, ${earlierText(earlier)}` : '';
    return `nothing was changed yet; a person has agreed to request ${id}: make the same call again, which carries it out${before}`;
  }
  // It may be all that was wanted: nobody should read on to the command first.
  const done =
    earlier?.is === 'used'
      ? `${sentence(earlierText(earlier))} If that settles it, stop here. To make the change once more, `
      : '';
  return [
    // The command alone on its line: a model hands it on as it is, and a person copies it.
    `nothing was ${request.stands ? 'sent as the role' : 'changed'} yet; ${done}${waitsFor(request, yeses, approveCommand, onPage)}\n` +
      `Then make the same call again, before ${clock(createdAt + VALID_FOR_MS)}: it waits for the answer.`,
    'If it times out, nothing is lost: make it again when they have agreed.',
    ...(is === 'new' || yeses.length > 0 ? [] : nobodyLooked(seen)),
    ...whatWasSeen(seen),
    ...(earlier && !done ? [sentence(`Before that, ${earlierText(earlier)}`)] : []),
  ].join(' ');
}

function waitsFor(
  request: ApprovalRequest,
  yeses: Yeses,
  approveCommand: (id: string) => string,
  onPage: OnPage | undefined,
): string {
  const { id, yesesNeeded } = request;
  const named = `request ${id}${whatStands(request)} waits for`;
  const command = `\n${codeSpan(approveCommand(id))}`;
  const page = onPage ? ` (${ON_PAGE[onPage]})` : '';
  if (yesesNeeded === 1) {
    return `${named} a person${onPage ? `: ${ON_PAGE[onPage]}; or they run:` : ', who runs:'}${command}`;
  }
  if (yeses.length === 0) {
    return `${named} two different people: two approvers, or one approver and whoever is at this machine${page}, who runs:${command}`;
  }
  const isHere = yeses.some((yes) => yes && personOf(yes) === THIS_MACHINE);
  const whom = isHere
    ? 'an approver.'
    : `another approver, or for whoever is at this machine${page}, who runs:${command}`;
  return `one of two people has agreed: ANOTHER person has to agree, too: ${named} ${whom}`;
}

/** Several of them may wait for one call. */
function whatStands({ stands, plan }: ApprovalRequest): string {
  return stands ? ` (${cleanLine(plan.rows.map(({ target }) => target.thing.shown).join(', '))})` : '';
}

/** What a call says of further requests that it waits for. */
export function othersPending(requests: readonly ApprovalRequest[], approveCommand: (id: string) => string): string {
  const each = requests.map(
    (request) => `request ${request.id}${whatStands(request)}:\n${codeSpan(approveCommand(request.id))}`,
  );
  return `This call waits for a yes to these, too:\n${each.join('\n')}`;
}

/** As Markdown has it: with more backticks around it than there are in it. */
export function codeSpan(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  return runs.length > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** What came of an identical call, for a person and a model to know before anything is done again. */
export function earlierText({ id, is, at, what }: Earlier): string {
  const when = `at ${clock(at)}`;
  switch (is) {
    case 'used':
      return `an identical call was agreed to and sent ${when} by request ${id}: ${what ?? 'what came of it is not known yet'}`;
    case 'declined':
      return what === undefined
        ? `the same was declined ${when} (request ${id})`
        : `request ${id} ended ${when} without a yes: ${what}`;
    case 'changed':
      return `request ${id} was agreed to, and since then this has changed: ${what ?? 'its facts'}`;
    case 'expired':
      return `request ${id} expired ${when}, and its command works no more`;
    default:
      return is satisfies never;
  }
}

/** What AWS or this program says may be whole sentences. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Of a form, nobody can tell who is looking at it. */
function nobodyLooked(seen: readonly Seen[]): string[] {
  const mayBe = seen.some(({ way, event }) => way === 'form' || event === 'looked' || event === 'mistyped');
  if (mayBe) return [];
  const bridge = seen.findLast(({ way, event }) => way === 'bridge' && event === 'shown')?.approver;
  return [
    bridge === undefined
      ? 'Nobody has looked at the request yet.'
      : `It was shown by the bridge ${cleanLine(bridge, LONGEST_NAME)}; nobody has answered there yet.`,
  ];
}

function whatWasSeen(seen: readonly Seen[]): string[] {
  const events = seen.map(({ event }) => event);
  const mistyped = seen.filter(({ way, event }) => way === 'form' && event === 'mistyped').length;
  const wasClosed = mistyped >= MOST_TYPING_ATTEMPTS ? ` ${mistyped} times in the form, which is closed now` : '';
  return [
    ...(events.includes('mistyped') ? [`Somebody has typed the wrong text${wasClosed}.`] : []),
    ...(events.includes('looked') && !events.includes('mistyped') ? ['Somebody has looked at it.'] : []),
    ...whatBecameOfForm(events),
  ];
}

function whatBecameOfForm(events: readonly Seen['event'][]): string[] {
  const last = events.findLast((event) => ['vanished', 'too-fast', 'empty', 'failed'].includes(event));
  switch (last) {
    case 'vanished':
      return ['An answer in the form, if it is still open, counts as well.'];
    case 'too-fast':
      return ['The host closed its form at once.'];
    case 'empty':
      return ['The host accepted its form with nothing typed in it.'];
    case 'failed':
      return ['The host could not show its form.'];
    default:
      return [];
  }
}
