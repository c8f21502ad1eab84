// The doctor as it runs in this process, on connections of a config file that the test writes. Whatever it prints is
// searched for the secrets that it had to do with.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type * as z from 'zod';
import type { Result } from '../../../src/commands/doctor/check.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { settingsSchema } from '../../../src/settings/settings.ts';
import { temporaryFolder } from '../../actions/program.ts';
import { holds } from '../../e2e/state-files.ts';
import { useEmptyHome } from '../../iam/aws-home.ts';
import { aSandbox } from '../../sandbox/a-sandbox.ts';

interface CheckInJson {
  check: string;
  result: Result;
  detail: string;
  tools?: string[];
  plans_of?: string[];
  tables?: string[];
}

export interface Document {
  ok: boolean;
  version: string;
  checks: CheckInJson[];
  connections: { label: string; account: string | null; arn: string | null; checks: CheckInJson[] }[];
}

export interface Order {
  /** As in a config file; without any, the one connection comes from the settings. */
  connections?: object[];
  settings?: Partial<z.input<typeof settingsSchema>>;
  label?: string;
  environment?: Record<string, string>;
  configProblem?: string;
  /** Texts that must not be printed. */
  secrets?: string[];
}

export interface Printer {
  text: string;
  isTTY?: boolean;
  write(text: string): void;
}

export function printer(isTTY?: boolean): Printer {
  return {
    text: '',
    isTTY,
    write(text) {
      this.text += text;
    },
  };
}

/** Runs it once for people and once for machines. */
export async function examine(order: Order) {
  const request = requestOf(order);
  const surroundings = { version: '1.2.3', environment: order.environment ?? process.env };
  const [table, json] = [printer(), printer()];
  const codes = [
    await doctor({ ...request, asJson: false }, { ...surroundings, output: table }),
    await doctor({ ...request, asJson: true }, { ...surroundings, output: json }),
  ];
  for (const secret of order.secrets ?? []) expect(holds(table.text + json.text, secret)).toBe(false);
  const document = JSON.parse(json.text) as Document;
  expect(codes).toEqual([document.ok ? 0 : 1, document.ok ? 0 : 1]);
  const checks = [...document.checks, ...document.connections.flatMap((connection) => connection.checks)];
  return {
    code: codes[0],
    table: table.text,
    document,
    checks,
    /** `result: detail` of the check of that name; fails the test when there is none. */
    found: (name: string) => {
      const check = checks.find((candidate) => candidate.check === name);
      return check ? `${check.result}: ${check.detail}` : expect.unreachable(`there is no check ${name}`);
    },
    /** The names of all checks that came to this. */
    all: (result: Result) => checks.filter((check) => check.result === result).map(({ check }) => check),
  };
}

export function requestOf({ connections, settings = {}, label, configProblem }: Order) {
  const folder = temporaryFolder();
  const config = path.join(folder, 'config.json');
  if (connections) writeFileSync(config, JSON.stringify({ connections }), { mode: 0o600 });
  return {
    settings: settingsSchema.parse({
      stateDir: path.join(folder, 'state'),
      connectTimeout: 10,
      answerTimeout: 10,
      callTimeout: 30,
      ...(connections && { config }),
      ...settings,
    }),
    operands: label === undefined ? [] : [label],
    asJson: true,
    configProblem,
  };
}

/** A sandbox, an environment without anything of AWS's, and a connection that signs with the operator's key. */
export async function openPatient(options: SandboxOptions = {}) {
  const home = useEmptyHome();
  const sandbox = await aSandbox(options);
  const secrets = [sandbox.credentials.secretAccessKey, sandbox.credentials.accessKeyId];
  const connection = connectionTo(sandbox);
  return {
    home,
    sandbox,
    connection,
    secrets,
    examine: (more: object = {}, order: Order = {}) =>
      examine({ connections: [{ ...connection, ...more }], secrets, ...order }),
  };
}

function connectionTo({ endpoint, credentials }: Sandbox) {
  return {
    label: 'prod',
    region: 'us-east-1',
    accessKey: credentials.accessKeyId,
    secretKey: credentials.secretAccessKey,
    endpoint,
  };
}
