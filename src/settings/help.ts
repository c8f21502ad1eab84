// The help text and the README's tables of options and of a connection's fields. They derive from the schemas, so that
// none can miss an option or tell an old default.
import * as z from 'zod';
import { approverFields } from './approvers.ts';
import { COMMAND_OPTIONS } from './command-options.ts';
import { COMMANDS } from './commands.ts';
import { connectionSchema } from './connection-schema.ts';
import { OPTIONS, type Option, optionText, PROGRAM } from './settings.ts';

const COLUMNS = 80;
const INDENT = '      ';

/** What `--help` prints: at most 80 columns, with a line break at the end. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(([name, { operand, required, meaning }]) =>
    entry(`${name} ${required ? operand : `[${operand}]`}`, `${meaning}.`),
  );
  const ofCommands = Object.entries(COMMAND_OPTIONS).flatMap(([command, its]) =>
    its.map((option) => entry(`${command} ${usage(option)}`, `${option.meaning}.`)),
  );
  const options = OPTIONS.map((option) => entry(usage(option), `${option.meaning}.`, setBy(option)));
  return [
    `Usage: ${PROGRAM} [COMMAND] [OPTIONS]`,
    '',
    ...wrap(
      'An MCP server for seven AWS IAM actions. Without a command it serves a host on standard input and output. ' +
        'A person agrees to every change before it is made.',
      '',
    ),
    '',
    'Commands:',
    ...commands.flat(),
    '',
    'Options of one command:',
    ...ofCommands.flat(),
    '',
    'Options, each also as an environment variable; the command line wins:',
    ...options.flat(),
    ...entry('--version', 'Print the version.'),
    ...entry('--help', 'Print this text.'),
    '',
    ...wrap(
      'An option that is on or off takes =false to turn it off (--read-only=false); variables take true, yes, 1 or ' +
        'false, no, 0. No option takes a secret: credentials come from where the AWS CLI finds them.',
      '',
    ),
    '',
  ].join('\n');
}

/** The README's table of options, in Markdown, with a line break at the end. */
export function optionsTable(): string {
  const rows = OPTIONS.map((option) => [
    `\`${usage(option)}\``,
    `\`${option.variable}\``,
    option.defaultText,
    `${option.meaning}.`,
  ]);
  return table(['Option', 'Environment', 'Default', 'Meaning'], rows);
}

/** The README's table of what a connection in the config file can have, in Markdown, with a line break at the end. */
export function connectionsTable(): string {
  return fieldsTable(connectionSchema.shape);
}

/** The README's table of what an approver in the config file has, in Markdown, with a line break at the end. */
export function approversTable(): string {
  return fieldsTable(approverFields);
}

function fieldsTable(shape: Readonly<Record<string, z.ZodType>>): string {
  const rows = Object.entries(shape).map(([name, field]) => {
    const { valueName = '', defaultText, meaning = '' } = optionText.get(field) ?? {};
    const fallback = field instanceof z.ZodDefault ? String(field.def.defaultValue) : '';
    return [`\`${name}\``, valueName, defaultText ?? fallback, `${meaning}.`];
  });
  return table(['Field', 'Value', 'Default', 'Meaning'], rows);
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

function usage(option: Option): string {
  return option.kind === 'boolean' ? `--${option.flag}` : `--${option.flag} ${option.valueName}`;
}

function setBy(option: Option): string {
  const range = option.bounds && `${option.bounds.join(' to ')}; `;
  return `[${range ?? ''}default: ${option.defaultText}; ${option.variable}]`;
}

function entry(head: string, ...paragraphs: string[]): string[] {
  return [`  ${head}`, ...paragraphs.flatMap((paragraph) => wrap(paragraph, INDENT))];
}

function wrap(text: string, indent: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && indent.length + line.length + 1 + word.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => indent + line);
}
