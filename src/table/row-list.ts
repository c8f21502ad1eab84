// Which rows something is true of, as an entry of a result names them.
import { stretchesOf } from '../plan/row-groups.ts';

// So many are named one by one.
const FEW = 20;

/** `[3, 7, 9]`; of many rows, `["1-40", 44]`. Numbers that stand once stay numbers. */
export function rowList(numbers: readonly number[]): (number | string)[] {
  const sorted = [...numbers].sort((a, b) => a - b);
  if (sorted.length <= FEW) return sorted;
  return stretchesOf(sorted).map(({ text, count }) => (count === 1 ? Number(text) : text));
}
