// Filters that people bring from Ansible and from SOAR products, and that the engine has not got or has otherwise.
import { dateIn, dateText, formatDate } from './dates.ts';
import * as lists from './list-filters.ts';
import { escapeRegex, findAll, replace, search } from './regex.ts';
import { dictOf, isNull, listOf, plain, Refused, textOf, type Value } from './values.ts';

/** What a filter gets: the value before it, what stands in its brackets, and of that, what has a name. */
type Filter = (value: Value, args: Value[], named: Record<string, Value>) => unknown;

interface Definition {
  apply: Filter;
  /** Of what stands in the brackets, in order: any of it may be given by its name. */
  parameters?: string[];
}

const REGEX = ['ignorecase', 'multiline'];

/** Of text alone; null stays null. */
const ofText = (apply: (text: string, args: Value[]) => unknown, ...parameters: string[]): Definition => ({
  apply: (value, args) => (isNull(value) ? null : apply(textOf(value), args)),
  parameters,
});

export const OWN_FILTERS: Record<string, Definition> = {
  default: { apply: orDefault, parameters: ['default_value', 'boolean'] },
  d: { apply: orDefault, parameters: ['default_value', 'boolean'] },
  mandatory: { apply: mandatory, parameters: ['msg'] },
  ternary: { apply: ternary, parameters: ['true_val', 'false_val', 'none_val'] },
  bool: { apply: toBoolean },
  from_json: ofText(fromJson),
  to_json: { apply: (value, [indent]) => toJson(value, indent), parameters: ['indent', 'sort_keys'] },
  to_nice_json: { apply: (value, [indent]) => toJson(value, indent ?? 4), parameters: ['indent', 'sort_keys'] },
  b64encode: ofText((text) => Buffer.from(text).toString('base64')),
  b64decode: ofText(fromBase64),
  urlencode: { apply: urlEncode },
  urldecode: ofText(urlDecode),
  urlsplit: ofText((text, [part]) => urlSplit(text, part), 'query'),
  basename: ofText((text) => text.slice(text.lastIndexOf('/') + 1)),
  dirname: ofText(directory),
  splitext: ofText(splitExtension),
  removeprefix: ofText(
    (text, [prefix]) => (text.startsWith(textOf(prefix)) ? text.slice(textOf(prefix).length) : text),
    'prefix',
  ),
  removesuffix: ofText(removeSuffix, 'suffix'),
  rsplit: ofText(splitFromEnd, 'sep', 'maxsplit'),
  split: ofText(split, 'sep', 'maxsplit'),
  to_datetime: ofText((text) => dateText(dateIn(text)), 'format'),
  strftime: { apply: strftime, parameters: ['format', 'second'] },
  regex_escape: ofText(escapeRegex),
  regex_search: {
    apply: (value, [pattern, ...groups], named) =>
      search(
        value,
        pattern,
        groups.filter((group) => typeof group === 'string'),
        named,
      ),
    parameters: ['pattern', ...REGEX],
  },
  regex_replace: {
    apply: (value, [pattern, replacement, ignorecase, multiline, count], named) =>
      replace(value, pattern, replacement, named.count ?? count, { ignorecase, multiline, ...named }),
    parameters: ['pattern', 'replacement', ...REGEX, 'count'],
  },
  regex_findall: {
    apply: (value, [pattern, multiline, ignorecase], named) =>
      findAll(value, pattern, { ignorecase, multiline, ...named }),
    parameters: ['regex', 'multiline', 'ignorecase'],
  },
  join: { apply: (value, [separator]) => lists.join(value, separator), parameters: ['d'] },
  flatten: { apply: (value, [levels]) => lists.flatten(listOf(value), levels), parameters: ['levels', 'skip_nulls'] },
  union: { apply: (value, [other]) => lists.union(listOf(value), listOf(other)) },
  intersect: { apply: (value, [other]) => lists.intersect(listOf(value), listOf(other)) },
  difference: { apply: (value, [other]) => lists.without(listOf(value), listOf(other)) },
  symmetric_difference: { apply: (value, [other]) => lists.symmetric(listOf(value), listOf(other)) },
  combine: {
    apply: (value, others, { recursive }) => lists.combine([value, ...others].map(dictOf), recursive === true),
    parameters: ['recursive', 'list_merge'],
  },
  dict2items: { apply: (value) => [...dictOf(value)].map(([key, item]) => ({ key, value: plain(item) })) },
  items2dict: { apply: (value) => lists.toDict(listOf(value)) },
};

/**
 * Calls one as the engine calls it: what is given by name comes last, as a map.
 * @throws Refused
 */
export function applyFilter({ apply, parameters = [] }: Definition, [value, ...given]: Value[]): unknown {
  const last = given.at(-1);
  const isNamed = last instanceof Map && last.size > 0 && [...last.keys()].every((name) => parameters.includes(name));
  if (!isNamed) return apply(value, given, {});
  const args = given.slice(0, -1);
  for (const [name, argument] of last) {
    const index = parameters.indexOf(name);
    if (!REGEX.includes(name)) args[index] = argument;
  }
  return apply(value, Array.from(args), Object.fromEntries(last));
}

