// The bridge's own reading and writing, over streams in memory; as a process it is tested in test/e2e.
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { bridge } from '../../src/commands/approve-bridge.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { A_NO, A_YES, aDraft } from '../approval/a-request.ts';
import { anApprover } from '../approval/an-approver.ts';
import { eventually } from '../e2e/eventually.ts';
import { temporaryFolder } from '../temporary-folder.ts';

interface Told {
  event: string;
  id?: string;
  [name: string]: unknown;
}

const chat = anApprover('chat');
const other = anApprover('other');
const BY = 'ana@example.com';
let stateDir: string;
let requests: ApprovalRequests;
let ends: (() => Promise<void>)[];

beforeEach(() => {
  stateDir = temporaryFolder();
  requests = new ApprovalRequests(stateDir);
  ends = [];
});
afterEach(() => Promise.all(ends.map((end) => end())));

function start(signer = chat.signer) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const told: Told[] = [];
  let rest = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    told.push(...lines.map((line) => JSON.parse(line) as Told));
  });
  const signal = new AbortController();
  const approvers = [chat.approver, other.approver];
  const ended = bridge({ stateDir, signer, approvers, input, output, signal: signal.signal });
  const end = () => {
    input.end();
    return ended;
  };
  ends.push(end);
  const hears = (event: string, id?: string) =>
    eventually(
      () => told.find((line) => line.event === event && (id === undefined || line.id === id)) ?? expect.fail(event),
    );
  return {
    told,
    end,
    abort: () => signal.abort(),
    ended,
    hears,
    write: (text: string) => void input.write(text),
    /** @returns what comes of it */
    async answers(answer: object | string): Promise<Told> {
      const before = told.length;
      input.write(`${typeof answer === 'string' ? answer : JSON.stringify(answer)}\n`);
      return eventually(
        () =>
          told.slice(before).find(({ event }) => event === 'result' || event === 'error') ?? expect.fail('no answer'),
      );
    },
  };
}
const approving = (id: string, typed = 'LE77', by = BY) => ({ id, decision: 'approve', typed, by });
const ofBridge = { ways: ['form', 'terminal', 'bridge'] as ('form' | 'terminal' | 'bridge')[] };

