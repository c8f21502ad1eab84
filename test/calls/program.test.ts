// What a program is put together from: what it knows to be secret, and how the settings limit its way to AWS.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { assembleProgram, openAccounts } from '../../src/calls/program.ts';
import { Redactor } from '../../src/redact.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { call, connectionTo, openProgram, temporaryFolder } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

describe('a program', () => {
  it('knows the secrets of its config file and of its environment, and shows them nowhere', () => {
    const settings = settingsSchema.parse({ stateDir: temporaryFolder(), logLevel: 'info' });
    const program = assembleProgram(
      settings,
      { connections: new Map(), defaultLabel: undefined, secrets: ['a-secret-of-the-file'] },
      {
        environment: { AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-environment', HTTPS_PROXY: 'http://ana:opensesame@p' },
        approveCommand: (id) => `approve ${id}`,
        leaving: new AbortController().signal,
      },
    );
    for (const secret of ['a-secret-of-the-file', 'a-secret-of-the-environment', 'opensesame']) {
      expect(program.redactor.isClean(`so ${secret} is`)).toBe(false);
      program.log.info('spoken', { text: secret });
    }
    const log = readFileSync(path.join(settings.stateDir, 'server.log'), 'utf8');
    expect(log.match(/"text":"\(secret\)"/g)).toHaveLength(3);
    expect(program).toMatchObject({ notices: [], callsUnderWay: new Set(), changesUnderWay: new Set() });
    expect(program.approveCommand('x')).toBe('approve x');
  });

  it('has each role that it assumes on record', async () => {
    const sandbox = await aSandbox();
    const program = openProgram({ sandbox });
    await call(program, 'list_policies', { role_arn: sandbox.company.responderRoleArn });
    const audit = readFileSync(path.join(program.settings.stateDir, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
    expect(audit.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'sent', tool: 'sts:AssumeRole', arguments: { role_arn: sandbox.company.responderRoleArn } },
      { event: 'done', tool: 'sts:AssumeRole' },
    ]);
  });

  it('waits for an answer as many seconds as its settings say', async () => {
    const sandbox = await aSandbox();
    sandbox.order({ fault: { kind: 'silence' } });
    const program = openProgram({ sandbox }, { answerTimeout: 0.2, callTimeout: 0.5 });
    const startedAt = performance.now();
    expect((await call(program, 'list_policies', { max_items: '1' })).has_error).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(150);
  });
});

describe('the way to AWS', () => {
  const placeOf = (changes: object) => {
    const settings = settingsSchema.parse({ stateDir: temporaryFolder(), ...changes });
    const accounts = openAccounts(settings, new Redactor(), () => () => {});
    return accounts.place(connectionTo({ region: 'eu-newest-1' }));
  };

  it('goes to a region that nobody knows only where an operator allows it', async () => {
    await expect(placeOf({})).rejects.toMatchObject({ code: 'InvalidArguments' });
    expect(await placeOf({ allowUnknownRegion: true })).toMatchObject({ region: 'eu-newest-1' });
  });
});
