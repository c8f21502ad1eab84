// What templates take from a row. It needs their parser: only what is about a table loads it.
import { LONGEST_TEMPLATE, parse } from './compiled.ts';
import { usesIn } from './language/uses.ts';

/**
 * The paths that each takes from its scope, as `['Resource', 'UserName']` or `['row', 'User name']`, and `['row']` where it
 * may be any column. A text without braces is a condition. None for what is no template.
 */
export function usedNames(templates: readonly string[]): string[][] {
  const paths = new Map<string, string[]>();
  for (const template of templates) {
    if (template.length > LONGEST_TEMPLATE) continue;
    const parsed = parse(template, !/\{[{%]/.test(template));
    for (const { path } of parsed && parsed !== 'too deep' ? usesIn(parsed).uses : [])
      paths.set(JSON.stringify(path), path);
  }
  return [...paths.values()];
}
