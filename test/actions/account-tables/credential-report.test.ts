// The way to a credential report, against answers that AWS may give one after another.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { credentialReport } from '../../../src/actions/account-tables/credential-report.ts';
import { AwsError } from '../../../src/iam/errors.ts';

const REPORT = 'user,arn\nann,arn:ann';
const refused = (code: string) => new AwsError(code, 'said by AWS', { notDone: true, isAnswer: true });
const report = (more: object = {}) => ({
  Content: Buffer.from(REPORT),
  ReportFormat: 'text/csv',
  GeneratedTime: new Date(),
  ...more,
});

/** @param answers one after another; the last of an operation is given for ever */
async function read(answers: { get: unknown[]; generate?: unknown[] }) {
  const left: Record<string, unknown[]> = {
    GetCredentialReport: [...answers.get],
    GenerateCredentialReport: (answers.generate ?? []).map((State) => (State instanceof Error ? State : { State })),
  };
  const sent: string[] = [];
  const send = async (operation: string) => {
    sent.push(operation.replace('CredentialReport', ''));
    const queue = left[operation] ?? [];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const context = { send, signal: new AbortController().signal, onProgress: () => {} };
  const rows = await credentialReport.read(context as never, 10).catch((error: Error) => error);
  return { rows, sent };
}

const ROWS = [{ user: 'ann', arn: 'arn:ann' }];

describe('a credential report', () => {
  it('that is good is taken as it is', async () => {
    expect(await read({ get: [report()] })).toEqual({ rows: ROWS, sent: ['Get'] });
  });

  it.each(['ReportNotPresent', 'ReportExpired', 'ReportInProgress'])('is generated after %s', async (code) => {
    expect(await read({ get: [refused(code), report()], generate: ['STARTED', 'INPROGRESS', 'COMPLETE'] })).toEqual({
      rows: ROWS,
      sent: ['Get', 'Generate', 'Generate', 'Generate', 'Get'],
    });
  });

  it('that is older than four hours is generated anew, although it is still given out', async () => {
    const old = report({
      Content: Buffer.from('user,arn\nold,arn:old'),
      GeneratedTime: new Date(Date.now() - 14_400_001),
    });
    const { rows, sent } = await read({ get: [old, report()], generate: ['STARTED', 'COMPLETE'] });
    expect({ rows, sent }).toEqual({ rows: ROWS, sent: ['Get', 'Generate', 'Generate', 'Get'] });
  });

  it('that is said to be complete and is not there yet is waited for', async () => {
    const { rows } = await read({
      get: [refused('ReportExpired'), refused('ReportInProgress'), report()],
      generate: ['COMPLETE'],
    });
    expect(rows).toEqual(ROWS);
  });

  it('is not waited for beyond three minutes', async () => {
    const now = vi.spyOn(performance, 'now');
    onTestFinished(() => now.mockRestore());
    let ms = 0;
    now.mockImplementation(() => {
      ms += 100_000;
      return ms;
    });
    const { rows } = await read({ get: [refused('ReportNotPresent')], generate: ['INPROGRESS'] });
    expect(rows).toMatchObject({
      code: 'Timeout',
      message: expect.stringMatching(
        /^the credential report was not ready after \d+ seconds; .*make the same call again/,
      ),
    });
  });

  it.each(['AccessDenied', 'LimitExceeded', 'ServiceFailure'])('ends with %s as AWS says it', async (code) => {
    expect((await read({ get: [refused(code)] })).rows).toMatchObject({ code });
    const { rows } = await read({ get: [refused('ReportNotPresent')], generate: [refused(code)] });
    expect(rows).toMatchObject({ code });
  });

  it.each([
    ['another format', { ReportFormat: 'application/pdf' }, 'it is application/pdf, and not CSV'],
    ['no content', { Content: undefined }, 'it is empty'],
  ])('of %s is an error', async (_, more, why) => {
    expect((await read({ get: [report(more)] })).rows).toMatchObject({
      code: 'BadResponse',
      message: `the credential report that came back cannot be read: ${why}`,
    });
  });
});
