// Removes the files of requests that nobody can ask about any more.
import { isWaiting } from './request.ts';
import { isOld, type Kind, type RequestFolder, removeIfPossible } from './request-files.ts';
import type { RequestSlots } from './request-slots.ts';
import { readRequest, stateIn } from './request-state.ts';

// The end goes last: without it, a yes would count again.
const IN_THIS_ORDER: Kind[] = [
  'yes-1.json',
  'yes-2.json',
  'seen.jsonl',
  'waiter',
  'request.json',
  'outcome.json',
  'next.json',
  'closed.json',
];

export function tidyRequests(folder: RequestFolder, slots: RequestSlots, now: number): void {
  const old = folder.names().filter((name) => isOld(folder.named(name), now));
  for (const name of old) {
    if (name.endsWith('.slot')) slots.tidy(name.slice(0, -'.slot'.length), now);
  }
  for (const name of old) {
    if (name.endsWith('.request.json')) tidyRequest(folder, slots, idIn(name), now);
  }
  // What was left by a process that was killed.
  const ids = new Set(folder.ids());
  for (const name of old) {
    if (!name.endsWith('.slot') && !ids.has(idIn(name))) removeIfPossible(folder.named(name));
  }
}

function tidyRequest(folder: RequestFolder, slots: RequestSlots, id: string, now: number): void {
  const request = readRequest(folder, id);
  // The file system's clock may be another one.
  if (request && isWaiting(stateIn(folder, request, now))) return;
  if (request) {
    slots.tidy(request.callDigest, now);
    // A call is just opening the one that follows: the way to it would be lost with `next.json`.
    if (slots.goesBy(id, request.callDigest)) return;
  }
  for (const kind of IN_THIS_ORDER) removeIfPossible(folder.fileOf(id, kind));
}

const idIn = (name: string) => name.split('.')[0] ?? '';
