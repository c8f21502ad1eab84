// Reads the command line and the environment: which command, on what, with which settings. Strict, because a
// mistyped --read-only that is passed over would leave changes switched on.
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { COMMAND_OPTIONS, type CommandOptions, commandOptionsSchema } from './command-options.ts';
import { type CommandName, chooseCommand } from './commands.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigFile } from './config-file.ts';
import { expected, fromEnvironment, fromText, type Given, mergeGiven, resolveSettings } from './resolve.ts';
import { defaultConfigFile, OPTIONS, type Option, type SettingName, type Settings } from './settings.ts';
import { nearest, shown, UsageError } from './usage-error.ts';

export { UsageError };

/**
 * A command line that has been read. `given` holds the options that were typed, in their order, one token each and
 * independent of the folder: `--sandbox`, `--approval=host`, `--state-dir=/absolute/path`.
 */
export type CommandLine =
  | {
      command: 'serve' | CommandName;
      operands: string[];
      settings: Settings;
      given: string[];
      /** Those of the command alone. */
      options: CommandOptions;
      /** Why the config file was left out, for doctor; any other command does not start without it. */
      configProblem?: string;
    }
  | { command: 'help' }
  | { command: 'version' };

const QUESTIONS = ['help', 'version'] as const;
const OPTION_OF_FLAG = new Map(OPTIONS.map((option) => [option.flag, option]));
// Flags of some commands alone, which are no settings.
const COMMAND_FLAGS = new Map(
  Object.values(COMMAND_OPTIONS).flatMap((options) => options.map((option) => [option.flag, option] as const)),
);
const FLAGS = [...OPTION_OF_FLAG.keys(), ...QUESTIONS, ...COMMAND_FLAGS.keys()];
const optionOf = (flag: string) => OPTION_OF_FLAG.get(flag) ?? COMMAND_FLAGS.get(flag);

/**
 * Reads the arguments, the environment and the config file: the one that they name, else the one in the user's config
 * folder, if there is one.
 * @throws UsageError
 * @throws ConfigError for a config file that is not there, does not parse or does not fit
 */
export async function readCommandLine(argv: string[], env: Record<string, string | undefined>): Promise<CommandLine> {
  const line = parseCommandLine(argv, env);
  if (!('settings' in line)) return line;
  const file = line.settings.config ?? fileThere(defaultConfigFile());
  if (file === undefined) return resetsASandbox(line);
  const { readConfigFile } = await import('./config-file.ts');
  try {
    return resetsASandbox(parseCommandLine(argv, env, readConfigFile(file)));
  } catch (error) {
    if (line.command !== 'doctor' || !(error instanceof ConfigError)) throw error;
    return { ...line, configProblem: error.message };
  }
}

/** Only once all sources are read: one may say sandbox, and another one that it is to begin anew. */
function resetsASandbox(line: CommandLine): CommandLine {
  // To agree, nobody needs the options that the server was given.
  const isStart = line.command === 'serve' || line.command === 'host-config';
  if (isStart && line.settings.sandboxReset && !line.settings.sandbox) {
    throw new UsageError('--sandbox-reset (or AWS_IAM_MCP_SANDBOX_RESET) belongs to --sandbox, which is not given');
  }
  return line;
}

/** A file that is there but cannot be reached counts as there: it may say read-only. */
function fileThere(file: string): string | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false }) && file;
  } catch {
    return file;
  }
}

/**
 * Reads the arguments (without node and script) and the environment. `--help`, then `--version`, win over everything
 * else on the line, so that they help with a wrong one.
 * @param config a config file that has been read; what it says is the weakest
 * @throws UsageError
 */
