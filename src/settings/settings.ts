// What the operator decides before anything runs. This one schema is the source of every option's name, type,
// bounds, default and meaning: flags, environment variables, the help text and the README's table derive from it.
import path from 'node:path';
import envPaths from 'env-paths';
import * as z from 'zod';
import { LOG_LEVELS } from '../state/log.ts';
import { approversSchema } from './approvers.ts';
import { optionText } from './option-text.ts';
import { ROLE_PATTERN, ROLE_PATTERN_EXAMPLE, rolePatternsIn } from './role-patterns.ts';

export { optionText };

export const PROGRAM = 'aws-iam-mcp';
export const ENVIRONMENT_PREFIX = 'AWS_IAM_MCP_';

const seconds = (least: number, byDefault: number) => z.number().min(least).max(3600).default(byDefault);
const count = (least: number, most: number, byDefault: number) =>
  z.number().int().min(least).max(most).default(byDefault);
const oneLine = z
  .string()
  .min(1)
  .regex(/^\P{Cc}*$/u);
// A host's config file has no shell to expand ~: it would become a folder whose very name is "~".
// Nor is it shown as another one than it is, in the command that a person copies.
export const place = oneLine.regex(/^(?!~)[^\u2028-\u202e\u2066-\u2069]*$/).transform((value) => path.resolve(value));

/** The config file that is read, if it is there, where `--config` is not given. */
export const defaultConfigFile = (): string => path.join(envPaths(PROGRAM, { suffix: '' }).config, 'config.json');

/** The folder for this program's own files where `--state-dir` is not given. */
const defaultStateDir = (): string => envPaths(PROGRAM, { suffix: '' }).data;

export const settingsSchema = z.strictObject({
  sandbox: z
    .boolean()
    .default(false)
    .register(optionText, {
      meaning:
        'Use a built-in IAM endpoint with a made-up company in it: no AWS account is needed or touched. The company is kept ' +
        'in the state dir, for every process that is started on it',
    }),
  sandboxReset: z.boolean().default(false).register(optionText, {
    meaning: 'Begin with a new company in the sandbox, at every start with this option',
  }),
  readOnly: z.boolean().default(false).register(optionText, {
    meaning: 'Offer only the tools that read; a direct call of one that changes something answers ReadOnly',
  }),
  region: oneLine.optional().register(optionText, {
    valueName: 'REGION',
    meaning: 'The AWS region to sign for, which selects the partition',
    defaultText: "AWS's own setting, else us-east-1",
  }),
  allowUnknownRegion: z.boolean().default(false).register(optionText, {
    meaning: 'Take a region that this program does not know yet, by the form of its name',
  }),
  profile: oneLine.optional().register(optionText, {
    valueName: 'NAME',
    meaning: "The profile of AWS's shared config files to take credentials from",
    defaultText: "AWS's own setting",
  }),
  roles: z
    .string()
    .refine((text) => rolePatternsIn(text).length > 0 && rolePatternsIn(text).every((one) => ROLE_PATTERN.test(one)))
    .optional()
    .register(optionText, {
      valueName: 'PATTERNS',
      meaning:
        "Roles that a call's role_arn may name without a person being asked: ARNs with blanks between them, in which * is " +
        'any text. Once it is set, roles of the own account need a pattern, too',
      defaultText: 'those of the own account',
      expected: `one text of patterns of role ARNs with blanks between them, such as ${ROLE_PATTERN_EXAMPLE}`,
    }),
  config: place.optional().register(optionText, {
    valueName: 'FILE',
    meaning: 'A config file: connections, and any of these options but this one',
    defaultText: "config.json in the user's config folder aws-iam-mcp, if there is one",
  }),
  approval: z
    .enum(['auto', 'form', 'terminal', 'host'])
    .default('auto')
    .register(optionText, {
      meaning:
        'How a person is asked before a change: a form in the host, a terminal (aws-iam-mcp approve), or auto, the form ' +
        'where the host has one and else a page in the browser or the terminal. With host nobody is asked here; it is left ' +
        'to the host',
    }),
  open: z
    .enum(['auto', 'never'])
    .default('auto')
    .register(optionText, {
      meaning:
        'Whether a page to answer on is opened in your browser where the host shows no form, with --approval auto: on a ' +
        'machine with a display, and not over SSH. With --approval terminal no page answers',
    }),
  approvalWait: seconds(0, 45).register(optionText, {
    valueName: 'SECONDS',
    meaning:
      'How long a call waits for a person before it returns ApprovalPending. Applies to forms, and to repeated calls that ' +
      'wait for the page or the terminal',
  }),
  approvers: approversSchema.default([]).register(optionText, {
    title: 'Approvers',
    meaning: 'The programs whose signed answers count, such as a bot in a chat, each with the public half of its key',
    onlyInFile: true,
  }),
  secrets: z.enum(['file', 'inline']).default('file').register(optionText, {
    meaning: 'Where a new secret access key goes: a file that only you can read, or the result, which the model reads',
  }),
  stateDir: place.default(defaultStateDir).register(optionText, {
    valueName: 'FOLDER',
    meaning:
      "The folder for this program's own files: new secrets, approvals, journals and plans of tables, the audit, the log and the sandbox",
    defaultText: "aws-iam-mcp in the user's data folder",
  }),
  files: place.optional().register(optionText, {
    valueName: 'FOLDER',
    meaning: 'The folder below which the files of tables are read and written; nothing outside it can be named',
    defaultText: 'files in the state dir',
  }),
  logLevel: z.enum(LOG_LEVELS).default('error').register(optionText, {
    meaning: 'How much goes to server.log in the state dir',
  }),
  connectTimeout: seconds(0.1, 5).register(optionText, {
    valueName: 'SECONDS',
    meaning: 'How long connecting to AWS may take',
  }),
  answerTimeout: seconds(0.1, 30).register(optionText, {
    valueName: 'SECONDS',
    meaning: 'How long AWS may take to answer one request',
  }),
  // Below a minute, after which most hosts give a call up and would never hear what became of it.
  callTimeout: seconds(0.1, 45).register(optionText, {
    valueName: 'SECONDS',
    meaning:
      'How long one call, or one row of a table, may take, retries and pages included, the wait for a person not counted',
  }),
  concurrency: count(1, 64, 8).register(optionText, {
    valueName: 'N',
    meaning: 'How many requests may be on their way to AWS at once, for each connection',
  }),
  tableTimeout: seconds(0.1, 900).register(optionText, {
    valueName: 'SECONDS',
    meaning: 'How long a call with a table may take, the wait for a person not counted; then no further row is started',
  }),
  maxRows: count(1, 100_000, 1000).register(optionText, {
    valueName: 'N',
    meaning: 'How many rows a call may have',
  }),
  maxChangeRows: count(1, 100_000, 250).register(optionText, {
    valueName: 'N',
    meaning: 'How many rows a call that changes something may have',
  }),
  resultLimit: count(0, 100_000_000, 24 * 1024).register(optionText, {
    valueName: 'BYTES',
    meaning: 'How long a result may be; of a longer one the first entries are shown, and all go to a file. 0: no limit',
  }),
  noResourceLinks: z.boolean().default(false).register(optionText, {
    meaning:
      'Leave the links to files out of results, for clients that take no result with a link in it; files are named in any case',
  }),
});

