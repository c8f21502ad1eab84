// Regular expressions as Ansible's filters have them, in Python's spelling. One that goes on without end is stopped with
// the thread that it runs in.
import { isNull, Refused, textOf, type Value } from './values.ts';

export interface RegexOptions {
  ignorecase?: Value;
  multiline?: Value;
}

/** In a template's text, `\b` is a backspace and `\1` a control character, unless the backslash is doubled. */
function meantBy(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code === 8) return '\\b';
    return code >= 1 && code <= 7 ? `\\${code}` : character;
  });
}

/** @throws Refused */
export function regexOf(pattern: Value, { ignorecase, multiline }: RegexOptions): RegExp {
  let source = meantBy(textOf(pattern));
  let flags = 'g';
  const [inline = '', letters = ''] = /^\(\?([aimsu]+)\)/.exec(source) ?? [];
  source = source.slice(inline.length);
  if (ignorecase || letters.includes('i')) flags += 'i';
  if (multiline || letters.includes('m')) flags += 'm';
  if (letters.includes('s')) flags += 's';
  source = source.replace(/\\[\s\S]|\(\?P<|\(\?P=(\w+)\)/g, (found, name?: string) => {
    if (found === '(?P<') return '(?<';
    if (name !== undefined) return `\\k<${name}>`;
    if (found === '\\A') return '(?<![\\s\\S])';
    return found === '\\Z' || found === '\\z' ? '(?![\\s\\S])' : found;
  });
  // The stricter mode sees characters outside the basic plane as one; it refuses escapes that Python takes.
  for (const mode of ['u', '']) {
    try {
      return new RegExp(source, flags + mode);
    } catch {
      // The next mode, or none.
    }
  }
  throw new Refused('the pattern is not a regular expression');
}

/** The first find, or of it the groups that are asked for, as `\\1` or `\\g<name>`; null where there is none. */
export function search(text: Value, pattern: Value, groups: Value[], options: RegexOptions): Value {
  if (isNull(text)) return null;
  const found = regexOf(pattern, options).exec(textOf(text));
  if (!found) return null;
  if (groups.length === 0) return found[0];
  return groups.map((group) => groupOf(found, found.groups, meantBy(textOf(group))));
}

export function replace(text: Value, pattern: Value, replacement: Value, count: Value, options: RegexOptions): Value {
  if (isNull(text)) return null;
  const parts = partsOf(meantBy(textOf(replacement ?? '')));
  let left = typeof count === 'number' && count > 0 ? count : Number.POSITIVE_INFINITY;
  return textOf(text).replace(regexOf(pattern, options), (...found) => {
    if (left-- <= 0) return found[0];
    const named = typeof found.at(-1) === 'object' ? found.at(-1) : undefined;
    // Behind the groups are the place and the whole text.
    const groups = found.slice(0, named ? -3 : -2);
    return parts.map((part) => (typeof part === 'string' ? part : groupOf(groups, named, part.group))).join('');
  });
}

/** Each find: its text, its only group, or a list of its groups. */
export function findAll(text: Value, pattern: Value, options: RegexOptions): Value {
  if (isNull(text)) return [];
  return [...textOf(text).matchAll(regexOf(pattern, options))].map(([whole, ...groups]) => {
    if (groups.length === 0) return whole;
    return groups.length === 1 ? (groups[0] ?? '') : groups.map((group) => group ?? '');
  });
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function groupOf(found: ArrayLike<string>, named: Record<string, string> | undefined, group: string): string {
  const name = group.replace(/^\\g<|^\\|>$/g, '');
  if (/^\d+$/.test(name) && Number(name) < found.length) return found[Number(name)] ?? '';
  if (named && Object.hasOwn(named, name)) return named[name] ?? '';
  throw new Refused('the pattern has no such group');
}

function partsOf(replacement: string): (string | { group: string })[] {
  return replacement
    .split(/(\\g<\w+>|\\\d{1,2}|\\\\)/)
    .map((part, index) => (index % 2 === 0 || part === '\\\\' ? part.replace('\\\\', '\\') : { group: part }));
}