export function parseCommandLine(
  argv: string[],
  env: Record<string, string | undefined>,
  config?: ConfigFile,
): CommandLine {
  const { tokens } = parseArgs({
    args: argv,
    options: Object.fromEntries(
      FLAGS.map((flag) => [flag, { type: takesValue(optionOf(flag)) ? 'string' : 'boolean' } as const]),
    ),
    // Our own errors name the nearest option; parseArgs' strict ones run over several lines.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const typed = tokens.filter((token) => token.kind === 'option');
  for (const question of QUESTIONS) {
    if (typed.some((token) => token.rawName === `--${question}` && token.value === undefined)) {
      return { command: question };
    }
  }
  const all = typed.map((token) => givenFlag(token, argv[token.index] ?? token.rawName));
  const twice = all.find((flag, index) => all.findIndex((other) => other.name === flag.name) < index);
  if (twice) throw new UsageError(`${twice.from} is given twice`);
  const operands = tokens.filter((token) => token.kind === 'positional').map((token) => token.value);
  const chosen = chooseCommand(operands);
  const isOfCommand = ({ from }: Given) => COMMAND_FLAGS.has(from.slice(2));
  const options = commandOptionsOf(chosen, all.filter(isOfCommand));
  const flags = all.filter((flag) => !isOfCommand(flag));
  const merged = mergeGiven(flags, fromEnvironment(env), config?.given ?? []);
  const settings = resolveSettings(merged);
  if (config && config.connections.length > 0 && !settings.sandbox) refuseBesideConnections(merged, config);
  const given = flags.map((flag) => (settings[flag.name] === true ? flag.from : `${flag.from}=${settings[flag.name]}`));
  if (chosen.command === 'host-config' && given.includes('--approval=host') && !given.includes('--sandbox')) {
    throw new UsageError(
      'host-config writes --approval=host only beside --sandbox: with an account it would ask nobody',
    );
  }
  return { ...chosen, settings, given, options };
}

const OF_ONE_CONNECTION: readonly SettingName[] = ['region', 'profile', 'roles'];

/** With several connections, nobody could say which of them a region or a profile is for. */
function refuseBesideConnections(merged: Given[], { file }: ConfigFile): void {
  const stray = merged.find(({ name }) => OF_ONE_CONNECTION.includes(name));
  if (stray) {
    throw new UsageError(`${stray.from} belongs in a connection of ${shown(file)}, since that file has connections`);
  }
}

const takesValue = (option: Option | undefined): boolean => option !== undefined && option.kind !== 'boolean';

function givenFlag(token: { name: string; value?: string; inlineValue?: boolean }, raw: string): Given {
  const option = optionOf(token.name);
  if (option === undefined) throw unknownOption(raw);
  const from = `--${option.flag}`;
  const { value } = token;
  if (!takesValue(option)) {
    // A command's own is off where it is not typed.
    if (value !== undefined && COMMAND_FLAGS.has(option.flag)) throw new UsageError(`${from} takes no value`);
    return { name: option.name, from, value: value === undefined ? true : fromText(option, value) };
  }
  // As elsewhere, the next option is not a value; one that does begin with a dash can be written --name=-value.
  if (value === undefined || (!token.inlineValue && value.startsWith('-'))) {
    throw new UsageError(`${from} needs a value: ${from} ${option.valueName}`);
  }
  return { name: option.name, from, value: fromText(option, value) };
}

function commandOptionsOf(
  { command, operands }: { command: string; operands: string[] },
  flags: Given[],
): CommandOptions {
  const name = COMMAND_OPTIONS[command] ? command : `${command} ${operands[0]}`;
  for (const { from } of flags) {
    const owners = Object.keys(COMMAND_OPTIONS).filter((owner) => has(owner, from));
    if (!owners.includes(name)) throw new UsageError(`${from} belongs to ${owners.join(' and ')} alone`);
  }
  const parsed = commandOptionsSchema.safeParse(Object.fromEntries(flags.map(({ name, value }) => [name, value])));
  const [issue] = parsed.error?.issues ?? [];
  const wrong = flags.find(({ name }) => name === issue?.path[0]);
  const option = wrong && optionOf(wrong.from.slice(2));
  if (option) {
    const value = String(wrong.value);
    throw new UsageError(
      `${wrong.from} must be ${expected(option)}, not "${shown(value)}"`,
      nearest(value, option.choices),
    );
  }
  if (!parsed.success) throw parsed.error;
  refuseHalfABridge(parsed.data, operands);
  return parsed.data;
}

const has = (command: string, from: string) =>
  COMMAND_OPTIONS[command]?.some(({ flag }) => `--${flag}` === from) ?? false;

function refuseHalfABridge({ bridge, key, newKey }: CommandOptions, operands: string[]): void {
  if (key !== undefined && newKey !== undefined) throw new UsageError('--new-key makes a key, and --key uses one');
  if (bridge && key === undefined && newKey === undefined) {
    throw new UsageError('--bridge needs the key of an approver: --key FILE');
  }
  if (!bridge && key !== undefined) throw new UsageError('--key belongs to --bridge, which is not given');
  if ((bridge || newKey !== undefined) && operands.length > 0) throw new UsageError('a bridge takes no ID');
}

function unknownOption(raw: string): UsageError {
  const written = raw.replace(/=.*/s, '');
  const word = written.replace(/^-+/, '');
  const negated = OPTION_OF_FLAG.get(word.replace(/^no-/, ''));
  if (QUESTIONS.some((question) => written === `--${question}`)) return new UsageError(`${written} takes no value`);
  if (negated?.kind === 'boolean' && word.startsWith('no-')) {
    return new UsageError(`unknown option ${written}`, `--${negated.flag}=false`);
  }
  const meant = nearest(word, FLAGS);
  return new UsageError(`unknown option ${shown(written)}`, meant && `--${meant}`);
}
