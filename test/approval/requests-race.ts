// Several processes at the same requests at the same time, with nothing between them but the files.
import { fork } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { personOf, TOLD_FOR_MS, VALID_FOR_MS, yesSchema } from '../../src/approval/request.ts';
import { RequestFolder, readAs } from '../../src/approval/request-files.ts';
import { yesFiles } from '../../src/approval/request-state.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, aDraft } from './a-request.ts';
import { bundled } from './bundled.ts';
import type { Order, Told } from './racing-process.ts';

// For an order to reach every process.
const AHEAD_MS = 3;

/** What the processes have for a file system, besides the real one. */
const DISKS = {
  real: undefined,
  // More rounds in the same time, and a closer race. What was written outlives the process all the same.
  'without waiting': `(name, call) => (name === 'fsyncSync' ? () => {} : call)`,
  'without hard links': `(name, call) => {
    if (name === 'fsyncSync') return () => {};
    if (name !== 'linkSync') return call;
    return () => { throw Object.assign(new Error('no links'), { code: 'EPERM' }); };
  }`,
};
export type Disk = keyof typeof DISKS;

type Send = (what: Order['do'], callDigest: string, at?: number) => Promise<Told>;

function startProcess(script: string, stateDir: string, name: string): Send {
  const child = fork(script, [stateDir, name]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let waiting: { resolve: (told: Told) => void; reject: (error: Error) => void } | undefined;
  child.on('message', (told: Told) => waiting?.resolve(told));
  child.on('exit', () => waiting?.reject(new Error(`${name} has ended`)));
  return (what, callDigest, at = 0) => {
    child.send({ do: what, callDigest, at } satisfies Order);
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
  };
}

function count<T>(values: readonly T[], value: T): number {
  return values.filter((each) => each === value).length;
}

/** Later rounds are to take no longer. */
function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
}

/** @returns how often the request came to which end */
export async function raceForOneUse(rounds: number, disk: Disk): Promise<Record<string, number>> {
  const script = await bundled('racing-process.ts', DISKS[disk]);
  const stateDir = temporaryFolder();
  const requests = new ApprovalRequests(stateDir);
  const answers = ['agree', 'agree', 'agree by form', 'decline'] as const;
  const answerers = answers.map((_, n) => startProcess(script, stateDir, `answerer ${n}`));
  const takers = [1, 2, 3, 4].map((n) => startProcess(script, stateDir, `taker ${n}`));
  const tally: Record<string, number> = {};
  for (let round = 1; round <= rounds; round += 1) {
    const callDigest = `round-${round}`;
    await takers[0]?.('open', callDigest);
    const request = requests.of(callDigest)?.request;
    if (!request) throw new Error(`${callDigest} was not opened`);
    const at = Date.now() + AHEAD_MS;
    const [said, taken] = await Promise.all([
      Promise.all(answerers.map((send, n) => send(answers[n] ?? 'look', callDigest, at))),
      Promise.all(takers.map((send) => send('claim', callDigest, at))),
    ]);
    const [agreed, uses] = [count(said, 'agreed'), count(taken, true)];
    const isDeclined = said[3] === true;
    const isUsed = uses > 0;
    const told = JSON.stringify({ round, said, taken });
    expect(uses, told).toBeLessThanOrEqual(1);
    expect(agreed, told).toBeLessThanOrEqual(1);
    // A yes comes to nothing only by a no, and a no stands for good.
    expect(isUsed, told).toBe(!isDeclined);
    expect(agreed, told).toBeGreaterThanOrEqual(isUsed ? 1 : 0);
    const ends = await Promise.all([...answerers, ...takers].map((send) => send('look', callDigest)));
    const taker = takers.findIndex((_, n) => taken[n] === true) + 1;
    expect(new Set(ends), told).toEqual(new Set([isUsed ? `used by taker ${taker}` : 'declined by answerer 3']));
    expect(requests.claim(request, 'the test'), told).toBe(false);
    const end = isUsed ? 'used' : agreed > 0 ? 'declined after a yes' : 'declined before a yes';
    tally[end] = (tally[end] ?? 0) + 1;
    empty(path.join(stateDir, 'requests'));
  }
  return tally;
}

