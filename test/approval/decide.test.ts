import { describe, expect, it } from 'vitest';
import { type Circumstances, type Decision, decide } from '../../src/approval/decide.ts';
import type { ApprovalRequest, Closed, RequestState, Seen, Way, Yes } from '../../src/approval/request.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { aDraft } from './a-request.ts';

const CALL = 'this call';
const request: ApprovalRequest = {
  id: 'abc234',
  token: '0'.repeat(32),
  createdAt: 0,
  yesesNeeded: 1,
  ...aDraft(),
};
const circumstances: Circumstances = {
  mode: 'auto',
  approvers: [],
  hasForm: true,
  fitsForm: true,
  forms: 'pushed',
  openSince: -1,
  bringsAnswer: false,
  habit: 'unknown',
  host: { call: CALL, client: 'a host', session: 'a session' },
  isNew: false,
  isNewest: true,
  isWaitOver: false,
  isTooLate: false,
  approveCommand: (id) => `aws-iam-mcp approve ${id}`,
};
const OPEN: RequestState = { is: 'open', yeses: [] };

const decideOn = (
  state: RequestState,
  more: Partial<Circumstances> & { seen?: Seen[]; ways?: Way[] } = {},
): Decision => {
  const { seen = [], ways = request.ways, ...changes } = more;
  return decide({ request: { ...request, ways }, state, seen }, { ...circumstances, ...changes });
};
const answered = (changes: Partial<Yes> = {}): RequestState => ({
  is: 'answered',
  yeses: [{ typed: 'LE77', way: 'terminal', by: 'ana', planDigest: planDigest(request.plan), at: 0, ...changes }],
});
const closed = (end: Partial<Closed>): RequestState => ({
  is: 'closed',
  closed: { is: 'used', at: 0, by: 'somebody', ...end },
});
const inForm = (event: Seen['event'], call = CALL, more: Partial<Seen> = {}): Seen => ({
  at: 0,
  way: 'form',
  event,
  call,
  client: 'a host',
  session: 'a session',
  ...more,
});
const code = (decision: Decision) => (decision.is === 'refused' ? decision.code : decision.is);

describe('a request that is on a page', () => {
  const page = { hasForm: false, isNew: true } as const;

  it('is said to be there, beside the command', () => {
    expect(decideOn(OPEN, { ...page, onPage: 'opened' })).toMatchObject({
      code: 'ApprovalPending',
      message: expect.stringContaining(
        'abc234 waits for a person: a page for it was opened in their browser; or they run:\n`aws-iam-mcp approve abc234`\n',
      ),
    });
    expect(decideOn(OPEN, { ...page, onPage: 'in-open-page' })).toMatchObject({
      message: expect.stringContaining(
        'abc234 waits for a person: it is on the page that is open in their browser; or',
      ),
    });
    expect(decideOn(OPEN, page)).toMatchObject({ message: expect.stringContaining('waits for a person, who runs:\n') });
  });

  it('is agreed to there in auto, by whoever it was, and in no other mode', () => {
    const yes = answered({ way: 'page' });
    const ways: Way[] = ['form', 'terminal', 'page'];
    expect(decideOn(yes, { ways })).toEqual({ is: 'agreed', by: 'page abc234 ana' });
    for (const mode of ['terminal', 'form', 'host'] as const) {
      expect(decideOn(yes, { ways, mode }), mode).toMatchObject({
        code: 'ApprovalDeclined',
        message: `an answer by page does not count with --approval ${mode}`,
      });
    }
    expect(code(decideOn(yes, { ways: ['form', 'terminal'] }))).toBe('ApprovalDeclined');
    expect(code(decideOn(answered({ way: 'page', typed: 'LE78' }), { ways }))).toBe('ApprovalDeclined');
  });
});

