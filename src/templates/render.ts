// Renders Jinja templates over scopes of plain data, in a thread of their own that is started with the first template;
// what has no template in it never gets that far.
import { TemplateError } from './template-error.ts';
import type { Answer, Request } from './worker.ts';

export { TemplateError, withoutTexts } from './template-error.ts';

/** Plain JSON data by name; what is not in it is an error, never an empty text, and null is an empty text. */
export type Scope = Record<string, unknown>;

export type Rendering = { texts: Record<string, string> } | { field: string; error: TemplateError };

// What is sent at once: little enough for the time there is on any machine.
const MOST_SCOPES = 25;
const MANY_CHARACTERS = 200_000;

// For one call in all.
const MOST_OUTPUT = 10_000_000;
const MOST_MILLISECONDS = 5_000;

/** Whether there is anything to render. A lone `{#` stands in too many texts that are no template. */
export function isTemplate(text: string): boolean {
  return /\{[{%]/.test(text);
}

/** @throws TemplateError */
export async function render(template: string, scope: Scope): Promise<string> {
  if (!isTemplate(template)) return template;
  const [rendering] = await renderEach({ template }, [scope]);
  if (rendering === undefined || 'error' in rendering) throw rendering?.error;
  return rendering.texts.template ?? '';
}

/**
 * Renders each template once for each scope; one rendering a scope, in order, with the first field that failed where one
 * did. A text without a template in it stays as it is.
 * @param templates by field
 * @param scopes or functions that make them: called shortly before each is rendered, and never for many at once
 * @throws TemplateError when the templates took too long or too much and had to be stopped: there are no renderings then
 */
export async function renderEach(
  templates: Readonly<Record<string, string>>,
  scopes: readonly (Scope | (() => Scope))[],
): Promise<Rendering[]> {
  const toRender = Object.entries(templates).filter(([, text]) => isTemplate(text));
  if (toRender.length === 0) return scopes.map(() => ({ texts: { ...templates } }));
  const { ask } = await import('./rendering-thread.ts');
  const renderings: Rendering[] = [];
  let output = 0;
  let milliseconds = 0;
  while (renderings.length < scopes.length) {
    const answer = await ask({ templates: toRender, scopes: nextScopes(scopes, renderings.length) });
    for (const rendered of answer.rendered) {
      renderings.push(renderingOf(rendered, templates, toRender));
      if ('texts' in rendered) output += rendered.texts.reduce((sum, { length }) => sum + length, 0);
    }
    milliseconds += answer.milliseconds;
    if (output > MOST_OUTPUT) {
      throw new TemplateError(`the templates make more than ${MOST_OUTPUT} characters for all rows, and were stopped`);
    }
    if (milliseconds > MOST_MILLISECONDS) {
      throw new TemplateError(`the templates took more than ${MOST_MILLISECONDS} ms for all rows, and were stopped`);
    }
  }
  return renderings;
}

function nextScopes(scopes: Parameters<typeof renderEach>[1], from: number): string[] {
  const next: string[] = [];
  let characters = 0;
  for (const scope of scopes.slice(from, from + MOST_SCOPES)) {
    const text = jsonOf(typeof scope === 'function' ? scope() : scope);
    characters += text.length;
    if (next.length > 0 && characters > MANY_CHARACTERS) break;
    next.push(text);
  }
  return next;
}

function jsonOf(scope: Scope): string {
  try {
    return JSON.stringify(scope);
  } catch {
    throw new TemplateError('the data for the templates is nested too deep');
  }
}

function renderingOf(
  rendered: Answer['rendered'][number],
  templates: Readonly<Record<string, string>>,
  toRender: Request['templates'],
): Rendering {
  if ('message' in rendered) {
    return { field: rendered.field, error: new TemplateError(rendered.message, { isClean: true }) };
  }
  const texts = toRender.map(([field], index): [string, string] => [field, rendered.texts[index] ?? '']);
  return { texts: Object.fromEntries([...Object.entries(templates), ...texts]) };
}
