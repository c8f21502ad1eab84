// A person's agreement as a call takes it: over real files, with a call that nobody has made.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { ByRequest } from '../../src/approval/agree.ts';
import type { Agreement, ApprovalAsk } from '../../src/approval/agreement.ts';
import { type ApprovalRequest, TOLD_FOR_MS, VALID_FOR_MS } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { CallContext, Host } from '../../src/calls/context.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { auditOf } from '../e2e/state-files.ts';
import { aPlan, aRow } from '../plan/a-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

const DIGEST = aDraft().callDigest;
const LONG_AGO = Date.now() - 60_000;
let stateDir: string;
let requests: ApprovalRequests;
let settings: { approval: CallContext['program']['settings']['approval']; approvalWait: number };

beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
  requests = new ApprovalRequests(stateDir);
  settings = { approval: 'auto', approvalWait: 0 };
});

function aCall(host: Partial<Host> = {}, { isTable = false } = {}): ByRequest {
  const [action] = ACTIONS;
  if (!action) throw new Error('there are actions');
  return new ByRequest(DIGEST, isTable, {
    action,
    program: openProgram({}, { stateDir, ...settings }),
    host: aHost(host),
  });
}
/** Opened by an earlier call. */
const opened = (...draft: Parameters<typeof aDraft>) => requests.open(aDraft(...draft), LONG_AGO).request;
const stateOf = (request: ApprovalRequest) => requests.stateOf(request).is;
const only = () => {
  const [request, ...others] = requests.unanswered('form').concat(requests.unanswered('terminal'));
  if (!request || others.some(({ id }) => id !== request.id)) throw new Error('not one request waits');
  return request;
};
const agreement = async (call: ByRequest): Promise<Agreement> => {
  const agreed: Agreement | ApprovalAsk = await call.agree(undefined);
  if ('ask' in agreed) throw new Error('it asks');
  return agreed;
};
/** A file where a folder is needed. */
const breakRequests = () => {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(stateDir, 'requests'), '');
};

describe('a table of which more is grave than a form has room for', () => {
  const rows = Array.from({ length: 250 }, (_, index) =>
    aRow({ number: index + 1, arguments: { user_name: `user-${index}` }, grave: ['it is in use'] }),
  );
  const host = { hasForms: true };

  it('is refused with --approval form before anybody is asked, and leaves no request', async () => {
    settings = { approval: 'form', approvalWait: 0 };
    await expect(aCall(host, { isTable: true }).agree({ ...aPlan(), rows })).rejects.toMatchObject({
      code: 'Refused',
      message: expect.stringMatching(/^250 grave rows do not fit into a form of 4,000 characters: split the table/),
    });
    expect(requests.unanswered('form')).toEqual([]);
    expect(requests.of(DIGEST)).toBeUndefined();
    expect(auditOf(stateDir)).toEqual([]);
  });

  it('waits for the terminal in auto, and is told of at once', async () => {
    await expect(aCall(host, { isTable: true }).agree({ ...aPlan(), rows })).rejects.toMatchObject({
      code: 'ApprovalPending',
      message: expect.stringMatching(/No form was shown, since 250 grave rows do not fit into one\.$/),
    });
    expect(requests.seenOf(only()).map(({ event }) => event)).toEqual(['pending']);
  });

  it('is asked by a form where it is few rows', async () => {
    await expect(aCall(host, { isTable: true }).agree({ ...aPlan(), rows: rows.slice(0, 20) })).resolves.toMatchObject({
      ask: 'approval',
    });
  });
});

describe('a change that nobody was asked for', () => {
  it('is pending at once where the host has no forms, and on record', async () => {
    const call = aCall();
    expect(call.hasRequest).toBe(false);
    await expect(call.agree(aPlan())).rejects.toThrow('request');
    const { id } = only();
    expect(auditOf(stateDir)).toMatchObject([
      { event: 'asked', call: id },
      { event: 'pending', call: id, error: 'ApprovalPending' },
    ]);
  });

  it('is asked for by a form where the host has some', async () => {
    expect(await aCall({ hasForms: true }).agree(aPlan())).toEqual({ ask: 'approval', request: only() });
  });

  it('is refused before a plan is made where only forms count and the host has none', () => {
    settings.approval = 'form';
    expect(() => aCall()).toThrow(expect.objectContaining({ code: 'ApprovalUnavailable' }));
    expect(requests.of(DIGEST)).toBeUndefined();
  });

  it('is not asked for where requests cannot be kept, and says why', async () => {
    const call = aCall();
    breakRequests();
    await expect(call.agree(aPlan())).rejects.toMatchObject({
      code: 'ApprovalUnavailable',
      message: expect.stringMatching(/^requests cannot be kept \(.*requests.*\)$/),
    });
    expect(auditOf(stateDir)).toEqual([]);
  });

  it('is not even planned where requests cannot be looked for', () => {
    breakRequests();
    expect(() => aCall()).toThrow(
      expect.objectContaining({ code: 'ApprovalUnavailable', message: expect.stringContaining('cannot be kept') }),
    );
  });

  it('is not asked for where that cannot be put on record', async () => {
    mkdirSync(path.join(stateDir, 'audit.jsonl'), { recursive: true, mode: 0o700 });
    await expect(aCall().agree(aPlan())).rejects.toMatchObject({
      code: 'Refused',
      message: expect.stringContaining('the audit cannot be written'),
    });
    expect(requests.of(DIGEST)?.state).toMatchObject({ is: 'closed', closed: { is: 'superseded' } });
    expect(requests.unanswered('terminal')).toEqual([]);
  });
});

