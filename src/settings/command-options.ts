// What a single command takes beside the settings, and where nothing else does: flags, which no variable and no config
// file has.
import * as z from 'zod';
import { AUDIT_EVENTS } from '../state/audit-events.ts';
import { momentOf } from './moment.ts';
import { optionText } from './option-text.ts';
import { type Option, optionsOf, place } from './settings.ts';

const A_PATH = 'a path in full (~ is not expanded here)';

const ofApprove = z.strictObject({
  browser: z.boolean().default(false).register(optionText, {
    meaning: 'Ask on a page in your browser, which shows all that waits',
  }),
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

const moment = () => z.string().refine((text) => momentOf(text, 0) !== undefined);
const A_MOMENT = 'a date such as 2026-11-28 or 2026-11-28T04:00Z, or an age such as 30m, 2h or 7d';
const filter = () => z.string().min(1);

const ofAuditShow = z.strictObject({
  json: z
    .boolean()
    .default(false)
    .register(optionText, { meaning: 'Print the entries as they are, one JSON line each' }),
  since: moment().optional().register(optionText, {
    valueName: 'WHEN',
    meaning: 'Not before this: a date, or an age such as 2h or 7d',
    expected: A_MOMENT,
  }),
  until: moment().optional().register(optionText, { valueName: 'WHEN', meaning: 'Not after this', expected: A_MOMENT }),
  user: filter().optional().register(optionText, {
    valueName: 'NAME',
    meaning: 'About this IAM user, in the entry or any of its rows',
  }),
  accessKey: filter().min(4).optional().register(optionText, {
    valueName: 'ID',
    meaning: 'About this access key: its id, or the last four characters of it',
    expected: 'an access key id, or its last four characters',
  }),
  tool: filter()
    .optional()
    .register(optionText, { valueName: 'TOOL', meaning: 'Of this tool; sts:AssumeRole for roles' }),
  connection: filter().optional().register(optionText, { valueName: 'LABEL', meaning: 'On this connection' }),
  request: filter().optional().register(optionText, { valueName: 'ID', meaning: 'Of this request' }),
  event: z
    .enum(AUDIT_EVENTS)
    .optional()
    .register(optionText, {
      valueName: 'EVENT',
      meaning: `Of this kind: ${AUDIT_EVENTS.join(', ')}`,
    }),
  limit: z.number().int().min(1).max(1_000_000_000).optional().register(optionText, {
    valueName: 'COUNT',
    meaning: 'The last so many',
    expected: 'a whole number from 1',
  }),
});

const ofAuditVerify = z.strictObject({
  after: z
    .string()
    .regex(/^[\da-f]{64}$/i)
    .optional()
    .register(optionText, {
      valueName: 'HASH',
      meaning: 'Also check that the entry of this hash, which an earlier verify printed, is still there',
      expected: 'a hash of 64 hexadecimal digits',
    }),
});

/** Some take their operand as part of their name. */
const COMMANDS_WITH_OPTIONS = {
  approve: ofApprove,
  doctor: ofDoctor,
  'audit show': ofAuditShow,
  'audit verify': ofAuditVerify,
};

/** An option of this name is the same wherever it is taken. */
export const commandOptionsSchema = z.strictObject({
  ...ofApprove.shape,
  ...ofDoctor.shape,
  ...ofAuditShow.shape,
  ...ofAuditVerify.shape,
});

/** Of all commands: those of any other than the chosen one are as by default. */
export type CommandOptions = z.output<typeof commandOptionsSchema>;

/** The options of each command that has some, as flags. */
export const COMMAND_OPTIONS: Readonly<Record<string, readonly Option[]>> = Object.fromEntries(
  Object.entries(COMMANDS_WITH_OPTIONS).map(([command, schema]) => [command, optionsOf(schema)]),
);
