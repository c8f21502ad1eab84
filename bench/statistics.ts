// Medians and the spread around them. Times on a shared machine have a long tail, which an average would follow.

/** @param share 0.5 for the median, 0.99 for p99. Nearest rank */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `48.1 (45.0-53.2)`: the median and, in parentheses, p10 and p90. */
export function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => percentile(values, share).toFixed(digits));
  return `${middle} (${low}-${high})`;
}