describe('a yes', () => {
  it('is used by the call that claims it', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const call = aCall({ call: 'call 2' });
    expect(call.hasRequest).toBe(true);
    const agreed = await agreement(call);
    expect(agreed.plan).toEqual(request.plan);
    expect(stateOf(request)).toBe('answered');
    agreed.claim(60_000);
    expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'used', by: 'call 2' } });
  });

  it('that is taken back before it is used counts for nothing', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const agreed = await agreement(aCall());
    requests.close(request, A_NO);
    expect(() => agreed.claim(60_000)).toThrow(
      expect.objectContaining({ code: 'ApprovalDeclined', message: 'the person took the agreement back' }),
    );
    // That was heard: the next call asks anew, and says so.
    const next = aCall();
    expect(next.hasRequest).toBe(false);
    await expect(next.agree(aPlan())).rejects.toThrow(/Before that, the same was declined at \d\d:\d\d:\d\d UTC/);
  });

  it('that another call has used is not used again', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const agreed = await agreement(aCall());
    requests.claim(request, 'another call');
    expect(() => agreed.claim(60_000)).toThrow(expect.objectContaining({ code: 'ApprovalDismissed' }));
  });

  it('stays when the call is cancelled before it is used', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const cancelled = new AbortController();
    const agreed = await agreement(aCall({ signal: cancelled.signal }));
    cancelled.abort();
    expect(() => agreed.claim(60_000)).toThrow(expect.objectContaining({ code: 'ApprovalDismissed' }));
    expect(stateOf(request)).toBe('answered');
    (await agreement(aCall())).claim(60_000);
    expect(stateOf(request)).toBe('closed');
  });

  it('stays for a newer identical call that has come meanwhile', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const older = await agreement(aCall());
    const newer = await agreement(aCall());
    expect(() => older.claim(60_000)).toThrow(
      expect.objectContaining({ code: 'ApprovalPending', message: expect.stringContaining('a person has agreed') }),
    );
    newer.claim(60_000);
  });

  it('stays for the next call when too little time is left to carry it out', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    await expect(aCall({ deadline: performance.now() + 1000 }).agree(undefined)).rejects.toMatchObject({
      code: 'ApprovalPending',
      message: expect.stringContaining(`a person has agreed to request ${request.id}: make the same call again`),
    });
    expect(stateOf(request)).toBe('answered');
    (await agreement(aCall())).claim(60_000);
  });

  it('is used for a table whatever time is left', async () => {
    const request = opened({ plan: { ...aPlan(), rows: [aRow({ number: 1 })] } });
    requests.agree(request, A_YES);
    (await agreement(aCall({ deadline: performance.now() }, { isTable: true }))).claim(60_000);
    expect(stateOf(request)).toBe('closed');
  });

  it('by a way that is no longer allowed does not count, and the next call asks anew', async () => {
    const request = opened();
    requests.agree(request, { ...A_YES, way: 'form' });
    settings.approval = 'terminal';
    await expect(aCall().agree(undefined)).rejects.toMatchObject({
      code: 'ApprovalDeclined',
      message: 'an answer by form does not count with --approval terminal',
    });
    expect(aCall().hasRequest).toBe(false);
  });
});

