// What a call says whose request waits: the command for a person, and whether anybody has been there.
import type { ApprovalRequest, Earlier, Seen } from './request.ts';

/** @param is `agreed` where a person has said yes, and the same call has to carry it out */
export function pendingText(
  request: ApprovalRequest,
  seen: readonly Seen[],
  approveCommand: (id: string) => string,
  is: 'open' | 'agreed' = 'open',
): string {
  const { id, earlier } = request;
  const before = earlier ? `; before that, ${earlierText(earlier)}` : '';
  if (is === 'agreed') {
    return `nothing was changed yet; a person has agreed to request ${id}: make the same call again, which carries it out${before}`;
  }
  return (
    `nothing was changed yet; request ${id} waits for a person, who runs: ${approveCommand(id)} ` +
    '- then make the same call again, within ten minutes of the request; if nobody has answered yet, that call waits' +
    `${lookedAt(seen)}${before}`
  );
}

/** What came of an identical call, for a person and a model to know before anything is done again. */
export function earlierText({ id, is, at, what }: Earlier): string {
  const when = `at ${new Date(at).toISOString().slice(11, 19)} UTC`;
  switch (is) {
    case 'used':
      return `an identical call was agreed to and sent ${when} by request ${id}: ${what ?? 'what came of it is not known yet'}`;
    case 'declined':
      return `the same was declined ${when} (request ${id})`;
    case 'changed':
      return `request ${id} was agreed to, and since then this has changed: ${what ?? 'its facts'}`;
    default:
      return is satisfies never;
  }
}

function lookedAt(seen: readonly Seen[]): string {
  const events = seen.map(({ event }) => event);
  if (events.includes('mistyped')) return '; somebody has typed something else than what it asks for';
  return events.includes('looked') ? '; somebody has looked at it' : '';
}
