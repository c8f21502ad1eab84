// Filters that people bring from Ansible and from SOAR products, and that the engine has not got or has otherwise.
import { dateIn, dateText } from './dates.ts';
import * as lists from './list-filters.ts';
import { escapeRegex, findAll, replace, search } from './regex.ts';
import {
  directory,
  fromBase64,
  fromJson,
  removeSuffix,
  split,
  splitExtension,
  splitFromEnd,
  strftime,
  toJson,
  urlDecode,
  urlEncode,
  urlSplit,
} from './text-filters.ts';
import { dictOf, isNull, listOf, plain, Refused, textOf, type Value } from './values.ts';

/** What a filter gets: the value before it, what stands in its brackets, and of that, what has a name. */
type Filter = (value: Value, args: Value[], named: Record<string, Value>) => unknown;

interface Definition {
  apply: Filter;
  /** Of what stands in the brackets, in order: any of it may be given by its name. */
  parameters?: string[];
  /** They are given by name alone: there may be any number of others. */
  isOpen?: boolean;
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
    isOpen: true,
  },
  dict2items: { apply: (value) => [...dictOf(value)].map(([key, item]) => ({ key, value: plain(item) })) },
  items2dict: { apply: (value) => lists.toDict(listOf(value)) },
};

/**
 * Calls one as the engine calls it: what is given by name comes last, as a map.
 * @throws Refused
 */
export function applyFilter({ apply, parameters = [], isOpen }: Definition, [value, ...given]: Value[]): unknown {
  const last = given.at(-1);
  const isNamed = last instanceof Map && last.size > 0 && [...last.keys()].every((name) => parameters.includes(name));
  if (!isNamed) return apply(value, given, {});
  const args = given.slice(0, -1);
  for (const [name, argument] of last) {
    const index = parameters.indexOf(name);
    if (!isOpen && !REGEX.includes(name)) args[index] = argument;
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

/** Said of a value that a filter was given. */
export function refusalText(name: string, error: unknown): string {
  return `${name}: ${error instanceof Refused ? error.message : 'the value cannot be worked on'}`;
}
