// Renders Jinja templates, and decides conditions, over rows of plain data, in a thread of their own that is started with
// the first template; what has no template in it never gets that far.
import type { Seen } from './scope.ts';
import type { Sighting } from './sightings.ts';
import { type Complaint, TemplateError } from './template-error.ts';

export type { Seen } from './scope.ts';
export { TemplateError, withoutTexts } from './template-error.ts';
export { writtenAs } from './written-as.ts';

/** Plain JSON data by name; what is not in it is an error, never an empty text, and null is an empty text. */
export type Scope = Record<string, unknown>;

export type Rendering = { texts: Record<string, string> } | { field: string; error: TemplateError };

/** One expression that is true or false, with or without braces. */
export interface Condition {
  field: string;
  text: string;
  /** Names that there may be although nothing that is seen has them. */
  known?: readonly string[];
}

// For one call in all.
const MOST_OUTPUT = 10_000_000;

/** Whether there is anything to render. A lone `{#` stands in too many texts that are no template. */
export function isTemplate(text: string): boolean {
  return /\{[{%]/.test(text);
}

/** @throws TemplateError */
export async function render(template: string, scope: Scope): Promise<string> {
  if (!isTemplate(template)) return template;
  const [rendering] = await renderEach({ template }, [{ row: {}, values: scope }]);
  if (rendering === undefined || 'error' in rendering) throw rendering?.error;
  return rendering.texts.template ?? '';
}

/**
 * Renders each template once for each row; one rendering a row, in order, with the first field that failed where one
 * did. A text without a template in it stays as it is.
 * @param templates by field
 * @param now what templates take for the present, in milliseconds since 1970
 * @throws TemplateError when the templates took too long or too much and had to be stopped: there are no renderings then
 */
export async function renderEach(
  templates: Readonly<Record<string, string>>,
  seen: readonly Seen[],
  now = Date.now(),
): Promise<Rendering[]> {
  const toRender = Object.entries(templates).filter(([, text]) => isTemplate(text));
  if (toRender.length === 0) return seen.map(() => ({ texts: { ...templates } }));
  const renderings: Rendering[] = [];
  let output = 0;
  const { askForAll } = await import('./ask-for-all.ts');
  const names = toRender.length === 1 ? 'template' : 'templates';
  for await (const { rendered } of askForAll({ templates: toRender, now }, seen, names)) {
    for (const one of rendered) {
      if ('message' in one) {
        renderings.push({ field: one.field, error: errorOf(one) });
        continue;
      }
      const texts = toRender.map(([field], index): [string, string] => [field, one.texts[index] ?? '']);
      renderings.push({ texts: Object.fromEntries([...Object.entries(templates), ...texts]) });
      output += one.texts.reduce((sum, { length }) => sum + length, 0);
    }
    if (output > MOST_OUTPUT) {
      throw new TemplateError(`the templates make more than ${MOST_OUTPUT} characters for all rows, and were stopped`);
    }
  }
  return renderings;
}

/**
 * What a condition comes to for each row, or why it comes to nothing there. A name that some row has is null for those
 * that have not.
 * @param now what conditions take for the present, in milliseconds since 1970
 * @throws TemplateError for what is wrong whatever the rows are, such as a name that no row has
 */
export async function decideEach(
  { text, known = [] }: Condition,
  seen: readonly Seen[],
  now = Date.now(),
): Promise<(boolean | TemplateError)[]> {
  const [{ askForAll }, { missingEverywhere }] = await Promise.all([
    import('./ask-for-all.ts'),
    import('./sightings.ts'),
  ]);
  const outcomes: (boolean | TemplateError)[] = [];
  const sightings: Sighting[][] = [];
  for await (const { decided } of askForAll({ templates: [], condition: { text, known }, now }, seen, 'condition')) {
    if (!decided) continue;
    if (decided.wrong) throw errorOf(decided.wrong);
    sightings.push(decided.sightings);
    for (const outcome of decided.outcomes) outcomes.push(typeof outcome === 'boolean' ? outcome : errorOf(outcome));
  }
  const missing = missingEverywhere(sightings);
  if (missing) throw missing;
  return outcomes;
}

function errorOf({ message, ...details }: Complaint): TemplateError {
  return new TemplateError(message, { isClean: true, ...details });
}