describe('a request that nobody has answered', () => {
  it.each([
    ['auto with forms', { mode: 'auto', hasForm: true }, 'ask-by-form'],
    ['auto with forms, though it was opened by an earlier call', { isNew: false }, 'ask-by-form'],
    ['auto without forms, just opened', { hasForm: false, isNew: true }, 'ApprovalPending'],
    ['auto without forms, opened by an earlier call', { hasForm: false }, 'wait'],
    ['terminal, though the host has forms', { mode: 'terminal' }, 'wait'],
    ['terminal, just opened', { mode: 'terminal', isNew: true }, 'ApprovalPending'],
    ['form', { mode: 'form' }, 'ask-by-form'],
    ['form where the host has none', { mode: 'form', hasForm: false }, 'ApprovalUnavailable'],
    ['terminal, after the wait', { mode: 'terminal', isWaitOver: true }, 'ApprovalPending'],
    ['a call that a newer one has overtaken', { isNewest: false }, 'ApprovalPending'],
  ] as const)('%s', (_, changes, expected) => {
    expect(code(decideOn(OPEN, changes))).toBe(expected);
  });

  it('is told of with its id and the command', () => {
    expect(decideOn(OPEN, { hasForm: false, isNew: true })).toHaveProperty(
      'message',
      expect.stringMatching(
        /^nothing was changed yet; request abc234 waits .*:\n`aws-iam-mcp approve abc234`\nThen make the same call/,
      ),
    );
  });

  it('is told of with who has been there', () => {
    const lookedAt: Seen = { at: 0, way: 'terminal', event: 'looked' };
    const message = (seen: Seen[]) => decideOn(OPEN, { hasForm: false, isNew: true, seen });
    expect(message([lookedAt])).toHaveProperty('message', expect.stringContaining('Somebody has looked at it.'));
    expect(message([lookedAt, { ...lookedAt, event: 'mistyped' }])).toHaveProperty(
      'message',
      expect.stringContaining('typed the wrong text'),
    );
  });
});

describe('a plan that no form has room for', () => {
  const unfit = { fitsForm: false };

  it('is asked by no form: it waits for the terminal, and the host is told why', () => {
    expect(code(decideOn(OPEN, unfit))).toBe('wait');
    expect(decideOn(OPEN, { ...unfit, isNew: true })).toMatchObject({
      code: 'ApprovalPending',
      message: expect.stringMatching(
        /aws-iam-mcp approve abc234.* No form was shown, since .* do not fit into one\.$/s,
      ),
    });
    // Nor is it said where there would have been none.
    for (const changes of [{ hasForm: false }, { mode: 'terminal' } as const]) {
      expect(decideOn(OPEN, { ...unfit, isNew: true, ...changes })).not.toHaveProperty(
        'message',
        expect.stringContaining('No form was shown'),
      );
    }
  });

  it('is refused where there is no other way, and waits no longer', () => {
    expect(decideOn(OPEN, { ...unfit, mode: 'form' })).toMatchObject({
      code: 'Refused',
      message: expect.stringMatching(/do not fit into a form of 4,000 characters: split the table, or start/),
      end: { is: 'superseded' },
    });
  });
});

