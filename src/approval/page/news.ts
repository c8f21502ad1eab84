// Whether anything has changed, for a page that waits for it. One answer is held back until then, and not asked for every
// second: browsers let pages that nobody looks at ask once a minute, while one that waits for an answer is as fast as ever.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecentRequests } from '../recent-requests.ts';

const LOOK_EVERY_MS = 300;
const LONGEST_MS = 20_000;

export interface Recents {
  recent: RecentRequests;
}

/** @returns what `since` is to be the next time */
export async function recentUntil(
  since: string,
  { recent }: Recents,
  { signal, onLook }: { signal: AbortSignal; onLook: () => void },
): Promise<string> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    onLook();
    const marks = createHash('sha256').update(recent.marks()).digest('hex').slice(0, 32);
    if (marks !== since || signal.aborted || performance.now() >= until) return marks;
    await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}
