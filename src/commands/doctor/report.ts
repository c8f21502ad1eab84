// The doctor's findings as a table for people, or as JSON for machines.
import * as util from 'node:util';
import { cleanLine } from '../../clean-text.ts';
import type { Check, ConnectionReport, Report, Result } from './check.ts';

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', 'not known': 'gray' } as const;
const HEAD = ['CHECK', 'RESULT', 'DETAIL'] as const;
const LONGEST_DETAIL = 1000;
const RESULT_WIDTH = 'not known'.length;

/** Free of secrets and of everything that a terminal would act on. */
export function cleanReport(report: Report, withoutSecrets: (text: string) => string): Report {
  const clean = (text: string) => cleanLine(withoutSecrets(text), LONGEST_DETAIL);
  const cleanCheck = (check: Check): Check => ({ ...check, check: clean(check.check), detail: clean(check.detail) });
  return {
    checks: report.checks.map(cleanCheck),
    connections: report.connections.map(({ label, account, arn, checks }) => ({
      label: clean(label),
      account: account && clean(account),
      arn: arn && clean(arn),
      checks: checks.map(cleanCheck),
    })),
  };
}

/** @returns lines with a line break at the end */
export function reportAsTable({ checks, connections }: Report, withColours: boolean): string {
  const all = [...checks, ...connections.flatMap((connection) => connection.checks)];
  const sections = connections.map(({ label, checks: own }) => ({ label, checks: withoutRepetition(own) }));
  const shown = [...checks, ...sections.flatMap((section) => section.checks)];
  const width = Math.max(...[HEAD[0], ...shown.map(({ check }) => check)].map((text) => text.length));
  const row = (check: string, result: string, detail: string) =>
    `${check.padEnd(width)}  ${result.padEnd(RESULT_WIDTH)}  ${detail}`;
  const rowOf = ({ check, result, detail }: Check) => row(check, coloured(result, withColours), detail);
  return [
    row(...HEAD),
    ...checks.map(rowOf),
    ...sections.flatMap((section) => ['', `Connection ${section.label}`, ...section.checks.map(rowOf)]),
    '',
    summary(all),
    '',
  ].join('\n');
}

/** Where nothing could be asked, every permission has the same to say: one line says it for all. */
function withoutRepetition(checks: readonly Check[]): Check[] {
  const [first, ...others] = checks.filter(isPermission);
  const isOne = first?.result === 'not known' && others.every(({ detail }) => detail === first.detail);
  if (!first || others.length === 0 || !isOne) return [...checks];
  const rest = checks.filter((check) => !isPermission(check));
  return [...rest, { ...first, check: `${others.length + 1} permissions` }];
}

function isPermission({ tools, plansOf, tables }: Check): boolean {
  return tools !== undefined || plansOf !== undefined || tables !== undefined;
}

// Looked up by name: the oldest Node 20 has no styleText, and an import by name would end the program there.
function coloured(result: Result, withColours: boolean): string {
  const text = result.padEnd(RESULT_WIDTH);
  if (!withColours || !('styleText' in util)) return text;
  // Whether there is a terminal was found out by the caller, for the stream that this goes to.
  return util.styleText(COLOURS[result], text, { validateStream: false });
}

function summary(checks: readonly Check[]): string {
  const count = (result: Result) => checks.filter((check) => check.result === result).length;
  return `${count('ok')} ok, ${count('warning')} warning, ${count('failed')} failed, ${count('not known')} not known.`;
}

/** One document of stable names; `ok` is false when something failed. With a line break at the end. */
export function reportAsJson({ checks, connections }: Report, version: string): string {
  const document = {
    ok: !hasFailed({ checks, connections }),
    version,
    checks: checks.map(checkAsJson),
    connections: connections.map(({ label, account, arn, checks: own }: ConnectionReport) => ({
      label,
      account,
      arn,
      checks: own.map(checkAsJson),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function checkAsJson({ check, result, detail, tools, plansOf, tables }: Check) {
  return {
    check,
    result,
    detail,
    ...(tools && { tools }),
    ...(plansOf && { plans_of: plansOf }),
    ...(tables && { tables }),
  };
}

export function hasFailed({ checks, connections }: Report): boolean {
  return [...checks, ...connections.flatMap((connection) => connection.checks)].some(
    ({ result }) => result === 'failed',
  );
}
