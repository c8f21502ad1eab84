// What the README has to say, told with its place where it does not.
import { readFileSync } from 'node:fs';

export const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const lines = readme.split('\n');

/** @returns those that stand nowhere in the README */
export function missingInReadme(texts: readonly string[]): string[] {
  return texts.filter((text) => !readme.includes(text));
}

/**
 * Looks for lines that stand in the README one after the other.
 * @returns where they first differ from what is there, or undefined where all is as it should be
 */
export function differenceInReadme(text: string): string | undefined {
  if (readme.includes(text)) return undefined;
  const wanted = text.split('\n');
  const start = lines.indexOf(wanted[0] ?? '');
  if (start < 0) return `README.md has no line: ${wanted[0]}`;
  const differing = wanted.findIndex((line, index) => lines[start + index] !== line);
  return `README.md:${start + differing + 1} has: ${lines[start + differing]}\nit should have: ${wanted[differing]}`;
}
