// What a call says that is refused or has to wait, word by word: a model and a person act by it.
import { describe, expect, it } from 'vitest';
import { type Circumstances, type Decision, decide } from '../../src/approval/decide.ts';
import { describeRequest } from '../../src/approval/describe-request.ts';
import { earlierText, pendingText } from '../../src/approval/pending-text.ts';
import type { ApprovalRequest, Closed, RequestState, Seen, Yes } from '../../src/approval/request.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { aPlan } from '../plan/a-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { aDraft } from './a-request.ts';

const request: ApprovalRequest = { id: 'abc234', token: '0'.repeat(32), createdAt: 0, yesesNeeded: 1, ...aDraft() };
const CALL = 'this call';
const HOST = { call: CALL, client: 'a host', session: 'a session' };
const command = (id: string) => `aws-iam-mcp approve ${id}`;
const AT = Date.UTC(2026, 10, 23, 12, 5, 9);
const INSTEAD = 'start the server with --approval terminal to ask at a terminal instead';

function decideOn(state: RequestState, changes: Partial<Circumstances> = {}, seen: Seen[] = []): Decision {
  return decide(
    { request, state, seen },
    {
      mode: 'auto',
      approvers: [],
      hasForm: true,
      fitsForm: true,
      forms: 'pushed',
      openSince: -1,
      bringsAnswer: false,
      habit: 'unknown',
      host: HOST,
      isNew: false,
      isNewest: true,
      isWaitOver: false,
      isTooLate: false,
      approveCommand: command,
      ...changes,
    },
  );
}
const yes = (changes: Partial<Yes> = {}): RequestState => ({
  is: 'answered',
  yeses: [{ typed: 'LE77', way: 'form', by: '', planDigest: planDigest(request.plan), at: 0, ...changes }],
});
const inForm = (event: Seen['event']): Seen => ({ at: 0, way: 'form', event, ...HOST });

describe('a call whose request has ended', () => {
  const end = (changes: Partial<Closed>): RequestState => ({
    is: 'closed',
    closed: { is: 'used', at: 0, by: '', ...changes },
  });

  it.each<[string, string, RequestState]>([
    ['ApprovalDeclined', 'the person declined', end({ is: 'declined' })],
    ['ApprovalDismissed', 'the person closed the form without an answer', end({ is: 'declined', isDismissal: true })],
    ['ApprovalDismissed', 'an identical call has used the answer', end({ is: 'used' })],
    ['ApprovalDismissed', 'the request was withdrawn; call again to ask anew', end({ is: 'changed' })],
    ['ApprovalDismissed', 'the request was withdrawn; call again to ask anew', end({ is: 'superseded' })],
    ['ApprovalTimedOut', 'the request is older than ten minutes; call again to ask anew', { is: 'expired' }],
  ])('says %s: %s', (code, message, state) => {
    expect(decideOn(state)).toEqual({ is: 'refused', code, message });
  });
});

describe('a call whose answer does not count', () => {
  it.each<[string, string, Closed['is'], RequestState]>([
    [
      'ApprovalDismissed',
      'the answer cannot be read; call again to ask anew',
      'superseded',
      { is: 'answered', yeses: [undefined] },
    ],
    ['ApprovalDeclined', 'an answer by host does not count with --approval auto', 'superseded', yes({ way: 'host' })],
    [
      'FactsChanged',
      'the answer was given to something else than what waited; call again to ask anew',
      'changed',
      yes({ planDigest: 'x' }),
    ],
    [
      'ApprovalDeclined',
      'what was typed was not the last four characters of the access key',
      'declined',
      yes({ typed: 'LE78' }),
    ],
  ])('says %s: %s, and ends the request with it', (code, message, is, state) => {
    expect(decideOn(state)).toEqual({ is: 'refused', code, message, end: { is, by: 'the server', what: message } });
  });

  it('leaves a yes that it cannot carry out to the next call', () => {
    const message =
      'nothing was changed yet; a person has agreed to request abc234: make the same call again, which carries it out';
    for (const changes of [{ isNewest: false }, { isTooLate: true }]) {
      expect(decideOn(yes(), changes)).toEqual({ is: 'refused', code: 'ApprovalPending', message });
    }
    expect(decideOn(yes())).toEqual({ is: 'agreed', by: 'form' });
    expect(decideOn(yes({ way: 'terminal', by: 'ana' }))).toEqual({ is: 'agreed', by: 'terminal abc234 ana' });
  });
});