describe('what a bridge is told', () => {
  it('is each request once, as data and as a person reads it, and not what has to be typed', async () => {
    const { request } = requests.open(aDraft({ ...ofBridge, grave: ['The key was used a minute ago'] }));
    const program = start();
    const told = await program.hears('request');
    expect(told).toMatchObject({
      id: request.id,
      title: 'Turn off an access key',
      text: expect.stringContaining('AKIAEXAMPLEEXAMPLE77'),
      confirm: { what: 'the last four characters of the access key' },
      severity: 'grave',
      digest: planDigest(request.plan),
      until: new Date(request.createdAt + 600_000).toISOString(),
      yesesNeeded: 1,
      rows: 1,
      plan: {
        tool: 'update_access_key',
        rows: [{ connection: 'default', account: '111122223333', severity: 'grave' }],
      },
    });
    expect(JSON.stringify(told)).not.toMatch(/"LE77"|"confirm":\{[^}]*"text"/);
    await program.end();
    expect(program.told.filter(({ event }) => event === 'request')).toHaveLength(1);
    expect(requests.seenOf(request)).toMatchObject([{ way: 'bridge', event: 'shown', approver: 'chat' }]);
  });

  it('has the text of a model and of AWS written out where it cannot be seen', async () => {
    requests.open(aDraft({ ...ofBridge, facts: [{ label: 'User', shown: 'a\u202eb\u0007\n' }], title: 'x\u200by' }));
    const told = await start().hears('request');
    expect(told.plan).toMatchObject({
      rows: [{ title: 'x\\u{200b}y', facts: [{ shown: 'a\\u{202e}b\\u{7}\\u{a}' }] }],
    });
    expect(told.title).toBe('x\\u{200b}y');
  });

  it('is nothing of what bridges do not answer', async () => {
    requests.open(aDraft({ ways: ['form'] }));
    const program = start();
    await program.hears('ready');
    const { request } = requests.open(aDraft({ ...ofBridge, callDigest: 'b2' }));
    await program.hears('request', request.id);
    expect(program.told.filter(({ event }) => event === 'request')).toHaveLength(1);
  });

  it('is how a request ends elsewhere', async () => {
    const program = start();
    const open = (callDigest: string) => requests.open(aDraft({ ...ofBridge, callDigest })).request;
    const [answered, declined, changed] = [open('a1'), open('b2'), open('c3')];
    for (const { id } of [answered, declined, changed]) await program.hears('request', id);
    requests.agree(answered, A_YES);
    expect(await program.hears('answered')).toMatchObject({ id: answered.id, way: 'terminal', by: 'ana' });
    requests.claim(answered, 'a call');
    expect(await program.hears('ended', answered.id)).toEqual({ event: 'ended', id: answered.id, how: 'used' });
    requests.leaveOutcome(answered, { what: 'done\u0007', isDelivered: true });
    expect(await program.hears('outcome')).toMatchObject({ id: answered.id, what: 'done\\u{7}' });
    requests.close(declined, A_NO);
    expect(await program.hears('ended', declined.id)).toMatchObject({ how: 'declined', by: 'ana' });
    requests.close(changed, { is: 'changed', by: 'the server', what: 'the status' });
    expect(await program.hears('ended', changed.id)).toMatchObject({ how: 'changed', what: 'the status' });
  });

  it('is that a request has expired', async () => {
    const { request } = requests.open(aDraft(ofBridge), Date.now() - 10 * 60 * 1000 + 1500);
    const program = start();
    await program.hears('request', request.id);
    expect(await program.hears('ended', request.id)).toMatchObject({ how: 'expired' });
    expect(await program.answers(approving(request.id))).toMatchObject({ result: 'refused' });
  });

  it('is, after a start, what has ended while it was away, before it is ready', async () => {
    const { request } = requests.open(aDraft(ofBridge));
    requests.close(request, A_NO);
    const program = start();
    await program.hears('ready');
    expect(program.told.map(({ event }) => event)).toEqual(['ended', 'ready']);
  });
});

