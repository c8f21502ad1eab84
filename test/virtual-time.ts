// Time that passes by itself when nothing is left to do but to wait: half a minute of waiting is over at once, and the
// load on the machine changes nothing about when things happen.
import { setImmediate } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';
import { Pace } from '../src/iam/pace.ts';

const REQUEST_MS = 1;

/**
 * Until the test is over, `Date`, `performance` and timers go by a time of their own. Each request takes a millisecond of
 * it. Else it moves only when requests are waiting for their turn and none is on its way: then it jumps to the next timer.
 * So it is not for tests in which an answer is late or never comes.
 */
export function useVirtualTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
  const { send } = Pace.prototype;
  let waiting = 0;
  let onTheirWay = 0;
  const counted =
    <Output>(attempt: () => Promise<Output>) =>
    async () => {
      onTheirWay += 1;
      try {
        return await attempt();
      } finally {
        onTheirWay -= 1;
        vi.advanceTimersByTime(REQUEST_MS);
      }
    };
  const spy = vi.spyOn(Pace.prototype, 'send').mockImplementation(async function (this: Pace, attempt, signal) {
    waiting += 1;
    try {
      return await send.call(this, counted(attempt), signal);
    } finally {
      waiting -= 1;
    }
  });
  const jump = () => {
    const before = performance.now();
    vi.advanceTimersToNextTimer();
    // A real timer of half a millisecond takes a whole one; here it would take none, and its owner wait for ever.
    if (performance.now() === before) vi.advanceTimersByTime(1);
  };
  let isOver = false;
  const pass = async () => {
    for (let idle = 0; !isOver; ) {
      await setImmediate();
      idle = waiting > 0 && onTheirWay === 0 ? idle + 1 : 0;
      // What has just ended may be about to send something. The SDK waits for timers of no time at all, too.
      if (idle <= 2) vi.advanceTimersByTime(0);
      else jump();
    }
  };
  const passing = pass();
  onTestFinished(async () => {
    isOver = true;
    await passing;
    vi.useRealTimers();
    spy.mockRestore();
  });
}