/** Everything an operator can decide. Times are in seconds, `stateDir` and `files` are absolute. */
export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** One option as flags, environment, help text and tables see it. */
export interface Option {
  name: SettingName;
  /** Without the dashes: `read-only`. */
  flag: string;
  /** `AWS_IAM_MCP_READ_ONLY` */
  variable: string;
  kind: 'boolean' | 'number' | 'choice' | 'text';
  choices: readonly string[];
  /** Least and greatest value of a number. */
  bounds?: readonly [number, number];
  /** Whether a number must be whole. */
  isWhole: boolean;
  meaning: string;
  valueName: string;
  /** In words, fit for any machine. */
  defaultText: string;
  /** What its value has to be, where its type does not say. */
  expected?: string;
}

/** The options of a schema that may come from the command line or the environment: all but its secrets, and what only a file can hold. */
export function optionsOf(schema: z.ZodObject): Option[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const text = optionText.get(field as z.ZodType);
    if (text?.secret || text?.onlyInFile) return [];
    if (text === undefined) throw new Error(`settings: ${name} has no meaning registered`);
    const hyphenated = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const fallback = field instanceof z.ZodDefault && text.defaultText === undefined ? field.def.defaultValue : '';
    const bare = field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : field;
    const choices = bare instanceof z.ZodEnum ? bare.options.map(String) : [];
    return {
      name: name as SettingName,
      flag: hyphenated,
      variable: ENVIRONMENT_PREFIX + hyphenated.replaceAll('-', '_').toUpperCase(),
      kind: kindOf(bare),
      choices,
      bounds:
        bare instanceof z.ZodNumber ? ([bare.minValue ?? -Infinity, bare.maxValue ?? Infinity] as const) : undefined,
      isWhole: bare instanceof z.ZodNumber && bare.format === 'safeint',
      meaning: text.meaning,
      valueName: text.valueName ?? choices.join('|'),
      defaultText: text.defaultText ?? (fallback === false ? 'off' : String(fallback)),
      expected: text.expected,
    };
  });
}

function kindOf(bare: unknown): Option['kind'] {
  if (bare instanceof z.ZodBoolean) return 'boolean';
  if (bare instanceof z.ZodNumber) return 'number';
  return bare instanceof z.ZodEnum ? 'choice' : 'text';
}

/** Every option of this program, in the order in which help shows them. */
export const OPTIONS: readonly Option[] = optionsOf(settingsSchema);
