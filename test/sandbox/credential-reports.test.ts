import { GenerateCredentialReportCommand, GetCredentialReportCommand } from '@aws-sdk/client-iam';
import { describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
  'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const HOUR_MS = 60 * 60 * 1000;

const generate = (sandbox: Sandbox) => iamClient(sandbox).send(new GenerateCredentialReportCommand({}));
const get = (sandbox: Sandbox) => iamClient(sandbox).send(new GetCredentialReportCommand({}));

async function linesOf(sandbox: Sandbox): Promise<string[]> {
  await generate(sandbox);
  const { Content } = await get(sandbox);
  return Buffer.from(Content ?? [])
    .toString()
    .split('\n');
}

describe('the credential report', () => {
  it('is not there before somebody has asked for it', async () => {
    expect(await refusalOf(get(await aSandbox()))).toMatch(/^ReportNotPresent 410: /);
  });

  it('takes a while, in which it is said to be in progress', async () => {
    const sandbox = await aSandbox({ reportSeconds: 3600 });
    expect(await generate(sandbox)).toMatchObject({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    });
    expect((await generate(sandbox)).State).toBe('INPROGRESS');
    expect(await refusalOf(get(sandbox))).toMatch(/^ReportInProgress 404: /);
  });

  it('is complete by itself, and then says when it was generated', async () => {
    const now = new Date('2024-05-06T07:08:09Z');
    const sandbox = await aSandbox({ reportSeconds: 0.05, now: () => now });
    await generate(sandbox);
    await vi.waitFor(async () => expect((await generate(sandbox)).State).toBe('COMPLETE'), { timeout: 10_000 });
    expect(await get(sandbox)).toMatchObject({ ReportFormat: 'text/csv', GeneratedTime: now });
  });

  it('expires after four hours, and is generated anew', async () => {
    let now = new Date();
    const sandbox = await aSandbox({ reportSeconds: 0, now: () => now });
    await generate(sandbox);
    now = new Date(now.getTime() + 3 * HOUR_MS);
    expect((await generate(sandbox)).State).toBe('COMPLETE');
    now = new Date(now.getTime() + HOUR_MS + 1);
    expect(await refusalOf(get(sandbox))).toMatch(/^ReportExpired 410: /);
    expect((await generate(sandbox)).State).toBe('STARTED');
    expect((await get(sandbox)).GeneratedTime?.getTime()).toBe(Math.floor(now.getTime() / 1000) * 1000);
  });

  it("has AWS's columns, with the root user first and users by name", async () => {
    const [header, root, ...users] = await linesOf(await aSandbox({ reportSeconds: 0 }));
    expect(header).toBe(HEADER);
    expect(root).toMatch(
      /^<root_account>,arn:aws:iam::111122223333:root,[^,]+,not_supported,no_information,not_supported,not_supported,true,false,N\/A/,
    );
    expect(users.map((line) => line.split(',')[0])).toEqual([
      'backup-runner',
      'ci-deploy',
      'incident-responder',
      'jonas.weber',
      'maria.lindqvist',
      'priya.nair',
      'tom.okafor',
    ]);
  });

  it('tells of keys their status, also of inactive ones when they were used, and of no key N/A', async () => {
    const lines = await linesOf(await aSandbox({ reportSeconds: 0 }));
    const keysOf = (user: string) =>
      lines
        .find((line) => line.startsWith(`${user},`))
        ?.split(',')
        .slice(8, 18);
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    const none = ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
    expect(keysOf('maria.lindqvist')).toEqual([
      ...['false', date, date, 'eu-west-1', 'ec2'],
      ...['true', date, date, 'eu-west-1', 's3'],
    ]);
    expect(keysOf('backup-runner')).toEqual(['true', date, 'N/A', 'N/A', 'N/A', ...none]);
    expect(keysOf('tom.okafor')).toEqual([...none, ...none]);
  });
});