describe('what a bridge answers', () => {
  it('is signed, put to the request, and not told to itself again', async () => {
    const { request } = requests.open(aDraft(ofBridge));
    const program = start();
    await program.hears('request');
    expect(await program.answers(approving(request.id))).toEqual({
      event: 'result',
      id: request.id,
      by: BY,
      result: 'agreed',
    });
    expect(requests.stateOf(request)).toMatchObject({
      is: 'answered',
      yeses: [
        {
          way: 'bridge',
          approver: 'chat',
          by: BY,
          planDigest: planDigest(request.plan),
          signature: expect.stringMatching(/^.{86}==$/),
        },
      ],
    });
    expect(await program.answers(approving(request.id))).toMatchObject({ result: 'answered' });
    requests.claim(request, 'a call');
    await program.hears('ended');
    expect(program.told.map(({ event }) => event)).not.toContain('answered');
  });

  it('is checked as everywhere: a wrong text, or none, leaves the request waiting', async () => {
    const { request } = requests.open(aDraft(ofBridge));
    const program = start();
    await program.hears('request');
    for (const [typed, result] of [
      ['yes', 'mistyped'],
      ['le77', 'mistyped'],
      [' ', 'empty'],
    ] as const) {
      expect(await program.answers(approving(request.id, typed))).toMatchObject({
        result,
        why: 'that is not the last four characters of the access key',
      });
    }
    expect(await program.answers({ id: request.id, decision: 'approve', by: BY })).toMatchObject({ result: 'empty' });
    expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
    expect(requests.seenOf(request).map(({ event }) => event)).toEqual([
      'shown',
      'mistyped',
      'mistyped',
      'empty',
      'empty',
    ]);
  });

  it('may be a decline, also after a yes, and names who it was', async () => {
    const { request } = requests.open(aDraft(ofBridge));
    const program = start();
    await program.hears('request');
    await program.answers(approving(request.id));
    expect(await program.answers({ id: request.id, decision: 'decline', by: BY })).toMatchObject({
      result: 'declined',
    });
    expect(await program.hears('ended')).toMatchObject({ how: 'declined', by: `bridge chat ${BY}` });
    expect(await program.answers(approving(request.id))).toMatchObject({
      result: expect.stringMatching(/too-late|refused/),
    });
  });

  it('is one of two where two people have to agree, and the second of the same bridge counts for nothing', async () => {
    const { request } = requests.open(aDraft({ ...ofBridge, yesesNeeded: 2 }));
    const [one, two] = [start(), start(other.signer)];
    await one.hears('request');
    await two.hears('request');
    expect(await one.answers(approving(request.id))).toMatchObject({ result: 'one-of-two' });
    expect(await one.answers(approving(request.id, 'LE77', 'bob@example.com'))).toMatchObject({ result: 'answered' });
    expect(await two.hears('answered')).toMatchObject({ way: 'bridge', by: `bridge chat ${BY}` });
    expect(await two.answers(approving(request.id))).toMatchObject({ result: 'agreed' });
  });

  it('is for what was shown here alone, and to the plan that was shown', async () => {
    const program = start();
    await program.hears('ready');
    const formOnly = requests.open(aDraft({ ways: ['form'] })).request;
    expect(await program.answers(approving(formOnly.id))).toMatchObject({ result: 'refused' });
    expect(await program.answers(approving('abcdef'))).toMatchObject({ result: 'refused' });
    expect(requests.stateOf(formOnly)).toEqual({ is: 'open', yeses: [] });
  });

  it.each([
    ['no JSON', 'approve it'],
    ['no object', '7'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no id', { decision: 'approve', typed: 'LE77', by: BY }],
    ['an id that is a path', { id: '../../x', decision: 'approve', typed: 'LE77', by: BY }],
    ['another decision', { id: 'abcdef', decision: 'maybe', by: BY }],
    ['a number typed', { id: 'abcdef', decision: 'approve', typed: 77, by: BY }],
    ['nobody', { id: 'abcdef', decision: 'approve', typed: 'LE77', by: ' ' }],
    ['more than it may say', { id: 'abcdef', decision: 'approve', typed: 'LE77', by: BY, approver: 'other' }],
    ['a name that is too long', { id: 'abcdef', decision: 'decline', by: 'x'.repeat(201) }],
    ['a line that is too long', { id: 'abcdef', decision: 'decline', by: 'x'.repeat(5000) }],
    ['a very long line', 'x'.repeat(300_000)],
  ])('is told as an error with %s, and the next line is read', async (_, line) => {
    const program = start();
    expect(await program.answers(line)).toMatchObject({ event: 'error', what: expect.any(String) });
    const { request } = requests.open(aDraft(ofBridge));
    await program.hears('request');
    expect(await program.answers(approving(request.id))).toMatchObject({ result: 'agreed' });
  });

  it('is read also in pieces, and where a line is empty', async () => {
    const { request } = requests.open(aDraft(ofBridge));
    const program = start();
    await program.hears('request');
    const line = `\n\n${JSON.stringify(approving(request.id))}\r\n`;
    for (const piece of line) program.write(piece);
    expect(await program.hears('result')).toMatchObject({ result: 'agreed' });
    expect(program.told.filter(({ event }) => event === 'error')).toEqual([]);
  });

  it('has what cannot be seen in a name written out', async () => {
    const { request } = requests.open(aDraft(ofBridge));
    const program = start();
    await program.hears('request');
    await program.answers(approving(request.id, 'LE77', 'ana\u202e@example.com'));
    expect(requests.stateOf(request)).toMatchObject({ yeses: [{ by: 'ana\\u{202e}@example.com' }] });
  });
});

describe('a bridge', () => {
  it('ends with its input', async () => {
    const program = start();
    await program.hears('ready');
    await program.end();
  });

  it('ends when it is told to, whether its input is open or not', async () => {
    const program = start();
    program.abort();
    await program.ended;
  });
});
