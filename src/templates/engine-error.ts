// What the engine complains of, with the template's own text in the place of what it was given, and no value.
import type { Compiled } from './compiled.ts';
import { type Rewritten, sourceOf } from './language/origins.ts';
import { TemplateError, withoutTexts } from './template-error.ts';

/** A panic, which leaves the engine's memory in no state to go on with. */
export class EngineFailure extends Error {}

/** What failed. */
export interface Failed {
  compiled?: Rewritten & Pick<Compiled, 'source'>;
  /** The name that is missing, where one is. */
  missing: () => TemplateError | undefined;
  what?: 'condition' | 'template';
}

// Of what the engine says, its kind of error: a detail may repeat a value.
const KINDS =
  /^(invalid operation|missing argument|too many arguments|unknown (?:filter|test|function|method|block)|cannot unpack|template not found|bad string escape)\b/;

/** No row is to blame, and the others would come to the same. */
export class TooMuchWork extends TemplateError {}

export function engineError(error: unknown, failed: Failed): TemplateError | EngineFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // The engine's own errors have no other name: a trap, or a stack that is full.
  if (name !== 'Error' || !message.includes('(in '))
    return new EngineFailure('the template engine failed at this template');
  const at = expressionIn(message, failed);
  if (/^undefined value/.test(message)) return failed.missing() ?? new TemplateError(`${at} is undefined`);
  if (/^engine ran out of fuel/.test(message))
    return new TooMuchWork(`the ${failed.what ?? 'template'} asks for too much work`);
  // Here the detail has the template's punctuation alone.
  const [, unexpected] = /^syntax error: (.*?) \(in \w+:/.exec(message) ?? [];
  if (unexpected !== undefined) {
    const kind = failed.what === 'condition' ? 'not a condition' : 'not a Jinja template';
    return new TemplateError(`${kind}: ${unexpected}, at ${at}${habitOf(failed)}`);
  }
  const [kind = `the ${failed.what ?? 'template'} cannot be rendered`] = KINDS.exec(message) ?? [];
  return new TemplateError(`${kind}, at ${at}`);
}

/** What people write in the place of the engine's operators. */
function habitOf({ compiled, what }: Failed): string {
  if (what !== 'condition' || !compiled) return '';
  const written = withoutTexts(compiled.source);
  if (/&&|\|\|/.test(written)) return ": write 'and' and 'or'";
  if (/(^|[^<>=!])=([^=]|$)/.test(written)) return ': write == to compare';
  return /!(?!=)/.test(written) ? ": write 'not'" : '';
}

/** What the engine's carets point at, and the line alone where that goes over several; texts in it are left out. */
function expressionIn(message: string, { compiled }: Failed): string {
  const [, line = '1', source = '', before = '', carets = ''] =
    /^ *(\d+) > (.*)\n {5}i ( *)(\^+) /m.exec(message) ?? /\(in \w+:(\d+)\)/.exec(message) ?? [];
  if (!compiled || carets === '') return `line ${line}`;
  // The engine counts characters, and texts are counted in halves of them.
  const characters = [...source];
  const startOfLine = startOf(compiled.text, Number(line));
  const from = startOfLine + characters.slice(0, before.length).join('').length;
  const to = from + characters.slice(before.length, before.length + carets.length).join('').length;
  const origin = compiled.origins.length === 0 ? { start: from, end: to } : sourceOf(compiled, from, to);
  const expression = origin ? compiled.source.slice(origin.start, origin.end).trim() : '';
  return expression === '' || expression.includes('\n') ? `line ${line}` : `'${withoutTexts(expression)}'`;
}

function startOf(text: string, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1;
  return start;
}
