// Why a template could not be rendered, fit to be shown.
import { cleanLine } from '../clean-text.ts';

const LONGEST = 1200;

interface Details {
  isClean?: boolean;
  missing?: string | undefined;
  hint?: string | undefined;
}

/** The same as one thread tells it to the other. */
export interface Complaint {
  message: string;
  missing?: string | undefined;
  hint?: string | undefined;
}

/** A clause in one line, with names and pieces of the template, never a value. */
export class TemplateError extends Error {
  /** The name as the template has it, where it is a name that is not there. */
  readonly missing?: string;
  /** Of such a name: what may be meant by it, where that is not plain from the few names there are. */
  readonly hint?: string;

  /** @param isClean the texts are another TemplateError's, of another thread */
  constructor(message: string, { isClean = false, missing, hint }: Details = {}) {
    super(isClean ? message : cleanLine(message, LONGEST));
    this.name = 'TemplateError';
    if (missing !== undefined) this.missing = isClean ? missing : cleanLine(missing, 200);
    if (hint !== undefined) this.hint = isClean ? hint : cleanLine(hint, LONGEST);
  }
}

/** A template, or a piece of one, fit for an error: what stands in quotes, closed or not, may be a secret. */
export function withoutTexts(template: string): string {
  return template.replace(/(["'])(?:\\.|(?!\1)[^\\])*(?:\1|\\?$)/gs, '$1…$1');
}
