// The command's own reading and writing; through a real pseudo-terminal it is tested in test/e2e.
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { approve, decline } from '../../src/commands/approve.ts';
import { aPlan } from '../plan/a-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let stateDir: string;
let requests: ApprovalRequests;

beforeEach(() => {
  stateDir = temporaryFolder();
  requests = new ApprovalRequests(stateDir);
});

function personTyping(lines: string[], isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  const shown: string[] = [];
  output.on('data', (chunk) => {
    shown.push(String(chunk));
    if (!String(chunk).includes('> ')) return;
    const line = lines.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return { terminal: { input, output }, shown: () => shown.join('') };
}

describe('approve', () => {
  it('shows the plan and records an agreement when the right text is typed', async () => {
    const { id } = requests.add(aPlan());
    const person = personTyping(['LE77']);
    expect(await approve(id, requests, person.terminal)).toBe(0);
    expect(person.shown()).toContain('Turn off an access key');
    expect(requests.take(id)).toMatchObject({ decision: 'approved', typed: 'LE77' });
  });

  it.each([
    ['Enter alone', ['']],
    ['three wrong texts', ['y', 'yes', 'le77']],
    ['the terminal closing', []],
  ])('leaves it waiting after %s', async (_, lines) => {
    const { id } = requests.add(aPlan());
    const person = personTyping(lines);
    expect(await approve(id, requests, person.terminal)).toBe(1);
    expect(person.shown()).toContain('goes on waiting');
    expect(requests.take(id)).toBeUndefined();
    expect(requests.find(id)).toBeDefined();
  });

  it('asks for each that waits when no id is given', async () => {
    const first = requests.add(aPlan());
    const second = requests.add(aPlan({ account: '999988887777' }));
    const person = personTyping(['LE77', '']);
    expect(await approve(undefined, requests, person.terminal)).toBe(1);
    expect(person.shown()).toContain('2 changes wait');
    expect([first.id, second.id].filter((id) => requests.answerTo(id))).toHaveLength(1);
  });

  it('refuses without a terminal, and shows nothing', async () => {
    const { id } = requests.add(aPlan());
    const person = personTyping(['LE77'], false);
    expect(await approve(id, requests, person.terminal)).toBe(1);
    expect(person.shown()).not.toContain('AKIA');
    expect(requests.answerTo(id)).toBeUndefined();
  });

  it('says so when a request is withdrawn while the person reads', async () => {
    const { id } = requests.add(aPlan());
    const person = personTyping(['LE77']);
    const asking = approve(id, requests, person.terminal);
    requests.remove(id);
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
    const { id } = requests.add(aPlan());
    const output = new PassThrough();
    expect(decline(id, requests, output)).toBe(0);
    expect(decline(id, requests, output)).toBe(1);
    expect(requests.take(id)?.decision).toBe('declined');
  });
});