function orDefault(value: Value, [other = '', boolean]: Value[], named: Record<string, Value>): Value {
  if (isNull(value)) return other;
  return (named.boolean ?? boolean) === true && !isTrue(value) ? other : value;
}

function mandatory(value: Value): Value {
  if (isNull(value)) throw new Refused('there is no value');
  return value;
}

function ternary(value: Value, [ifTrue, ifFalse, ifNull]: Value[]): Value {
  if (isNull(value) && ifNull !== undefined) return ifNull;
  return isTrue(value) && toBoolean(value) !== false ? ifTrue : ifFalse;
}

/** As Ansible has it: of texts, these are true, and all others are not. */
function toBoolean(value: Value): Value {
  if (typeof value !== 'string') return isNull(value) ? null : isTrue(value);
  const text = value.trim().toLowerCase();
  if (['true', 'yes', 'on', '1', 'y', 't'].includes(text)) return true;
  return ['false', 'no', 'off', '0', 'n', 'f', ''].includes(text) ? false : isTrue(value) && null;
}

/** As Jinja has it: what is empty is not. */
export function isTrue(value: Value): boolean {
  if (value instanceof Map) return value.size > 0;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('the text is not JSON');
  }
}

function toJson(value: Value, indent: Value): string {
  const spaces = typeof indent === 'number' ? Math.min(Math.max(indent, 0), 8) : 0;
  return JSON.stringify(plain(value), null, spaces);
}

function fromBase64(text: string): string {
  const compact = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.replace(/=+$/, '').length % 4 === 1) {
    throw new Refused('the text is not base64');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw new Refused('what the base64 stands for is no text');
  }
}

function urlEncode(value: Value): string | null {
  if (isNull(value)) return null;
  if (value instanceof Map) {
    return [...value].map(([name, item]) => `${encoded(name)}=${encoded(textOf(item ?? ''))}`).join('&');
  }
  return encoded(textOf(value)).replaceAll('%2F', '/');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function urlDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refused('the text is not percent-encoded');
  }
}

function urlSplit(text: string, part: Value): unknown {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Refused('the text is not a URL');
  }
  const parts: Record<string, string | number | null> = {
    scheme: url.protocol.slice(0, -1),
    hostname: url.hostname,
    netloc: url.host,
    path: url.pathname,
    query: url.search.slice(1),
    fragment: url.hash.slice(1),
    port: url.port === '' ? null : Number(url.port),
  };
  if (isNull(part)) return parts;
  if (!Object.hasOwn(parts, textOf(part))) throw new Refused(`a URL has ${Object.keys(parts).join(', ')}`);
  return parts[textOf(part)];
}

function directory(text: string): string {
  const end = text.lastIndexOf('/');
  return end === 0 ? '/' : text.slice(0, Math.max(end, 0));
}

function splitExtension(text: string): string[] {
  const name = text.slice(text.lastIndexOf('/') + 1);
  const dot = name.replace(/^\.+/, (dots) => '_'.repeat(dots.length)).lastIndexOf('.');
  const at = dot <= 0 ? text.length : text.length - name.length + dot;
  return [text.slice(0, at), text.slice(at)];
}

function removeSuffix(text: string, [suffix]: Value[]): string {
  const ending = textOf(suffix);
  return ending !== '' && text.endsWith(ending) ? text.slice(0, -ending.length) : text;
}

/** At blanks where no separator is given, and so many times at most, as Python does. */
function split(text: string, [separator, most]: Value[]): string[] {
  const limit = typeof most === 'number' && most >= 0 ? most : Number.POSITIVE_INFINITY;
  const by = isNull(separator) ? undefined : textOf(separator);
  if (by === '') throw new Refused('the separator is empty');
  const parts: string[] = [];
  let rest = by === undefined ? text.trim() : text;
  if (by === undefined && rest === '') return [];
  while (parts.length < limit) {
    const found = by === undefined ? /\s+/.exec(rest) : undefined;
    const at = by === undefined ? (found?.index ?? -1) : rest.indexOf(by);
    if (at < 0) break;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + (found?.[0].length ?? by?.length ?? 0));
  }
  return [...parts, rest];
}

function splitFromEnd(text: string, [separator, most]: Value[]): string[] {
  const parts = split(text, [separator]);
  if (typeof most !== 'number' || most < 0 || parts.length <= most + 1) return parts;
  const by = isNull(separator) ? ' ' : textOf(separator);
  return [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)];
}

/** Of a date, by a format; or, as Ansible has it, of a format, by seconds since 1970. */
function strftime(value: Value, [format, second]: Value[]): string | null {
  if (isNull(value)) return null;
  const isAnsibles = typeof value === 'string' && value.includes('%');
  if (isAnsibles) return formatDate(dateIn(second ?? format), value);
  return formatDate(dateIn(value), textOf(format));
}

/** Said of a value that a filter was given. */
export function refusalText(name: string, error: unknown): string {
  return `${name}: ${error instanceof Refused ? error.message : 'the value cannot be worked on'}`;
}
