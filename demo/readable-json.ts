// JSON as a person likes to read it: what fits on one line stands on one, neighbours share a line, and what was left
// out is marked.
import type { Colors } from 'picocolors/types.js';

/** Stands where something was left out. Its text is shown bare, which no JSON value is. */
export class Omitted {
  readonly text: string;

  constructor(text = '…') {
    this.text = text;
  }
}

/** The named fields of an object, and a mark for the others. */
export function onlyFields(value: object, names: readonly string[]): object {
  const kept = Object.entries(value).filter(([name]) => names.includes(name));
  const isWhole = kept.length === Object.keys(value).length;
  return { ...Object.fromEntries(kept), ...(!isWhole && { others: new Omitted() }) };
}

/** @param width of a line in columns; a single text that is longer stays in one piece */
export function readableJson(value: unknown, width: number, colors: Colors): string {
  return render(value, { width, colors }, '', 0);
}

interface Look {
  width: number;
  colors: Colors;
}

/** @param taken columns of the current line that are in use already */
function render(value: unknown, look: Look, indent: string, taken: number): string {
  const { width, colors } = look;
  if (!isComposed(value) || taken + inOneLine(value).length <= width) return inOneLine(value, colors);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  let text = open;
  let column = width;
  for (const { label, entry, comma } of members(value)) {
    const size = label.length + inOneLine(entry).length + comma.length;
    // A list or an object stands on lines of its own.
    const shares = !isComposed(entry) && column + 1 + size <= width;
    if (!shares) column = inner.length;
    text += shares ? ' ' : `\n${inner}`;
    text += (label && colors.cyan(label)) + render(entry, look, inner, column + label.length + comma.length) + comma;
    column = isComposed(entry) ? width : column + size + 1;
  }
  return `${text}\n${indent}${close}`;
}

function isComposed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Omitted);
}

function inOneLine(value: unknown, colors?: Colors): string {
  if (value instanceof Omitted) return colors ? colors.dim(value.text) : value.text;
  if (!isComposed(value)) {
    const text = JSON.stringify(value);
    return colors ? colorOf(value, colors)(text) : text;
  }
  const parts = members(value).map(
    ({ label, entry, comma }) => (colors && label ? colors.cyan(label) : label) + inOneLine(entry, colors) + comma,
  );
  if (parts.length === 0) return Array.isArray(value) ? '[]' : '{}';
  return Array.isArray(value) ? `[${parts.join(' ')}]` : `{ ${parts.join(' ')} }`;
}

function members(value: object): { label: string; entry: unknown; comma: string }[] {
  const entries = Object.entries(value);
  return entries.map(([name, entry], index) => ({
    label: Array.isArray(value) || entry instanceof Omitted ? '' : `${JSON.stringify(name)}: `,
    entry,
    comma: index < entries.length - 1 ? ',' : '',
  }));
}

function colorOf(value: unknown, colors: Colors): (text: string) => string {
  if (typeof value === 'string') return colors.green;
  return value === null ? colors.dim : colors.yellow;
}
