// Renders a Jinja template over a scope of plain data. The engine (MiniJinja, WebAssembly) is loaded with the first
// template; what has no template in it never gets that far.

/** Why a template could not be rendered: a clause in one line, with names and pieces of the template, never a value. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

/** Whether there is anything to render. A lone `{#` stands in too many texts that are no template. */
export function isTemplate(text: string): boolean {
  return /\{[{%]/.test(text);
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