describe('a form that came to nothing', () => {
  it.each([
    ['empty', 'ApprovalUnavailable'],
    ['too-fast', 'ApprovalDismissed'],
    ['vanished', 'ApprovalTimedOut'],
    ['failed', 'ApprovalUnavailable'],
  ] as const)('%s: the terminal is offered in auto, and refused in form', (event, expected) => {
    expect(code(decideOn(OPEN, { seen: [inForm(event)] }))).toBe('ApprovalPending');
    expect(code(decideOn(OPEN, { seen: [inForm(event)], mode: 'form' }))).toBe(expected);
  });

  it.each(['empty', 'too-fast', 'failed'] as const)('%s: it is not shown again to the next call', (event) => {
    expect(code(decideOn(OPEN, { seen: [inForm(event, 'an earlier call')] }))).toBe('wait');
    // Where there is no other way, it is.
    expect(code(decideOn(OPEN, { seen: [inForm(event, 'an earlier call')], mode: 'form' }))).toBe('ask-by-form');
  });

  it('that nobody answered is shown once more to the next call, and no further', () => {
    const once = [inForm('shown', 'first'), inForm('vanished', 'first')];
    expect(code(decideOn(OPEN, { seen: once }))).toBe('ask-by-form');
    expect(code(decideOn(OPEN, { seen: [...once, inForm('vanished', 'second')] }))).toBe('wait');
  });

  it('with which the client gave its call up is shown once more, and the call after that is told the command first', () => {
    const once = [inForm('shown', 'first'), inForm('cancelled', 'first')];
    expect(code(decideOn(OPEN, { seen: once }))).toBe('ask-by-form');
    const twice = [...once, inForm('shown', 'second'), inForm('cancelled', 'second')];
    expect(code(decideOn(OPEN, { seen: twice }))).toBe('ApprovalPending');
    const told: Seen = { at: 0, way: 'host', event: 'pending', call: 'third' };
    expect(code(decideOn(OPEN, { seen: [...twice, told] }))).toBe('wait');
  });

  it('that was mistyped three times ends that way only', () => {
    const thrice = [inForm('mistyped'), inForm('mistyped'), inForm('mistyped')];
    expect(code(decideOn(OPEN, { seen: thrice.slice(1) }))).toBe('ask-by-form');
    const decision = decideOn(OPEN, { seen: thrice });
    // Nobody has said no.
    expect(decision).toMatchObject({
      code: 'ApprovalPending',
      message: expect.stringMatching(/approve abc234`\n.* Somebody has typed the wrong text 3 times in the form/),
    });
    expect(decision).not.toHaveProperty('end');
    const earlier = thrice.map((entry) => ({ ...entry, call: 'an earlier call' }));
    expect(code(decideOn(OPEN, { seen: earlier }))).toBe('wait');
  });

  it('that was mistyped three times ends the request where there is no other way', () => {
    const thrice = [inForm('mistyped'), inForm('mistyped'), inForm('mistyped')];
    expect(decideOn(OPEN, { seen: thrice, mode: 'form' })).toMatchObject({
      code: 'ApprovalDeclined',
      end: { is: 'declined' },
    });
  });
});

describe('a yes', () => {
  it('counts when it was given to this plan with the right text, by whatever way', () => {
    expect(decideOn(answered())).toEqual({ is: 'agreed', by: 'terminal abc234 ana' });
    expect(decideOn(answered({ way: 'form', typed: ' LE77 ' }))).toEqual({ is: 'agreed', by: 'form' });
  });

  it.each(['le77', 'LE7', 'yes', ''])('does not count with %j typed, whoever wrote it', (typed) => {
    expect(decideOn(answered({ typed }))).toMatchObject({ code: 'ApprovalDeclined', end: { is: 'declined' } });
  });

  it('does not count by a way that was not asked', () => {
    expect(decideOn(answered(), { ways: ['form'] })).toMatchObject({ code: 'ApprovalDeclined' });
    expect(decideOn(answered(), { mode: 'form' })).toMatchObject({ code: 'ApprovalDeclined' });
    expect(decideOn(answered({ way: 'host' }))).toMatchObject({ code: 'ApprovalDeclined' });
  });

  it('does not count when it was given to another plan than the one that waited', () => {
    expect(decideOn(answered({ planDigest: 'f'.repeat(64) }))).toMatchObject({
      code: 'FactsChanged',
      end: { is: 'changed' },
    });
  });

  it('that cannot be read is none, and ends the request', () => {
    expect(decideOn({ is: 'answered', yeses: [undefined] })).toMatchObject({
      code: 'ApprovalDismissed',
      end: { is: 'superseded' },
    });
  });

  it.each([
    ['a newer identical call waits for it', { isNewest: false }],
    ['too little time is left to carry it out', { isTooLate: true }],
  ])('stays for the next call where %s', (_, changes) => {
    const decision = decideOn(answered(), changes);
    expect(decision).toMatchObject({
      code: 'ApprovalPending',
      message: expect.stringContaining('a person has agreed to request abc234: make the same call again'),
    });
    expect(decision).not.toHaveProperty('end');
  });
});

describe('a request that has come to its end', () => {
  it.each([
    ['declined', closed({ is: 'declined' }), 'ApprovalDeclined', 'the person declined'],
    ['dismissed after reading', closed({ is: 'declined', isDismissal: true }), 'ApprovalDismissed', 'closed the form'],
    ['used', closed({ is: 'used' }), 'ApprovalDismissed', 'an identical call has used the answer'],
    ['changed', closed({ is: 'changed' }), 'ApprovalDismissed', 'call again'],
    ['superseded', closed({ is: 'superseded' }), 'ApprovalDismissed', 'call again'],
    ['expired', { is: 'expired' }, 'ApprovalTimedOut', 'call again'],
  ] as [string, RequestState, string, string][])('is final when %s', (_, state, expected, text) => {
    expect(decideOn(state)).toMatchObject({ code: expected, message: expect.stringContaining(text) });
  });
});

describe('a form that was returned to the host', () => {
  const returned = { forms: 'returned' } as const;
  const out = [inForm('shown', 'an earlier call')];

  it.each([
    ['by an earlier call is waited for', {}, 'wait'],
    ['by an earlier call is waited for where there is no other way', { mode: 'form' }, 'wait'],
    ['is shown again to a host that brings something else', { bringsAnswer: true }, 'ask-by-form'],
    ['to a host that declares none now is not', { hasForm: false, isWaitOver: true }, 'ApprovalPending'],
  ] as const)('%s', (_, changes, expected) => {
    expect(code(decideOn(OPEN, { ...returned, seen: out, ...changes }))).toBe(expected);
  });

  it('is out only as long as nothing came of it', () => {
    for (const event of ['too-fast', 'empty', 'vanished'] as const) {
      const seen = [...out, inForm(event, 'another call')];
      expect(code(decideOn(OPEN, { ...returned, seen })), event).toBe('wait');
      expect(code(decideOn(OPEN, { ...returned, seen, isNew: true })), event).toBe('ApprovalPending');
    }
    const mistyped = [...out, inForm('mistyped', 'another call')];
    expect(code(decideOn(OPEN, { ...returned, seen: mistyped }))).toBe('ask-by-form');
  });

  it('that nobody answered is shown to no later call, in which the terminal is waited for', () => {
    const seen = [...out, inForm('vanished', 'the second call')];
    expect(code(decideOn(OPEN, { ...returned, seen }))).toBe('wait');
    expect(code(decideOn(OPEN, { ...returned, seen: [...out, inForm('vanished')] }))).toBe('ApprovalPending');
    expect(code(decideOn(OPEN, { ...returned, seen: [...out, inForm('vanished')], mode: 'form' }))).toBe(
      'ApprovalTimedOut',
    );
  });
});

describe('a form in another host, or in an earlier session', () => {
  const OTHER = { client: 'another host', session: 'another session' };
  const EARLIER = { session: 'an earlier session' };

  it('is not waited for: this one shows its own', () => {
    for (const more of [OTHER, EARLIER]) {
      const seen = [inForm('shown', 'another call', more)];
      expect(code(decideOn(OPEN, { forms: 'returned', seen }))).toBe('ask-by-form');
    }
  });

  it('has been open for long enough where it is of this host and older than the wait', () => {
    const seen = [inForm('shown', 'another call', EARLIER)];
    expect(code(decideOn(OPEN, { forms: 'returned', seen, openSince: 0 }))).toBe('wait');
    expect(code(decideOn(OPEN, { forms: 'returned', seen: [inForm('shown', 'x', OTHER)], openSince: 0 }))).toBe(
      'ask-by-form',
    );
  });

  it('says nothing of this host when it was closed at once or vanished', () => {
    for (const event of ['too-fast', 'empty', 'failed', 'vanished'] as const) {
      const seen = [inForm('shown', 'first', OTHER), inForm(event, 'first', OTHER), inForm(event, 'second', OTHER)];
      expect(code(decideOn(OPEN, { seen })), event).toBe('ask-by-form');
      expect(code(decideOn(OPEN, { seen, habit: 'vanished' })), event).toBe('wait');
    }
  });
});

describe('a host whose forms have vanished', () => {
  it('is asked by none, but for the call whose form it was, and where there is no other way', () => {
    const habit = 'vanished';
    expect(code(decideOn(OPEN, { habit, isNew: true }))).toBe('ApprovalPending');
    expect(code(decideOn(OPEN, { habit }))).toBe('wait');
    expect(code(decideOn(OPEN, { habit, mode: 'form' }))).toBe('ask-by-form');
    expect(code(decideOn(OPEN, { habit, seen: [inForm('vanished', 'an earlier call')] }))).toBe('ask-by-form');
    expect(code(decideOn(OPEN, { habit: 'answers', isNew: true }))).toBe('ask-by-form');
  });
});

describe('a request that two people have to agree to', () => {
  const needsTwo = { ...request, yesesNeeded: 2 as const };
  const yes = (changes: Partial<Yes> = {}): Yes => ({
    typed: 'LE77',
    way: 'terminal',
    by: 'ana',
    planDigest: planDigest(request.plan),
    at: 0,
    ...changes,
  });
  const decideFor = (state: RequestState) =>
    decide({ request: needsTwo, state, seen: [] }, { ...circumstances, hasForm: true });

  it('shows no form to whoever has agreed already', () => {
    expect(decideFor({ is: 'open', yeses: [yes()] })).toEqual({ is: 'wait' });
  });

  it('does not take two answers from this machine for two people', () => {
    expect(decideFor({ is: 'answered', yeses: [yes(), yes({ way: 'form', by: 'form' })] })).toMatchObject({
      is: 'refused',
      end: { is: 'superseded' },
    });
  });
});
