// A template or a condition made ready for the engine: read, checked, written anew.
import { NotUnderstood, TooDeep } from './language/lexer.ts';
import type { Rewritten } from './language/origins.ts';
import { rewrite } from './language/rewrite.ts';
import { TooMuch } from './language/source-writer.ts';
import { type Parsed, parseCondition, parseTemplate } from './language/template-parser.ts';
import { type Uses, unknownText, usesIn } from './language/uses.ts';
import { TemplateError } from './template-error.ts';

export interface Compiled extends Rewritten {
  source: string;
  uses: Uses['uses'];
  roots: Uses['roots'];
}

export const LONGEST_TEMPLATE = 10_000;

/**
 * @returns undefined where it is not understood: the engine has to say what is wrong
 * @throws TemplateError
 */
export function compile(source: string, isCondition: boolean): Compiled | undefined {
  const what = isCondition ? 'condition' : 'template';
  if (source.length > LONGEST_TEMPLATE) {
    throw new TemplateError(`the ${what} has ${source.length} characters, and at most ${LONGEST_TEMPLATE} are read`);
  }
  const parsed = parse(source, isCondition);
  if (parsed === 'too deep')
    throw new TemplateError(
      `not a ${isCondition ? 'condition' : 'Jinja template'} that is read here: it is nested too deep`,
    );
  if (!parsed) return undefined;
  const { uses, roots, unknown } = usesIn(parsed);
  if (unknown) throw new TemplateError(unknownText(unknown));
  try {
    return { source, uses, roots, ...rewrite(parsed) };
  } catch (error) {
    if (error instanceof TooMuch) throw new TemplateError(`the ${what} asks for too much work`);
    throw error;
  }
}

/** @returns undefined where it is not understood */
export function parse(source: string, isCondition: boolean): Parsed | 'too deep' | undefined {
  try {
    return isCondition ? parseCondition(source) : parseTemplate(source);
  } catch (error) {
    if (error instanceof TooDeep) return 'too deep';
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}
