// JSON pointers (RFC 6901), by which a caller says which part of a file is the table.

/** `undefined` for a text that is no pointer. Percent escapes are taken, as in the fragment of a URL. */
export function stepsOf(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((step) => unescaped(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A step that could be taken for an escape is written with one. */
export const pointerOf = (steps: readonly string[]): string =>
  steps
    .map((step) =>
      step
        .replaceAll('~', '~0')
        .replaceAll('/', '~1')
        .replaceAll(/%(?=[0-9a-f]{2})/gi, '%25'),
    )
    .map((step) => `/${step}`)
    .join('');

/** The longest part of the way that leads somewhere, and what is there. */
export function follow(value: unknown, steps: readonly string[]): { found: unknown; taken: number } {
  let found = value;
  for (const [taken, step] of steps.entries()) {
    if (!isHolder(found) || !Object.hasOwn(found, step) || (Array.isArray(found) && !/^\d+$/.test(step))) {
      return { found, taken };
    }
    found = (found as Record<string, unknown>)[step];
  }
  return { found, taken: steps.length };
}

const isHolder = (value: unknown): value is object => typeof value === 'object' && value !== null;

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
