// How a template has to write the name of a column.

import { quoted } from './language/literals.ts';
import { BUILT_IN } from './language/names-of-the-engine.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WORDS = new Set([...'and or not in is if else true false none True False None row'.split(' '), ...BUILT_IN]);

/** `user`, or `row['User name']`. */
export function writtenAs(column: string): string {
  return NAME.test(column) && !WORDS.has(column) ? column : `row[${quoted(column)}]`;
}

const FEW = 3;

/** Columns that stand in a template as no template can have them: `{{ User name }}`, `{{ user-name }}`. */
export function columnsMeantIn(template: string, columns: readonly string[]): string[] {
  const inBlocks = [...template.matchAll(/\{[{%]([\s\S]*?)[%}]\}/g)].map(([, inside]) => inside).join('\n') || template;
  const written = withoutBlanks(inBlocks.replace(/"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/g, "''"));
  const meant: string[] = [];
  for (const column of columns) {
    if (meant.length >= FEW) break;
    const name = withoutBlanks(column);
    if (column.split('.').every((part) => NAME.test(part)) || !/[\p{L}\p{N}]./u.test(name)) continue;
    if (written.includes(name)) meant.push(column);
  }
  return meant;
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase();
}
