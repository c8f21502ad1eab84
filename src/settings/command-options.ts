// What a single command takes beside the settings, and where nothing else does: flags, which no variable and no config
// file has.
import * as z from 'zod';
import { optionText } from './option-text.ts';
import { type Option, optionsOf, place } from './settings.ts';

const A_PATH = 'a path in full (~ is not expanded here)';

const ofApprove = z.strictObject({
  bridge: z.boolean().default(false).register(optionText, {
    meaning: 'Speak JSON lines with a program that asks people elsewhere, such as a bot in a chat',
  }),
  key: place.optional().register(optionText, {
    valueName: 'FILE',
    meaning: "The file with the key of one of the config's approvers, with which a bridge signs its answers",
    expected: A_PATH,
  }),
  newKey: place.optional().register(optionText, {
    valueName: 'FILE',
    meaning: 'Make such a file, and print the public half of the key for the config',
    expected: A_PATH,
  }),
});

const ofDoctor = z.strictObject({
  json: z.boolean().default(false).register(optionText, { meaning: 'Print one JSON document' }),
});

const COMMANDS_WITH_OPTIONS = { approve: ofApprove, doctor: ofDoctor };

export const commandOptionsSchema = z.strictObject({ ...ofApprove.shape, ...ofDoctor.shape });

/** Of all commands: those of any other than the chosen one are as by default. */
export type CommandOptions = z.output<typeof commandOptionsSchema>;

/** The options of each command that has some, as flags. */
export const COMMAND_OPTIONS: Readonly<Record<string, readonly Option[]>> = Object.fromEntries(
  Object.entries(COMMANDS_WITH_OPTIONS).map(([command, schema]) => [command, optionsOf(schema)]),
);
