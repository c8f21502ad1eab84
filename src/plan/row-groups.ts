// Putting the rows of a table together by what is the same about them, and naming them.

export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups];
}

export function byRarity<Item>(groups: [string, Item[]][]): [string, Item[]][] {
  return groups.sort(([, a], [, b]) => a.length - b.length);
}

/** The smallest and the largest in turn: of each of these, the one that a person has to see may be. */
export function fromBothEnds<Item>(groups: [string, Item[]][]): [string, Item[]][] {
  const left = byRarity([...groups]);
  const ordered: [string, Item[]][] = [];
  while (left.length > 0) {
    const next = ordered.length % 2 === 0 ? left.shift() : left.pop();
    if (next) ordered.push(next);
  }
  return ordered;
}

/** @param most so many numbers or stretches of them are named */
export function rowNumbers(rows: readonly { number?: number }[], most = Number.POSITIVE_INFINITY): string {
  const numbers = rows.map(({ number = 0 }) => number).sort((a, b) => a - b);
  if (numbers.length === 1) return `row ${numbers[0]}`;
  const stretches = stretchesOf(numbers);
  const shown = stretches.slice(0, most);
  const rest = numbers.length - shown.reduce((sum, { count }) => sum + count, 0);
  return `${rows.length} rows (${shown.map(({ text }) => text).join(', ')}${rest > 0 ? ` and ${rest} more` : ''})`;
}

/** Three numbers or more that follow each other are one stretch. @param numbers sorted */
export function stretchesOf(numbers: readonly number[]): { text: string; count: number }[] {
  const stretches: { text: string; count: number }[] = [];
  for (let start = 0; start < numbers.length; ) {
    let end = start;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end += 1;
    const count = end - start + 1;
    if (count < 3)
      stretches.push(...numbers.slice(start, end + 1).map((number) => ({ text: String(number), count: 1 })));
    else stretches.push({ text: `${numbers[start]}-${numbers[end]}`, count });
    start = end + 1;
  }
  return stretches;
}
