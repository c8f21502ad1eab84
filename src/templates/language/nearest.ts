// The names that someone may have meant who wrote another.
import { distance } from 'fastest-levenshtein';

const MOST_NEAR = 3;
// Letters to change, add or leave out.
const MOST_FAR = 4;

export function nearest(wanted: string, names: readonly string[]): string[] {
  const lower = wanted.toLowerCase();
  const far = Math.min(MOST_FAR, Math.floor(wanted.length / 2));
  return names
    .filter((name) => Math.abs(name.length - wanted.length) <= far)
    .map((name) => ({ name, far: distance(name.toLowerCase(), lower) }))
    .filter((found) => found.far <= far)
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);
}
