// Why a template could not be rendered, fit to be shown.
import { cleanLine } from '../clean-text.ts';

const LONGEST = 1200;

/** A clause in one line, with names and pieces of the template, never a value. */
export class TemplateError extends Error {
  /** The name as the template has it, where it is a name that is not there. */
  readonly missing?: string;

  /** @param isClean the message is another TemplateError's, of another thread */
  constructor(message: string, { isClean = false, missing }: { isClean?: boolean; missing?: string | undefined } = {}) {
    super(isClean ? message : cleanLine(message, LONGEST));
    this.name = 'TemplateError';
    if (missing !== undefined) this.missing = isClean ? missing : cleanLine(missing, 200);
  }
}

/** A template, or a piece of one, fit for an error: what stands in quotes, closed or not, may be a secret. */
export function withoutTexts(template: string): string {
  return template.replace(/(["'])(?:\\.|(?!\1)[^\\])*(?:\1|\\?$)/gs, '$1…$1');
}
