// A process that is killed right before each of its changes to the file system, one after the other. Between two of them
// it reads, which leaves nothing: whoever is killed then is killed before the next change.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { type ApprovalRequest, TOLD_FOR_MS, VALID_FOR_MS } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { killedBeforeAChange } from '../killed-before-a-change.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';
import { bundled } from './bundled.ts';

const GONE_AFTER_MS = VALID_FOR_MS + TOLD_FOR_MS;
// A life of fewer changes is not counted right.
const LEAST_CHANGES = 50;

// A sync changes nothing while the system itself stays up, so that it is left out for speed.
const KILLED_BEFORE_A_CHANGE = killedBeforeAChange(4, { withoutSync: true });

/** What the process has written down: the value of each step it came to. */
type Diary = Partial<{
  opened: ApprovalRequest;
  agreed: string;
  claimed: boolean;
  followed: ApprovalRequest;
  declined: boolean;
  ended: true;
}>;

function live(script: string, changes: number): { stateDir: string; diary: Diary } {
  const folder = temporaryFolder();
  const stateDir = path.join(folder, 'state');
  const file = path.join(folder, 'diary');
  const { signal, status, stderr } = spawnSync(process.execPath, [script, stateDir, file, String(changes)]);
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(String(stderr));
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const diary = Object.fromEntries(
    lines.map((line) => {
      const { step, value } = JSON.parse(line);
      return [step, value];
    }),
  );
  return { stateDir, diary };
}

/** Kills a process before each change, or before each so many. What is left is sound every time. */
export async function killBeforeChanges({ step }: { step: number }): Promise<void> {
  const script = await bundled('short-lived-process.ts', KILLED_BEFORE_A_CHANGE);
  let changes = 0;
  for (; ; changes += step) {
    const { stateDir, diary } = live(script, changes);
    try {
      checkRequest(stateDir, diary);
      checkNextCall(stateDir, diary);
      checkTidying(stateDir, diary);
    } catch (error) {
      throw new Error(`after ${changes} changes and ${Object.keys(diary).join(', ')}`, { cause: error });
    }
    if (diary.ended) break;
  }
  expect(changes).toBeGreaterThan(LEAST_CHANGES);
}

/** What the killed process was told stays true. */
function checkRequest(stateDir: string, { opened, agreed, claimed, followed, declined }: Diary): void {
  if (!opened) return;
  const requests = new ApprovalRequests(stateDir);
  const before = requests.stateOf(opened);
  expect(before.is === 'answered' && before.yeses.includes(undefined), 'a half yes').toBe(false);
  expect({ agreed: 'agreed', claimed: true, declined: true }).toMatchObject(told({ agreed, claimed, declined }));
  if (followed && declined) {
    expect(requests.agree(followed, A_YES)).toBe('too-late');
    expect(requests.claim(followed, 'another call')).toBe(false);
  }
  if (before.is === 'open') {
    expect(agreed ?? claimed).toBeUndefined();
    expect(requests.claim(opened, 'another call')).toBe(false);
    return;
  }
  const uses = [claimed, ...['another call', 'one more'].map((call) => requests.claim(opened, call))];
  // A yes that nobody has begun to use is there to be used.
  const isFree = before.is === 'answered';
  expect(uses.filter((isUse) => isUse)).toHaveLength(isFree || claimed ? 1 : 0);
  expect(requests.agree(opened, A_YES)).toBe('too-late');
  expect(requests.close(opened, A_NO)).toBe(false);
}

/** Without what it did not come to. */
function told(steps: object): object {
  return Object.fromEntries(Object.entries(steps).filter(([, value]) => value !== undefined));
}

/** An identical call opens a request, or finds one, and goes through with it. */
function checkNextCall(stateDir: string, { opened, followed }: Diary): void {
  const requests = new ApprovalRequests(stateDir);
  const known = requests.of(aDraft().callDigest);
  const { request, isNew } = requests.open(aDraft());
  if (known?.state.is === 'open') expect(request.id).toBe(known.request.id);
  else expect(isNew).toBe(true);
  expect(isNew && [opened?.id, followed?.id].includes(request.id)).toBe(false);
  expect(requests.unanswered('terminal').map(({ id }) => id)).toEqual([request.id]);
  expect(requests.agree(request, A_YES)).toBe('agreed');
  expect(requests.claim(request, 'the next call')).toBe(true);
  expect(requests.claim(request, 'one more')).toBe(false);
}

function checkTidying(stateDir: string, { opened }: Diary): void {
  const requests = new ApprovalRequests(stateDir);
  const { request } = requests.open(aDraft());
  requests.tidy();
  expect(requests.of(aDraft().callDigest)).toMatchObject({ request: { id: request.id }, state: { is: 'open' } });
  requests.tidy(Date.now() + GONE_AFTER_MS);
  expect(readdirSync(path.join(stateDir, 'requests'))).toEqual([]);
  if (opened) expect(requests.claim(opened, 'a late call')).toBe(false);
}
