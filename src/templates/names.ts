// The names that a template takes from its scope, read from its text: to say what is missing and what there is, and
// because the engine's strict mode has holes. It complains about a missing value that is printed, looped over or asked
// for its truth; one that goes into a filter or an operator is an empty text to it (`arn-{{ typo | lower }}`).
import { distance } from 'fastest-levenshtein';

/** A name that is not there, and the names that are. */
export interface MissingName {
  /** As the template has it, up to what is missing: `env.PROD_SECRET`. */
  expression: string;
  among: string[];
}

const STRING = String.raw`"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'`;
const INSIDE = `((?:${STRING}|[^"'])*?)`;
const BLOCK = new RegExp(`\\{#[^]*?#\\}|\\{%[-+]?\\s*raw\\b[^]*?endraw|\\{\\{${INSIDE}\\}\\}|\\{%${INSIDE}%\\}`, 'g');
const SUBSCRIPT = new RegExp(`(?<=[\\w\\])]\\s*)\\[\\s*(${STRING}|\\d+)\\s*\\]`, 'g');
// Not a filter, an attribute or a test.
const NAME = /(?<!\w|[.|]\s*|\bis\s+|\bis\s+not\s+)[\p{L}_][\p{L}\p{N}_]*(?:\s*\.\s*[\p{L}\p{N}_§]+)*/gu;
const WORDS = /^(true|false|none|and|or|not|in|is|if|else|elif|for|recursive|set|with|do|autoescape)$/i;
const BUILT_IN = ['range', 'dict', 'namespace', 'loop', 'caller', 'self', 'super', 'varargs', 'kwargs'];

const FEW_NAMES = 8;

interface Block {
  text: string;
  /** The subscripts, for which § and their number stand in the text. */
  keys: string[];
}

interface Use {
  path: string[];
  /** Should it be missing, the engine complains once it comes there: a branch not taken is no reason to. */
  isChecked: boolean;
  /** The template itself asks whether it is there. */
  isGuarded: boolean;
}

/**
 * The first missing name about which the engine itself would not complain; with `all`, the first missing one. A name of
 * which the template asks anywhere `is defined`, or to which it gives a default, is never missing.
 */
export function missingName(template: string, scope: Record<string, unknown>, all = false): MissingName | undefined {
  const blocks = [...template.matchAll(BLOCK)].map(([, printed, tag]) => blockOf(printed ?? tag ?? ''));
  const uses = blocks.flatMap(usesIn);
  const local = new Set([...BUILT_IN, ...blocks.flatMap(localNames)]);
  const guarded = uses.filter(({ isGuarded }) => isGuarded).map(({ path }) => path.join('\0'));
  for (const { path, isChecked } of uses) {
    if (local.has(path[0] ?? '') || (isChecked && !all)) continue;
    if (guarded.some((start) => `${path.join('\0')}\0`.startsWith(`${start}\0`))) continue;
    const missing = lookUp(path, scope);
    if (missing) return missing;
  }
  return undefined;
}

/** Every path that the templates take from their scope, each once; not what they name themselves. */
export function usedNames(templates: readonly string[]): string[][] {
  const paths = templates.flatMap((template) => {
    const blocks = [...template.matchAll(BLOCK)].map(([, printed, tag]) => blockOf(printed ?? tag ?? ''));
    const local = new Set([...BUILT_IN, ...blocks.flatMap(localNames)]);
    return blocks.flatMap(usesIn).flatMap(({ path }) => (local.has(path[0] ?? '') ? [] : [path]));
  });
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

/** The names there are; of many, those that come near to what was written. */
export function namesFor({ expression, among }: MissingName): string {
  if (among.length === 0) return 'there are no names';
  if (among.length <= FEW_NAMES) return `there are ${among.join(', ')}`;
  const wanted = expression.replace(/^.*\./s, '').toLowerCase();
  const far = Math.floor(wanted.length / 2);
  const near = among.filter((name) => distance(name.toLowerCase(), wanted) <= far).slice(0, FEW_NAMES);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `none of the ${among.length} names there is like it`;
}

function blockOf(inside: string): Block {
  const keys: string[] = [];
  const text = inside
    .replace(/^[-+]|[-+]$/g, '')
    .replace(SUBSCRIPT, (_, key: string) => `.§${keys.push(keyIn(key)) - 1}`)
    .replace(new RegExp(STRING, 'g'), '""')
    .trim();
  return { text, keys };
}

const ESCAPED: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** What a number, or a text in quotes, stands for. */
function keyIn(literal: string): string {
  return literal
    .replace(/^["']|["']$/g, '')
    .replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_, code?: string, character = '') =>
      code === undefined ? (ESCAPED[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

/** What the template names itself: variables, loop variables, macros and their parameters. */
function localNames({ text }: Block): string[] {
  const [, tag = '', rest = ''] = /^(set|for|with|macro|call)\b(.*)$/s.exec(text) ?? [];
  const named =
    { set: rest.replace(/=.*/s, ''), for: rest.replace(/\bin\b.*/s, ''), macro: rest, call: rest }[tag] ??
    [...rest.matchAll(/\w+(?=\s*=[^=])/g)].join(' ');
  return named.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
}

function usesIn({ text, keys }: Block): Use[] {
  if (/^(end\w*|block|filter|macro|include|extends|import|from)\b/.test(text)) return [];
  return [...text.matchAll(NAME)].flatMap((found) => {
    const before = text.slice(0, found.index).trimEnd();
    const after = text.slice(found.index + found[0].length).trimStart();
    const path = found[0].split('.').map((step) => step.trim().replace(/^§(\d+)$/, (_, number) => keys[number] ?? ''));
    // A method, or a function, is the engine's to find.
    if (after.startsWith('(')) path.pop();
    const isArgumentName = /^=[^=]/.test(after);
    if (path.length === 0 || isArgumentName || WORDS.test(path[0] ?? '')) return [];
    return {
      path,
      isChecked: /(^|\b(if|elif|in|else))$/.test(before) && /^($|(if|else)\b)/.test(after),
      isGuarded: /^(is\b|\|\s*(default|d)\b)/.test(after),
    };
  });
}

function lookUp(path: string[], scope: Record<string, unknown>): MissingName | undefined {
  let there: unknown = scope;
  for (const [index, step] of path.entries()) {
    const isObject = typeof there === 'object' && there !== null;
    const isNumber = /^\d+$/.test(step);
    // Of a text, a character can be asked for.
    if (typeof there === 'string' && isNumber && Number(step) < there.length) return undefined;
    // Of a list, JavaScript would find its length as well.
    if (!isObject || !Object.hasOwn(there as object, step) || (Array.isArray(there) && !isNumber)) {
      return { expression: path.slice(0, index + 1).join('.'), among: isObject ? Object.keys(there as object) : [] };
    }
    there = (there as Record<string, unknown>)[step];
  }
  return undefined;
}
