// One abort signal for several reasons to stop. (AbortSignal.any came with Node 20.3 only.)

/** Aborted with the first of `signals`; `unlink` must be called, or long-lived signals would hold on to it. */
export function linkAborts(...signals: AbortSignal[]): { signal: AbortSignal; unlink: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of signals) {
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  }
  return {
    signal: controller.signal,
    unlink() {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}
