// What is said of a name that is not there.
import { HABITS } from './language/names-of-the-engine.ts';
import { nearest } from './language/nearest.ts';
import type { Missing, Scope } from './scope.ts';
import { TemplateError } from './template-error.ts';
import { columnsMeantIn, writtenAs } from './written-as.ts';

const FEW_NAMES = 8;
const MANY_NAMES = 40;
const MOST_CHARACTERS = 600;

/** @param isList whether to say all the names there are, though there be many */
export function missingError(
  { expression, among }: Pick<Missing, 'expression' | 'among'>,
  { isList = false, meant = [] }: { isList?: boolean; meant?: string[] } = {},
): TemplateError {
  const written = meant.length > 0 ? meantText(meant) : undefined;
  const said = [`${expression} is undefined`, written, namesFor(expression, among, isList)];
  const isNearSaid = among.length > FEW_NAMES || Object.hasOwn(HABITS, expression);
  const hint = written ?? (isNearSaid ? nearText(expression, among) || undefined : undefined);
  return new TemplateError(said.filter(Boolean).join('; '), { missing: expression, hint });
}

/** Of columns that stand in a template as no template can have them. */
export function meantIn(source: string, scope: Scope | undefined): string[] {
  return scope ? columnsMeantIn(source, scope.columns()) : [];
}

export function meantText(columns: string[]): string {
  return columns.map((column) => `the column '${column}' is written ${writtenAs(column)}`).join(', ');
}

function namesFor(expression: string, among: string[], isList: boolean): string {
  if (Object.hasOwn(HABITS, expression)) return nearText(expression, among);
  if (among.length === 0) return 'there are no names';
  if (among.length <= FEW_NAMES && !isList) return `there are ${listOf(among)}`;
  const all = isList ? `there are ${listOf(among)}` : '';
  return `${nearText(expression, among)} ${all}`.trim() || `none of the ${among.length} names there is like it`;
}

function nearText(expression: string, among: string[]): string {
  const habit = Object.hasOwn(HABITS, expression) ? HABITS[expression] : undefined;
  const near = habit === undefined ? nearest(expression.replace(/^.*\./s, ''), among) : [habit];
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : '';
}

function listOf(names: string[]): string {
  let listed = '';
  for (const [index, name] of names.entries()) {
    if (index >= MANY_NAMES || listed.length + name.length > MOST_CHARACTERS) {
      return `${listed}, and ${names.length - index} more`;
    }
    listed += listed === '' ? name : `, ${name}`;
  }
  return listed;
}