/** Of a request that takes two people: one of them answers in two ways at once. @returns how often it came to which end */
export async function raceForTwoYeses(rounds: number, disk: Disk): Promise<Record<string, number>> {
  const script = await bundled('racing-process.ts', DISKS[disk]);
  const stateDir = temporaryFolder();
  const requests = new ApprovalRequests(stateDir);
  const answers = ['agree', 'agree by form', 'agree as approver', 'decline'] as const;
  const answerers = answers.map((_, n) => startProcess(script, stateDir, `answerer ${n}`));
  const takers = [1, 2].map((n) => startProcess(script, stateDir, `taker ${n}`));
  const tally: Record<string, number> = {};
  for (let round = 1; round <= rounds; round += 1) {
    const callDigest = `round-${round}`;
    const { request } = requests.open(aDraft({ callDigest, yesesNeeded: 2 }));
    const at = Date.now() + AHEAD_MS;
    const [said, taken] = await Promise.all([
      Promise.all(answerers.map((send, n) => send(answers[n] ?? 'look', callDigest, at))),
      Promise.all(takers.map((send) => send('claim', callDigest, at))),
    ]);
    const told = JSON.stringify({ round, said, taken });
    const yeses = yesFiles(new RequestFolder(stateDir), request).flatMap((file) => readAs(yesSchema, file) ?? []);
    const people = new Set(yeses.map(personOf));
    expect(people.size, told).toBe(yeses.length);
    const uses = count(taken, true);
    expect(uses, told).toBeLessThanOrEqual(1);
    if (uses > 0) expect(people.size, told).toBe(2);
    // The no came first, or it came to nothing.
    expect(uses > 0, told).toBe(said[3] === false);
    const end = uses > 0 ? 'used' : `declined after ${yeses.length}`;
    tally[end] = (tally[end] ?? 0) + 1;
    empty(path.join(stateDir, 'requests'));
  }
  return tally;
}

export async function raceForOneSlot(rounds: number, disk: Disk): Promise<void> {
  const script = await bundled('racing-process.ts', DISKS[disk]);
  const stateDir = temporaryFolder();
  const requests = new ApprovalRequests(stateDir);
  const openers = [1, 2, 3, 4].map((n) => startProcess(script, stateDir, `opener ${n}`));
  for (let round = 0; round < rounds; round += 1) {
    // What they find: nothing, one that has ended, or one that is about to be tidied away.
    const callDigest = `call-${Math.floor(round / 3)}`;
    if (round % 3 > 0) endFor(callDigest);
    if (round % 3 === 2) makeOld();
    const at = Date.now() + AHEAD_MS;
    const told = (await Promise.all(openers.map((send) => send('open', callDigest, at)))).map(String);
    const ids = new Set(told.map((text) => text.split(' ')[1]));
    expect(ids.size, `round ${round}: ${told.join(', ')}`).toBe(1);
    expect(told.filter((text) => text.startsWith('new '))).toHaveLength(1);
    const [id] = ids;
    expect(requests.of(callDigest)).toMatchObject({ request: { id }, state: { is: 'open' } });
    const isOf = (name: string) => read(name).callDigest === callDigest;
    const live = filesOf('.request.json').filter((name) => isOf(name) && requests.find(name.split('.')[0] ?? ''));
    expect(live).toEqual([`${id}.request.json`]);
    if (round % 3 === 2) empty(inFolder(''));
  }

  function endFor(callDigest: string): void {
    const known = requests.of(callDigest);
    if (known) requests.close(known.request, A_NO);
  }

  /** As if all of them had been opened half an hour ago. */
  function makeOld(): void {
    const ago = Date.now() - 1.5 * (VALID_FOR_MS + TOLD_FOR_MS);
    for (const name of filesOf('.json', '.slot')) {
      const value = read(name);
      if ('createdAt' in value) writeFileSync(inFolder(name), JSON.stringify({ ...value, createdAt: ago }));
      utimesSync(inFolder(name), ago / 1000, ago / 1000);
    }
  }

  function filesOf(...kinds: string[]): string[] {
    return readdirSync(inFolder('')).filter((name) => kinds.some((kind) => name.endsWith(kind)));
  }

  function read(name: string) {
    return JSON.parse(readFileSync(inFolder(name), 'utf8'));
  }

  function inFolder(name: string): string {
    return path.join(stateDir, 'requests', name);
  }
}
