// What else a user has, as short as a column of a table: few names, and counts beyond that.
import type { Cell } from './action.ts';
import type { KeyFacts } from './facts.ts';
import type { Reading } from './reading.ts';
import { boundaryName, type User } from './user.ts';

const MOST_NAMES = 2;
const LONGEST_NAMES = 32;

/** What is not known is left out: the facts say why. @param otherKeys than the one that is changed */
export function alsoHas(
  user: Pick<User, 'boundary' | 'groups' | 'attached' | 'inline'>,
  otherKeys: readonly KeyFacts[] = [],
): Cell {
  const policies = [...(user.attached.value ?? []).map(({ name }) => name), ...(user.inline.value ?? [])];
  const boundary = boundaryName(user);
  const parts = [
    inBrief('other key', 'other keys', otherKeys.length, otherKeys.length === 1 ? otherKeys[0]?.status : undefined),
    namesOrCount('group', 'groups', namesOf(user.groups)),
    inBrief('policy', 'policies', policies.length),
    boundary === undefined ? '' : boundary.length > LONGEST_NAMES ? 'a boundary' : `boundary ${boundary}`,
  ];
  return { column: 'Also has', shown: parts.filter(Boolean).join('; ') };
}

function namesOf({ value = [] }: Reading<{ name: string }[]>): string[] {
  return value.map(({ name }) => name);
}

function namesOrCount(one: string, many: string, names: string[]): string {
  const shown = names.join(', ');
  if (names.length === 0 || names.length > MOST_NAMES || shown.length > LONGEST_NAMES) {
    return inBrief(one, many, names.length);
  }
  return `${names.length === 1 ? one : many} ${shown}`;
}

function inBrief(one: string, many: string, count: number, detail?: string): string {
  if (count === 0) return '';
  return `${count} ${count === 1 ? one : many}${detail ? `, ${detail}` : ''}`;
}
