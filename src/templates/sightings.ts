// Which names of a condition some row has. One that no row has is an error: it may be a typo, and `not typo` would choose
// every row.
import type { Compiled } from './compiled.ts';
import { meantIn, missingError } from './missing.ts';
import type { Missing, Scope } from './scope.ts';
import type { TemplateError } from './template-error.ts';

/** Of one name in the condition, over some rows. */
export interface Sighting {
  /** Whether a row has it. */
  isThere: boolean;
  /** As far as any row goes towards it. */
  expression: string;
  depth: number;
  /** The names that there are in its place, of some rows. */
  among: string[];
  meant: string[];
}

const MOST_AMONG = 200;

/** @param sightings of rows before; what is found is added to it */
export function noteSightings(
  sightings: Sighting[],
  { uses, source }: Compiled,
  scope: Scope,
  known: readonly string[],
): void {
  for (const [index, { path }] of uses.entries()) {
    sightings[index] ??= { isThere: false, expression: '', depth: -1, among: [], meant: [] };
    const sighting = sightings[index];
    if (sighting.isThere) continue;
    const missing = scope.lookUp(path);
    if (!missing || isKnown(path, missing, known)) {
      sighting.isThere = true;
    } else if (missing.depth > sighting.depth || sighting.among.length < MOST_AMONG) {
      add(sighting, { ...missing, meant: sighting.depth < 0 ? meantIn(source, scope) : [] });
    }
  }
}

/** The same of names that the condition took out of what it worked out; of one that was not come to, nothing. */
export function noteTaken(
  sightings: Sighting[],
  { uses, taken: expressions }: Compiled,
  taken: ReadonlyMap<number, { isThere: boolean; among: string[] }>,
): void {
  for (const [number, { isThere, among }] of taken) {
    const index = uses.length + number;
    sightings[index] ??= { isThere, expression: expressions[number] ?? '', depth: 1, among: [], meant: [] };
    const sighting = sightings[index];
    sighting.isThere ||= isThere;
    if (sighting.among.length < MOST_AMONG) add(sighting, { ...sighting, among });
  }
}

function add(sighting: Sighting, more: Pick<Sighting, 'expression' | 'depth' | 'among' | 'meant'>): void {
  sighting.meant = [...new Set([...sighting.meant, ...more.meant])];
  if (more.depth < sighting.depth) return;
  const before = more.depth === sighting.depth ? sighting.among : [];
  sighting.among = [...new Set([...before, ...more.among])].slice(0, MOST_AMONG);
  sighting.expression = more.expression;
  sighting.depth = more.depth;
}

/** Below a known name with null in it, nobody can tell what there may be. */
function isKnown(path: readonly string[], { depth, isBelowNull }: Missing, known: readonly string[]): boolean {
  const at = path.length > 1 && (path[0] === 'result' || path[0] === 'row') ? 1 : 0;
  return known.includes(path[at] ?? '') && (depth <= at || isBelowNull);
}

/** The first name that no row has. */
export function missingEverywhere(all: readonly (readonly Sighting[])[]): TemplateError | undefined {
  const most = Math.max(0, ...all.map(({ length }) => length));
  for (let index = 0; index < most; index++) {
    const [sighting, ...others] = all.flatMap((some) => some[index] ?? []);
    if (!sighting || [sighting, ...others].some(({ isThere }) => isThere)) continue;
    for (const other of others) add(sighting, other);
    return missingError(sighting, { isList: true, meant: sighting.meant });
  }
  return undefined;
}
