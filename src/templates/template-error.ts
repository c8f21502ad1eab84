// Why a template could not be rendered, fit to be shown.
import { cleanLine } from '../clean-text.ts';

/** A clause in one line, with names and pieces of the template, never a value. */
export class TemplateError extends Error {
  /** @param isClean the message is another TemplateError's, of another thread */
  constructor(message: string, { isClean = false } = {}) {
    super(isClean ? message : cleanLine(message, 500));
    this.name = 'TemplateError';
  }
}

/** A template, or a piece of one, fit for an error: what stands in quotes, closed or not, may be a secret. */
export function withoutTexts(template: string): string {
  return template.replace(/(["'])(?:\\.|(?!\1)[^\\])*(?:\1|\\?$)/gs, '$1…$1');
}
