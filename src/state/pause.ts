// Waits without giving the thread to anybody else.

/** Blocks: whatever is waited for takes another process a few milliseconds. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
