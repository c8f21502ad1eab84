// Warnings that something grave may be so, since the fact that would tell was not read. They come before all other
// warnings but the grave ones, wherever those are shown.

/** @param why such as a `Reading` has. @returns such as "its last use is not permitted to read" */
export function notRead(what: string, why: string): string {
  const silent = 'does not tell';
  return why.includes(silent) ? why.replace(silent, () => `${silent} ${what}`) : `${what} is ${why}`;
}

/** @param whether what may be so, with its "whether". @param why with the comma or colon before it */
export function notKnown(whether: string, why = ''): string {
  return `${whether} is not known${why}`;
}

function isNotKnown(warning: string): boolean {
  return /^wh[^,:]* is not known\b/.test(warning);
}

/** Those first, else in the order that they had. */
export function notKnownFirst<T>(warned: T[], textOf: (entry: T) => string): T[] {
  const isFirst = (entry: T) => isNotKnown(textOf(entry));
  return [...warned.filter(isFirst), ...warned.filter((entry) => !isFirst(entry))];
}
