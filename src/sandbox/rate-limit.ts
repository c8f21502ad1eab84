// How many requests a second the sandbox lets through, as IAM does for each account: a token bucket.

export class RateLimit {
  #perSecond: number;
  #tokens: number;
  #filledAt = performance.now();

  /** @param perSecond Infinity for no limit */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = this.#most;
  }

  /** From now on; what has gathered in the bucket stays, as far as it fits. */
  set perSecond(perSecond: number) {
    this.#fill();
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, this.#most);
  }

  /** Whether one more request may pass now. One that may not costs nothing. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Half a second's worth may pass at once. */
  get #most(): number {
    return Math.max(1, this.#perSecond / 2);
  }

  #fill(): void {
    const now = performance.now();
    // Infinity times no time at all would be NaN.
    const gained =
      this.#perSecond === Number.POSITIVE_INFINITY
        ? this.#perSecond
        : ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#most, this.#tokens + gained);
    this.#filledAt = now;
  }
}
