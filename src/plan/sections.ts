// A text that has to fit into some room: what of its sections is shown, and what is said in the place of the rest.

export interface Section {
  /** Stands before the items, where any of them is shown. */
  heading?: string[] | undefined;
  /** Each is shown whole or not at all. */
  items: string[][];
  /** What is said in the place of the items from this one on. */
  rest: (shown: number) => string[];
  /** So many are shown before another section gets more. */
  least: number;
  /** And so many at most, where not all is shown. */
  most: number;
}

/** @param shown how many items; all of them where it is left out */
export function linesOf({ heading = [], items, rest }: Section, shown = items.length): string[] {
  return [
    ...(shown > 0 && items.length > 0 ? heading : []),
    ...items.slice(0, shown).flat(),
    ...(shown < items.length ? rest(shown) : []),
  ];
}

/** Of lines, with their breaks. */
export function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

export function mapLines(section: Section, change: (line: string) => string): Section {
  return {
    ...section,
    heading: section.heading?.map(change),
    items: section.items.map((item) => item.map(change)),
    rest: (shown) => section.rest(shown).map(change),
  };
}

/**
 * @param sections the ones that matter most first
 * @param room in characters
 * @returns how many items of each are shown, or undefined where there is not even room for saying that there are some
 */
export function fitted(sections: readonly Section[], room: number): Map<Section, number> | undefined {
  const shown = new Map(sections.map((section) => [section, 0]));
  const lengths = new Map(sections.map((section) => [section, lengthOf(linesOf(section, 0))]));
  let left = room - [...lengths.values()].reduce((sum, length) => sum + length, 0);
  if (left < 0) return undefined;
  for (const limit of ['least', 'most'] as const) {
    for (const section of sections) {
      const own = left + (lengths.get(section) ?? 0);
      const fit = mostThatFit(section, Math.min(section[limit], section.items.length), own);
      if (fit <= (shown.get(section) ?? 0)) continue;
      const length = lengthOf(linesOf(section, fit));
      shown.set(section, fit);
      lengths.set(section, length);
      left = own - length;
    }
  }
  return shown;
}

function mostThatFit({ heading = [], items, rest }: Section, most: number, room: number): number {
  const upTo = [lengthOf(heading)];
  for (const item of items.slice(0, most)) upTo.push((upTo.at(-1) ?? 0) + lengthOf(item));
  for (let count = most; count > 0; count -= 1) {
    const ofRest = count < items.length ? lengthOf(rest(count)) : 0;
    if ((upTo[count] ?? 0) + ofRest <= room) return count;
  }
  return 0;
}
