import { readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApprovalRequests, VALID_FOR_MS } from '../../src/approval/requests.ts';
import { aPlan } from '../plan/a-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let stateDir: string;
let requests: ApprovalRequests;
const files = () => readdirSync(path.join(stateDir, 'approvals')).sort();
const agreement = { decision: 'approved', typed: 'LE77', answeredBy: 'ana' } as const;

beforeEach(() => {
  stateDir = temporaryFolder();
  requests = new ApprovalRequests(stateDir);
});

describe('requests that wait for the terminal', () => {
  it('are found by a call that is the same, and by no other', () => {
    const { id } = requests.add(aPlan());
    expect(requests.findForCall(aPlan({ facts: [] }))?.id).toBe(id);
    expect(requests.findForCall(aPlan({ account: '999988887777' }))).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('are files that only this user can read', () => {
    requests.add(aPlan());
    const folder = path.join(stateDir, 'approvals');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of files()) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('hand their answer out once', () => {
    const request = requests.add(aPlan());
    expect(requests.take(request.id)).toBeUndefined();
    expect(requests.answer(request, agreement)).toBe(true);
    expect(requests.take(request.id)).toMatchObject(agreement);
    expect(requests.take(request.id)).toBeUndefined();
    expect(files()).toEqual([]);
  });

  it('are answered once: the first answer stands', () => {
    const request = requests.add(aPlan());
    expect(requests.answer(request, { ...agreement, decision: 'declined' })).toBe(true);
    expect(requests.answer(request, agreement)).toBe(false);
    expect(requests.take(request.id)?.decision).toBe('declined');
  });

  it('are declined after all, while a yes has not been used', () => {
    const request = requests.add(aPlan());
    expect(requests.answer(request, agreement)).toBe(true);
    expect(requests.answer(request, { ...agreement, decision: 'declined' })).toBe(true);
    expect(requests.take(request.id)?.decision).toBe('declined');
  });

  it('are not taken back any more when a call has used the yes, nor answered a second time', () => {
    const request = requests.add(aPlan());
    expect(requests.answer(request, agreement)).toBe(true);
    expect(requests.take(request.id)?.decision).toBe('approved');
    expect(requests.answer(request, { ...agreement, decision: 'declined' })).toBe(false);
    expect(requests.answer(request, agreement)).toBe(false);
    expect(files()).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('are no agreement where the yes was taken back as it was being used', () => {
    const request = requests.add(aPlan());
    requests.answer(request, agreement);
    const answer = path.join(stateDir, 'approvals', `${request.id}.answer.json`);
    // What `decline` does first, before it says no: whoever moves the file has it.
    renameSync(answer, `${answer}.taken`);
    expect(requests.take(request.id)).toBeUndefined();
  });

  it('are at most twenty, so that a person can tell them apart', () => {
    for (let n = 0; n < 20; n += 1) requests.add(aPlan({ account: String(111122223300 + n) }));
    expect(() => requests.add(aPlan())).toThrow('20 requests wait already');
  });

  it.skipIf(process.platform === 'win32')('are not read through a link', () => {
    const { id } = requests.add(aPlan());
    const file = path.join(stateDir, 'approvals', `${id}.request.json`);
    renameSync(file, path.join(stateDir, 'elsewhere'));
    symlinkSync(path.join(stateDir, 'elsewhere'), file);
    expect(requests.list()).toEqual([]);
    expect(requests.find(id)).toBeUndefined();
  });

  it('lose what lies about without a request, once it is ten minutes old', () => {
    const request = requests.add(aPlan());
    writeFileSync(path.join(stateDir, 'approvals', 'orphan.answer.json'), '{}');
    requests.list(request.createdAt + VALID_FOR_MS - 1000);
    expect(files()).toContain('orphan.answer.json');
    requests.list(request.createdAt + VALID_FOR_MS + 60_000);
    expect(files()).toEqual([]);
  });

  it('cannot be answered after they were withdrawn', () => {
    const request = requests.add(aPlan());
    requests.remove(request.id);
    expect(requests.answer(request, agreement)).toBe(false);
    expect(files()).toEqual([]);
  });

  it('are gone with their answer ten minutes after the request', () => {
    const request = requests.add(aPlan());
    requests.answer(request, agreement);
    expect(requests.list(request.createdAt + VALID_FOR_MS - 1)).toHaveLength(1);
    expect(requests.list(request.createdAt + VALID_FOR_MS)).toEqual([]);
    expect(files()).toEqual([]);
  });

  it('are not what some file in the folder claims, unless it is whole and under its own id', () => {
    const { id } = requests.add(aPlan());
    const folder = path.join(stateDir, 'approvals');
    const whole = readFileSync(path.join(folder, `${id}.request.json`), 'utf8');
    writeFileSync(path.join(folder, 'other2.request.json'), whole);
    writeFileSync(path.join(folder, 'broken.request.json'), whole.slice(0, 50));
    writeFileSync(
      path.join(folder, 'extras.request.json'),
      JSON.stringify({ ...JSON.parse(whole), id: 'extras', more: 1 }),
    );
    expect(requests.list().map((request) => request.id)).toEqual([id]);
  });
});
