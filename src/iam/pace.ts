// How fast one connection asks AWS: so many requests on their way at once, and when AWS throttles it, no more a second
// than AWS takes. The rate is found by the SDK's limiter (CUBIC, as in its adaptive mode): of 500 requests to servers that
// allow 10, 20 and 60 a second it gets 85 to 98 % of that. Two things are set right: left alone it starts with one request
// in two seconds, and slows down once for each answer to one burst, which may be dozens.
import { getSmithyContext } from '@smithy/core/client';
import { DefaultRateLimiter } from '@smithy/core/retry';
import type { FinalizeRequestMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';
import pLimit, { type LimitFunction } from 'p-limit';
import { isThrottling, NotSentError } from './throttling.ts';

// A second: what the limiter starts from when it has seen too little to know better. A slower AWS refuses more of them.
const SLOWEST_RATE = 5;
// The limiter never lets go, and takes a pause for a slow server: after one the next call would crawl.
const FORGOTTEN_AFTER_MS = 30_000;
// For requests whose caller has no time limit to give, such as those for a role that many calls wait for.
const LONGEST_WITHOUT_SIGNAL_MS = 120_000;

/** Shared by all calls and all identities of a connection. */
export class Pace {
  readonly #onTheirWay: LimitFunction;
  /** There is one only while AWS throttles this connection, or did a moment ago. */
  #slowed: { atMs: number } | undefined;
  #limiter = newLimiter();
  // One at a time waits for the limiter: those that have left meanwhile take nothing from it.
  #line = pLimit(1);

  /** @param concurrency how many requests may be on their way at once */
  constructor(concurrency: number) {
    this.#onTheirWay = pLimit(concurrency);
  }

  /** Whether AWS has throttled this connection of late. */
  get isSlowed(): boolean {
    if (this.#slowed && performance.now() - this.#slowed.atMs > FORGOTTEN_AFTER_MS) {
      this.#slowed = undefined;
      this.#limiter = newLimiter();
      this.#line = pLimit(1);
    }
    return this.#slowed !== undefined;
  }

  /**
   * Sends a request when its turn has come, and again for as long as AWS throttles it.
   * @param attempt sends it once; it ends by itself when `signal` is aborted
   * @throws whatever `attempt` throws; when `signal` is aborted before or between, NotSentError or the last throttling
   */
  async send<Output>(
    attempt: () => Promise<Output>,
    signal: AbortSignal = AbortSignal.timeout(LONGEST_WITHOUT_SIGNAL_MS),
  ): Promise<Output> {
    let throttling: unknown;
    for (;;) {
      // Before its turn, so that what AWS throttles keeps no place from what it does not.
      const hasToken = this.isSlowed;
      if (hasToken) await this.#waitForToken(signal);
      let sentAtMs = 0;
      try {
        const sent = await this.#inTurn(signal, async () => {
          // AWS began to throttle while this one waited.
          if (!hasToken && this.isSlowed) return undefined;
          sentAtMs = performance.now();
          return { output: await attempt() };
        });
        if (!sent) continue;
        this.#limiter.updateClientSendingRate({});
        return sent.output;
      } catch (error) {
        if (error instanceof NotSentError) throw throttling ?? error;
        if (!isThrottling(error)) {
          // Or a table of which AWS refuses each row would never get faster again.
          this.#limiter.updateClientSendingRate({});
          throw error;
        }
        this.#slowDown(sentAtMs);
        throttling = error;
      }
    }
  }

  /** @throws NotSentError as soon as `signal` is aborted, while its turn has not come */
  #inTurn<Output>(signal: AbortSignal, attempt: () => Promise<Output>): Promise<Output> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(new NotSentError(this.isSlowed));
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      void this.#onTheirWay(async () => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) return;
        const sending = attempt();
        resolve(sending);
        await sending.catch(() => {});
      });
    });
  }

  #slowDown(sentAtMs: number): void {
    // Of those that were sent before the last slowing down took effect, none says anything new.
    if (this.#slowed && sentAtMs < this.#slowed.atMs) return;
    this.#slowed = { atMs: performance.now() };
    this.#limiter.updateClientSendingRate({ errorType: 'THROTTLING' });
  }

  /** @returns when there is a token, or `signal` is aborted; the limiter's own timer ends within a fifth of a second */
  async #waitForToken(signal: AbortSignal): Promise<void> {
    const limiter = this.#limiter;
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
      signal.addEventListener('abort', leave, { once: true });
    });
    const token = this.#line(async () => {
      if (!signal.aborted) await limiter.getSendToken();
    });
    await Promise.race([token, left]);
    signal.removeEventListener('abort', leave);
  }
}

/** Makes every attempt of a client wait for its turn, before it is signed, and counts them for its exchange's metadata. */
export function keepPace<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  pace: Pace,
): void {
  const paced: FinalizeRequestMiddleware<Input, Output> = (next, context) => (args) => {
    const seen = context as { sends?: number };
    const attempt = () => {
      seen.sends = (seen.sends ?? 0) + 1;
      return next(args);
    };
    // As it was given to the client's `send`.
    return pace.send(attempt, getSmithyContext(context).abortSignal as AbortSignal | undefined);
  };
  // Below the SDK's retries, whose number and quota throttling must not use up.
  stack.addRelativeTo(paced, { name: 'pace', relation: 'before', toMiddleware: 'httpSigningMiddleware' });
}

function newLimiter(): DefaultRateLimiter {
  return new DefaultRateLimiter({ minFillRate: SLOWEST_RATE });
}
