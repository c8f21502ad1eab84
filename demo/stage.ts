// Where the drill is shown: headings, calls, envelopes and what a person is asked. It keeps all that it printed, so
// that the drill can look in it for what must not be there.
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { Envelope } from '../src/envelope.ts';
import { readableJson } from './readable-json.ts';

const INDENT = '   ';
const WIDEST = 120;

// Not where output goes into a file, whatever CI or FORCE_COLOR say. picocolors honours NO_COLOR.
export const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
const BAR = colors.yellow('┃');

export class Stage {
  /** Everything so far, without colours. */
  printed = '';
  readonly #width = Math.max(60, Math.min(process.stdout.columns ?? WIDEST, WIDEST)) - INDENT.length;
  #scenes = 0;

  say(text = ''): void {
    this.printed += `${stripVTControlCharacters(text)}\n`;
    process.stdout.write(`${text}\n`);
  }

  /** A heading, and the story in a line or two. */
  scene(title: string, story: string): void {
    this.#scenes += 1;
    this.say(`\n${colors.bold(`${this.#scenes}. ${title}`)}`);
    this.tell(story);
  }

  tell(text: string): void {
    for (const line of wrap(text, this.#width, 0)) this.say(INDENT + line);
  }

  call(tool: string, input: object): void {
    const given = readableJson(input, this.#width - 2, colors);
    const fits = !given.includes('\n') && widthOf(given) + tool.length + 3 <= this.#width;
    this.say();
    this.#block(colors.cyan('→ '), `${colors.bold(tool)}${fits ? ' ' : '\n'}${given}`);
  }

  envelope(envelope: Envelope): void {
    const arrow = envelope.has_error ? colors.red('← ') : colors.green('← ');
    this.#block(arrow, readableJson(envelope, this.#width - 2, colors));
  }

  /** What a host would show in a form, behind a bar. */
  form(message: string): void {
    for (const [index, line] of message.split('\n').entries()) {
      const loud = line.startsWith('WARNING') ? colors.red : index === 0 ? colors.bold : String;
      for (const part of wrap(line, this.#width - 2, 2)) this.say(`${INDENT}${BAR} ${part && loud(part)}`.trimEnd());
    }
  }

  /** What the person does with the form. */
  does(what: string): void {
    this.say(`${INDENT}${BAR} ${colors.bold(colors.yellow(`> ${what}`))}`);
  }

  #block(mark: string, text: string): void {
    const [first, ...rest] = text.split('\n');
    this.say(`${INDENT}${mark}${first}`);
    for (const line of rest) this.say(`${INDENT}  ${line}`);
  }
}

/** At spaces; lines after the first keep the text's own indent and `hanging` columns more. */
function wrap(text: string, width: number, hanging: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of text.trim().split(' ')) {
    if (!isEmpty && widthOf(`${line} ${word}`) > width) {
      lines.push(line);
      line = indent + ' '.repeat(hanging);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
