// Renders a Jinja template over a scope of plain data. The engine (MiniJinja, WebAssembly) is loaded with the first
// template; what has no template in it never gets that far.
import { cleanLine } from '../clean-text.ts';

/** Why a template could not be rendered: a clause in one line, with names and pieces of the template, never a value. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(cleanLine(message, 500));
    this.name = 'TemplateError';
  }
}

/** Whether there is anything to render. A lone `{#` stands in too many texts that are no template. */
export function isTemplate(text: string): boolean {
  return /\{[{%]/.test(text);
}

/** A template, or a piece of one, fit for an error: what stands in quotes may be a secret. */
export function withoutTexts(template: string): string {
  return template.replace(/(["'])(?:\\.|(?!\1).)*\1/gs, '$1…$1');
}

/**
 * @param scope plain JSON data by name; what is not in it is an error, never an empty text
 * @throws TemplateError
 */
export async function render(template: string, scope: Record<string, unknown>): Promise<string> {
  if (!isTemplate(template)) return template;
  const { renderWithEngine } = await import('./engine.ts');
  return renderWithEngine(template, scope);
}

export type Scope = Record<string, unknown>;
export type Rendering = { texts: Record<string, string> } | { field: string; error: TemplateError };

export async function renderEach(
  templates: Readonly<Record<string, string>>,
  scopes: readonly Scope[],
): Promise<Rendering[]> {
  return Promise.all(
    scopes.map(async (scope): Promise<Rendering> => {
      const texts: Record<string, string> = {};
      for (const [field, template] of Object.entries(templates)) {
        try {
          texts[field] = await render(template, scope);
        } catch (error) {
          if (error instanceof TemplateError) return { field, error };
          throw error;
        }
      }
      return { texts };
    }),
  );
}
