// The command's own reading and writing; through a real pseudo-terminal it is tested in test/e2e.
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { approve, decline } from '../../src/commands/approve.ts';
import { aDraft } from '../approval/a-request.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { personTyping } from './person-typing.ts';

let stateDir: string;
let requests: ApprovalRequests;

beforeEach(() => {
  stateDir = temporaryFolder();
  requests = new ApprovalRequests(stateDir);
});

describe('approve', () => {
  it('shows the plan and records an agreement when the right text is typed', async () => {
    const { request } = requests.open(aDraft());
    const { id } = request;
    const person = personTyping(['LE77']);
    expect(await approve(id, requests, person.terminal)).toBe(0);
    expect(person.shown()).toContain('Turn off an access key');
    expect(requests.stateOf(request)).toMatchObject({ is: 'answered', yeses: [{ typed: 'LE77', way: 'terminal' }] });
  });

  it('says right above the prompt again what is grave', async () => {
    const { request } = requests.open(aDraft({ grave: ['the key was used within a day'] }));
    const person = personTyping(['']);
    await approve(request.id, requests, person.terminal);
    expect(person.shown()).toMatch(
      /What happens: .*\n\nWARNING: the key was used within a day\nTo agree, type the last .*\n.*> /,
    );
  });

  it.each([
    ['Enter alone', ['']],
    ['three wrong texts', ['y', 'yes', 'le77']],
    ['the terminal closing', []],
  ])('leaves it waiting after %s', async (_, lines) => {
    const { request } = requests.open(aDraft());
    const { id } = request;
    const person = personTyping(lines);
    expect(await approve(id, requests, person.terminal)).toBe(1);
    expect(person.shown()).toContain('goes on waiting');
    expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
  });

  it('says before the first yes and after it that two people have to agree', async () => {
    const { request } = requests.open(aDraft({ yesesNeeded: 2 }));
    const first = personTyping(['LE77']);
    expect(await approve(request.id, requests, first.terminal)).toBe(0);
    expect(first.shown()).toContain('Two different people have to agree to this: nobody has agreed yet\n');
    expect(first.shown()).toContain('Agreed. Another person has to agree, too.');
    const again = personTyping(['LE77']);
    expect(await approve(request.id, requests, again.terminal)).toBe(0);
    expect(again.shown()).toContain('Somebody at this machine has agreed. ANOTHER person has to agree, too.');
    expect(requests.stateOf(request)).toMatchObject({ is: 'open', yeses: [{ by: expect.any(String) }] });
  });

  it('lets whoever sits here be the second after an approver', async () => {
    const { request } = requests.open(aDraft({ yesesNeeded: 2 }));
    requests.agree(request, { typed: 'LE77', way: 'terminal', by: 'bob', approver: 'chat' });
    const person = personTyping(['LE77']);
    expect(await approve(request.id, requests, person.terminal)).toBe(0);
    expect(person.shown()).toContain(
      'Two different people have to agree to this: approver chat has agreed, and ANOTHER person has to agree, too\n',
    );
    expect(requests.stateOf(request).is).toBe('answered');
  });

  it('does not show what may be answered by a form alone', async () => {
    const { request } = requests.open(aDraft({ ways: ['form'] }));
    const person = personTyping(['LE77']);
    expect(await approve(request.id, requests, person.terminal)).toBe(1);
    expect(await approve(undefined, requests, person.terminal)).toBe(0);
    expect(person.shown()).not.toContain('Turn off an access key');
    expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
  });

  it('shows first what an identical call came to', async () => {
    const earlier = { id: 'abc234', is: 'used', at: Date.parse('2026-11-23T12:03:20Z'), what: 'done' } as const;
    const { request } = requests.open(aDraft({ earlier }));
    const person = personTyping(['']);
    await approve(request.id, requests, person.terminal);
    expect(person.shown()).toContain(
      `[${request.id}] WARNING: an identical call was agreed to and sent at 12:03:20 UTC by request abc234: done\nTurn off`,
    );
  });

  it('shows no further one when the terminal closes, which leaves all waiting', async () => {
    const [first, second] = [requests.open(aDraft()).request, requests.open(aDraft({ callDigest: 'b2' })).request];
    const person = personTyping([]);
    expect(await approve(undefined, requests, person.terminal)).toBe(1);
    expect(person.shown().match(/Turn off an access key\n/g)).toHaveLength(1);
    expect(person.shown()).toContain('Stopped. What was not answered goes on waiting.');
    expect([first, second].map((request) => requests.stateOf(request).is)).toEqual(['open', 'open']);
  });

  it('passes over one that ended while another was read', async () => {
    const [first, second] = [requests.open(aDraft()).request, requests.open(aDraft({ callDigest: 'b2' })).request];
    const person = personTyping(['LE77']);
    const asking = approve(undefined, requests, person.terminal);
    requests.close(second, { is: 'superseded', by: 'a test' });
    expect(await asking).toBe(1);
    expect(person.shown()).toContain(`No request ${second.id} waits`);
    expect(requests.stateOf(first).is).toBe('answered');
  });

  it('asks for each that waits when no id is given', async () => {
    const first = requests.open(aDraft()).request;
    const second = requests.open(aDraft({ callDigest: 'b2' })).request;
    const person = personTyping(['LE77', '']);
    expect(await approve(undefined, requests, person.terminal)).toBe(1);
    expect(person.shown()).toContain('2 changes wait');
    expect([first, second].map((request) => requests.stateOf(request).is).sort()).toEqual(['answered', 'open']);
  });

  it('refuses without a terminal, and shows nothing', async () => {
    const { request } = requests.open(aDraft());
    const { id } = request;
    const person = personTyping(['LE77'], false);
    expect(await approve(id, requests, person.terminal)).toBe(1);
    expect(person.shown()).not.toContain('AKIA');
    expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
  });

  it('says so when a request is withdrawn while the person reads', async () => {
    const { request } = requests.open(aDraft());
    const { id } = request;
    const person = personTyping(['LE77']);
    const asking = approve(id, requests, person.terminal);
    requests.close(request, { is: 'superseded', by: 'a test' });
    expect(await asking).toBe(1);
    expect(person.shown()).toContain(`No request ${id} waits`);
  });

  it('says when there is nothing, or no such request', async () => {
    expect(await approve(undefined, requests, personTyping([]).terminal)).toBe(0);
    expect(await approve('abc234', requests, personTyping([]).terminal)).toBe(1);
  });
});

describe('decline', () => {
  it('needs no terminal, and is final', async () => {
    const { request } = requests.open(aDraft());
    const { id } = request;
    const output = new PassThrough();
    expect(decline(id, requests, output)).toBe(0);
    expect(decline(id, requests, output)).toBe(1);
    expect(requests.stateOf(request)).toMatchObject({ is: 'closed', closed: { is: 'declined' } });
  });
});