describe('the wait for an answer', () => {
  beforeEach(() => {
    settings.approvalWait = 600;
  });

  it('ends when there is one', async () => {
    const request = opened();
    const waiting = agreement(aCall());
    requests.agree(request, A_YES);
    expect((await waiting).plan).toEqual(request.plan);
  });

  it('ends when somebody declines, and that call says so', async () => {
    const request = opened();
    const waiting = aCall().agree(undefined);
    requests.close(request, A_NO);
    await expect(waiting).rejects.toMatchObject({ code: 'ApprovalDeclined', message: 'the person declined' });
  });

  it.each([
    ['before the host gives the call up', (): Partial<Host> => ({ deadline: performance.now() + 5100 })],
    ['when the call is cancelled', (): Partial<Host> => ({ signal: AbortSignal.timeout(50) })],
  ])('ends %s', async (_, host) => {
    const request = opened();
    await expect(aCall(host()).agree(undefined)).rejects.toMatchObject({ code: 'ApprovalPending' });
    expect(stateOf(request)).toBe('open');
  });

  it('of a table is not bound by what a host allows for a single call', async () => {
    const request = opened({ plan: { ...aPlan(), rows: [aRow({ number: 1 })] } });
    const host = { deadline: performance.now(), onProgress: () => void requests.agree(request, A_YES) };
    expect((await agreement(aCall(host, { isTable: true }))).plan).toEqual(request.plan);
  });

  it('ends when a newer identical call waits, which hears the answer', async () => {
    const request = opened();
    const older = aCall().agree(undefined);
    const newer = agreement(aCall());
    await expect(older).rejects.toMatchObject({ code: 'ApprovalPending' });
    requests.agree(request, A_YES);
    (await newer).claim(60_000);
  });
});

describe('a yes for which too little time is left', () => {
  it('stays for the next call', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const agreed = await agreement(aCall());
    expect(() => agreed.claim(4999)).toThrow(
      expect.objectContaining({
        code: 'ApprovalPending',
        message: expect.stringContaining('make the same call again'),
      }),
    );
    expect(stateOf(request)).toBe('answered');
    (await agreement(aCall())).claim(5001);
    expect(stateOf(request)).toBe('closed');
  });
});

describe('facts that are not what was agreed to', () => {
  const current = aPlan({ facts: [{ label: 'Access key', shown: 'Inactive' }] });

  it('end the request, and open one that says what has changed', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const error = (await agreement(aCall())).changed?.('the key is off', current);
    const anew = only();
    expect(anew).toMatchObject({ plan: current, earlier: { id: request.id, is: 'changed', what: 'the key is off' } });
    expect(error).toMatchObject({
      code: 'FactsChanged',
      message: expect.stringMatching(new RegExp(`the key is off; .*request ${anew.id} waits for a person, who runs: `)),
    });
    expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'changed', what: 'the key is off' } });
  });

  it.each([
    ['somebody said no meanwhile', A_NO, 'ApprovalDeclined'],
    ['an identical call has used the yes', { is: 'used', by: 'it' } as const, 'ApprovalDismissed'],
  ])('are not told where %s, and ask for nothing', async (_, end, code) => {
    const request = opened();
    requests.agree(request, A_YES);
    const agreed = await agreement(aCall());
    requests.close(request, end);
    expect(agreed.changed?.('the key is off', current)).toMatchObject({ code });
    expect(requests.unanswered('terminal')).toEqual([]);
  });

  it('only end it where there is nothing to ask for any more', async () => {
    const request = opened();
    requests.agree(request, A_YES);
    const error = (await agreement(aCall())).changed?.('the user is gone', undefined);
    expect(error).toMatchObject({ code: 'FactsChanged', message: expect.stringContaining('the user is gone') });
    expect(requests.unanswered('terminal')).toEqual([]);
    expect(stateOf(request)).toBe('closed');
  });
});

describe('what an identical call came to', () => {
  async function carriedOut(cancel = () => {}, host: Partial<Host> = {}): Promise<ApprovalRequest> {
    const request = opened();
    requests.agree(request, A_YES);
    const call = aCall(host);
    (await agreement(call)).claim(60_000);
    cancel();
    call.finished('Turn off an access key: done');
    return request;
  }
  const sent = (id: string) =>
    new RegExp(
      `an identical call was agreed to and sent at \\d\\d:\\d\\d:\\d\\d UTC by request ${id}: Turn off an access key: done`,
    );

  it('is said with the request that follows it', async () => {
    const { id } = await carriedOut();
    const call = aCall();
    await expect(call.agree(aPlan())).rejects.toThrow(sent(id));
    expect(call.warnings).toEqual([]);
  });

  it('is said beside the result, too, where its host has heard nothing of it', async () => {
    const cancelled = new AbortController();
    const { id } = await carriedOut(() => cancelled.abort(), { signal: cancelled.signal });
    await expect(aCall().agree(aPlan())).rejects.toThrow(sent(id));
    requests.agree(only(), A_YES);
    expect(aCall().warnings).toEqual([expect.stringMatching(sent(id))]);
  });

  it('is not said after twenty minutes, be it a no that nobody has heard', async () => {
    const request = requests.open(aDraft(), Date.now() - VALID_FOR_MS - TOLD_FOR_MS).request;
    requests.close(request, A_NO);
    const call = aCall();
    expect(call.hasRequest).toBe(false);
    await expect(call.agree(aPlan())).rejects.not.toThrow(request.id);
  });
});
