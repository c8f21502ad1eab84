import { setTimeout as sleep } from 'node:timers/promises';
import { cleanLine } from '../../clean-text.ts';
import { CallError } from '../../errors.ts';
import type { OperationOutput } from '../../iam/account.ts';
import { AwsError } from '../../iam/errors.ts';
import { defineAccountTable, type ReadContext } from './account-table.ts';

type Report = OperationOutput<'GetCredentialReport'>;
type Context = ReadContext<'GenerateCredentialReport' | 'GetCredentialReport'>;

// AWS generates another one only when the last is older.
const GOOD_FOR_MS = 4 * 60 * 60 * 1000;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5_000;
// Of a large account it takes a minute or so.
const LONGEST_WAIT_MS = 180_000;

export const credentialReport = defineAccountTable({
  name: 'iam://credential-report',
  sends: { GenerateCredentialReport: 'repeatable', GetCredentialReport: 'repeatable' },
  async read(context, most) {
    const { Content: content, ReportFormat: format = 'text/csv' } =
      (await lastReport(context)) ?? (await generated(context));
    if (!content || format !== 'text/csv')
      throw badReport(content ? `it is ${cleanLine(format, 60)}, and not CSV` : 'it is empty');
    // With what reads CSV: loaded with the first report.
    const { ReportError, reportRows } = await import('./report-rows.ts');
    try {
      return reportRows(content, most);
    } catch (error) {
      throw error instanceof ReportError ? badReport(error.message) : error;
    }
  },
});

const badReport = (what: string) =>
  new AwsError('BadResponse', `the credential report that came back cannot be read: ${what}`, { notDone: true });

/** The one that there is, if it is good. */
async function lastReport(context: Context): Promise<Report | undefined> {
  const report = await reportIfReady(context);
  const at = report?.GeneratedTime?.getTime() ?? Number.NEGATIVE_INFINITY;
  return Date.now() - at < GOOD_FOR_MS ? report : undefined;
}

/** As good as AWS has it: by its clock, and not this machine's. @throws CallError Timeout */
async function generated(context: Context): Promise<Report> {
  const { send, signal, onProgress } = context;
  const startedAt = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const { State: state } = await send('GenerateCredentialReport', {});
    const report = state === 'COMPLETE' ? await reportIfReady(context) : undefined;
    if (report) return report;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > LONGEST_WAIT_MS) throw notReady(waitedMs);
    onProgress(`AWS generates the credential report of this account (${Math.round(waitedMs / 1000)} s)`);
    await sleep(pauseMs, undefined, { signal }).catch(() => {
      throw notReady(performance.now() - startedAt);
    });
  }
}

function notReady(waitedMs: number): CallError {
  const seconds = Math.round(waitedMs / 1000);
  const goesOn = 'AWS goes on generating it: make the same call again in a minute';
  return new CallError('Timeout', `the credential report was not ready after ${seconds} seconds; ${goesOn}`);
}

const NOT_READY = new Set(['ReportNotPresent', 'ReportExpired', 'ReportInProgress']);

async function reportIfReady({ send }: Context): Promise<Report | undefined> {
  try {
    return await send('GetCredentialReport', {});
  } catch (error) {
    if (error instanceof AwsError && NOT_READY.has(error.code)) return undefined;
    throw error;
  }
}
