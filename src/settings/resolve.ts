// From what was given to the settings, in pure steps: each source is parsed to a list of `Given`, the lists are
// merged, the result is checked by the schema. The config file is one more list, and the weakest.
import { assertNever } from '../errors.ts';
import {
  ENVIRONMENT_PREFIX,
  OPTIONS,
  type Option,
  type SettingName,
  type Settings,
  settingsSchema,
} from './settings.ts';
import { nearest, shown, UsageError } from './usage-error.ts';

/** One value from one source; `from` is how the person wrote its name, and what an error calls it. */
export interface Given {
  name: SettingName;
  from: string;
  value: unknown;
}

const PLACES: readonly SettingName[] = ['stateDir', 'files', 'config'];
const WORDS = new Map(Object.entries({ true: true, 1: true, yes: true, false: false, 0: false, no: false }));

/**
 * A text as the option's own type. A text that is not of that type is returned as it is: the schema refuses it,
 * so that only values that count are complained about.
 */
export function fromText(option: Option, text: string): unknown {
  switch (option.kind) {
    case 'boolean':
      return WORDS.get(text.toLowerCase()) ?? text;
    case 'number':
      // Plain decimals only: "", "0x10" and "1e3" are numbers to JavaScript, but slips on a command line.
      return /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : text;
    case 'choice':
    case 'text':
      return text;
    default:
      return assertNever(option.kind);
  }
}

/**
 * Reads the `AWS_IAM_MCP_*` variables; an empty one counts as absent.
 * @throws UsageError for a variable of that prefix that is not an option
 */
export function fromEnvironment(environment: Record<string, string | undefined>, platform = process.platform): Given[] {
  return Object.entries(environment).flatMap(([key, text]) => {
    // Names of variables have no case on Windows.
    const variable = platform === 'win32' ? key.toUpperCase() : key;
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || text === undefined || text === '') return [];
    const option = OPTIONS.find((candidate) => candidate.variable === variable);
    if (option === undefined) throw unknownVariable(variable);
    return [{ name: option.name, from: variable, value: fromText(option, text) }];
  });
}

function unknownVariable(variable: string): UsageError {
  const typed = variable.slice(ENVIRONMENT_PREFIX.length).replaceAll('_', '-');
  const flag = nearest(
    typed,
    OPTIONS.map((option) => option.flag),
  );
  const meant = OPTIONS.find((option) => option.flag === flag)?.variable;
  return new UsageError(`unknown environment variable ${shown(variable)}`, meant);
}

/** Merges sources, the strongest first: of a setting given twice, the first counts. */
export function mergeGiven(...sources: Given[][]): Given[] {
  const merged = new Map<SettingName, Given>();
  for (const given of sources.flat()) if (!merged.has(given.name)) merged.set(given.name, given);
  return [...merged.values()];
}

/**
 * Checks what was given and fills in the defaults.
 * @throws UsageError that names the flag or variable with a value it cannot have
 */
export function resolveSettings(merged: Given[]): Settings {
  const values = Object.fromEntries(merged.map((given) => [given.name, given.value]));
  // zod's compiled parser costs more to make (1.5 ms of the start) than this one use of it could save.
  const parsed = settingsSchema.safeParse(values, { jitless: true });
  if (parsed.success) return parsed.data;
  const name = parsed.error.issues[0]?.path[0];
  const given = merged.find((candidate) => candidate.name === name);
  const option = OPTIONS.find((candidate) => candidate.name === name);
  if (given === undefined || option === undefined) throw parsed.error;
  const value = String(given.value);
  throw new UsageError(
    `${given.from} must be ${expected(option)}, not "${shown(value)}"`,
    nearest(value, option.choices),
  );
}

/** What a value of the option has to be, in words that follow "must be" and "expected". */
export function expected(option: Option): string {
  if (option.expected !== undefined) return option.expected;
  switch (option.kind) {
    case 'boolean':
      return 'true or false';
    case 'number':
      return `a ${option.isWhole ? 'whole ' : ''}number from ${option.bounds?.join(' to ')}`;
    case 'choice':
      return `${option.choices.slice(0, -1).join(', ')} or ${option.choices.at(-1)}`;
    case 'text':
      return PLACES.includes(option.name) ? 'a path in full (~ is not expanded here)' : 'a name in one line';
    default:
      return assertNever(option.kind);
  }
}
