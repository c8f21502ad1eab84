// Putting the rows of a table together by what is the same about them, and naming them.
import { cleanForPlan } from '../clean-text.ts';

export function grouped<Item>(items: Item[], keyOf: (item: Item) => string): [string, Item[]][] {
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

export function rowNumbers(rows: { number?: number }[], most: number): string {
  const numbers = rows.map(({ number }) => String(number));
  return rows.length === 1 ? `row ${numbers[0]}` : `${rows.length} rows (${few(numbers, most)})`;
}

export function few(values: string[], most: number): string {
  const rest = values.length - most;
  const shown = values.slice(0, most).map((value) => cleanForPlan(value));
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
