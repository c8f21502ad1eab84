// Where in the source of a template each part of what was written anew came from.

/** Which part of what was written came from which part of the source. */
export interface Origin {
  from: number;
  to: number;
  start: number;
  end: number;
  /** Character by character. */
  isCopy?: boolean;
}

export interface Rewritten {
  text: string;
  origins: Origin[];
  /** Of a condition, what it takes by a name out of what it has worked out itself: `(text | from_json).user`, as it is shown. */
  taken: string[];
}

/** What stands in the source for a part of what was written: the smallest expression that it lies in. */
export function sourceOf({ origins }: Rewritten, from: number, to: number): { start: number; end: number } | undefined {
  let smallest: Origin | undefined;
  for (const origin of origins) {
    if (origin.from > from || origin.to < to) continue;
    if (!smallest || origin.to - origin.from < smallest.to - smallest.from) smallest = origin;
  }
  if (!smallest?.isCopy) return smallest;
  const start = smallest.start + from - smallest.from;
  return { start, end: start + to - from };
}