describe('a call that cannot ask by a form, with --approval form', () => {
  it.each<[string, string, Seen['event'] | undefined]>([
    ['ApprovalTimedOut', 'nobody answered the form in time', 'vanished'],
    ['ApprovalDismissed', 'the form was closed at once, before anybody could read it', 'too-fast'],
    ['ApprovalUnavailable', 'the host accepted the form without what a person has to type', 'empty'],
    ['ApprovalUnavailable', 'the host failed to show the form', 'failed'],
    ['ApprovalUnavailable', 'this host shows no forms', undefined],
  ])('says %s: %s, and what an operator can do', (code, message, event) => {
    const decision = decideOn(
      { is: 'open', yeses: [] },
      { mode: 'form', hasForm: event !== undefined },
      event ? [inForm(event)] : [],
    );
    expect(decision).toEqual({ is: 'refused', code, message: `${message}; ${INSTEAD}` });
  });

  it('says how often something else was typed', () => {
    const seen = [inForm('mistyped'), inForm('mistyped'), inForm('mistyped')];
    const message = 'what was typed was not the last four characters of the access key, 3 times';
    expect(decideOn({ is: 'open', yeses: [] }, { mode: 'form' }, seen)).toEqual({
      is: 'refused',
      code: 'ApprovalDeclined',
      message,
      end: { is: 'declined', by: 'the server', what: message },
    });
  });
});

describe('the text of a call that waits', () => {
  const until = new Date(request.createdAt + 600_000).toISOString().slice(11, 19);
  const waiting =
    'nothing was changed yet; request abc234 waits for a person, who runs:\n`aws-iam-mcp approve abc234`\n' +
    `Then make the same call again, before ${until} UTC: it waits for the answer. ` +
    'If it times out, nothing is lost: make it again when they have agreed.';
  const seenBy = (...events: Seen['event'][]) => events.map((event): Seen => ({ at: 0, way: 'terminal', event }));

  it('has the command, and whether anybody has been there', () => {
    expect(pendingText(request, [], command, { is: 'new' })).toBe(waiting);
    expect(pendingText(request, seenBy('shown', 'told'), command)).toBe(
      `${waiting} Nobody has looked at the request yet.`,
    );
    expect(pendingText(request, seenBy('looked'), command)).toBe(`${waiting} Somebody has looked at it.`);
    expect(pendingText(request, seenBy('mistyped', 'looked'), command)).toBe(
      `${waiting} Somebody has typed the wrong text.`,
    );
  });

  it('has a command with backticks in it in more of them', () => {
    const text = pendingText(request, [], (id) => `node main.js approve ${id} --state-dir '/a\`b\`\`c'`, { is: 'new' });
    expect(text.split('\n')[1]).toBe("``` node main.js approve abc234 --state-dir '/a`b``c' ```");
  });

  it('says first that an identical call was made, which may be enough', () => {
    const earlier = { id: 'def567', is: 'used', at: AT, what: 'done' } as const;
    const made = 'an identical call was agreed to and sent at 12:05:09 UTC by request def567: done.';
    expect(pendingText({ ...request, earlier }, [], command, { is: 'new' })).toBe(
      waiting.replace(
        'request abc234',
        `${made} If that settles it, stop here. To make the change once more, request abc234`,
      ),
    );
  });

  it.each([
    ['vanished', 'An answer in the form, if it is still open, counts as well.'],
    ['too-fast', 'The host closed its form at once.'],
    ['empty', 'The host accepted its form with nothing typed in it.'],
    ['failed', 'The host could not show its form.'],
  ] as const)('says what became of a form: %s', (event, text) => {
    expect(pendingText(request, [inForm('shown'), inForm(event)], command, { is: 'new' })).toBe(`${waiting} ${text}`);
  });

  it('says what came of an identical call before', () => {
    const earlier = { id: 'def567', is: 'declined', at: AT } as const;
    const before = ' Before that, the same was declined at 12:05:09 UTC (request def567).';
    expect(pendingText({ ...request, earlier }, [], command, { is: 'new' })).toBe(waiting + before);
    expect(pendingText({ ...request, earlier }, [], command, { is: 'agreed' })).toMatch(
      /which carries it out; before that, /,
    );
  });

  it.each([
    [
      'used',
      undefined,
      'an identical call was agreed to and sent at 12:05:09 UTC by request def567: what came of it is not known yet',
    ],
    ['used', 'done', 'an identical call was agreed to and sent at 12:05:09 UTC by request def567: done'],
    ['changed', undefined, 'request def567 was agreed to, and since then this has changed: its facts'],
    ['changed', 'Path', 'request def567 was agreed to, and since then this has changed: Path'],
  ] as const)('says of one that was %s (%s): %s', (is, what, text) => {
    expect(earlierText({ id: 'def567', is, at: AT, ...(what && { what }) })).toBe(text);
  });
});

describe('what a person reads of a request', () => {
  it('begins with what came of an identical call, cleaned and cut', () => {
    const earlier = { id: 'def567', is: 'used', at: AT, what: `<b>${'x'.repeat(700)}` } as const;
    const [first = '', ...rest] = describeRequest({ ...request, earlier }, temporaryFolder()).split('\n');
    expect(first).toMatch(/^WARNING: an identical call was agreed to .*: \\u\{3c\}b\\u\{3e\}x+… \(\d+ characters\)$/);
    expect(first.length).toBeLessThan(700);
    expect(rest.join('\n')).toBe(describeRequest(request, temporaryFolder()));
    expect(rest[0]).toBe(aPlan().rows[0]?.title);
  });
});
