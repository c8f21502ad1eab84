// An endpoint that takes a request and never answers it: a call ends before its host gives up, and says how often it asked.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settingsSchema } from '../../src/settings/settings.ts';
import { call, openProgram } from '../actions/program.ts';
import { iamAnswer, openHostile } from './hostile-endpoint.ts';
import { CHANGES, openSandboxed } from './sandboxed.ts';

// Little for an answer that will not come, enough for every other on a busy machine.
const impatient = { answerTimeout: 1 };
const READ = ['list_access_keys', { user_name: 'ci-deploy' }] as const;

describe('a request that is never answered', () => {
  it('is sent once, and says so', async () => {
    const { sandbox, arrived, call: made } = await openSandboxed({ settings: impatient });
    sandbox.order({ operation: 'ListAccessKeys', fault: { kind: 'silence' }, times: Number.POSITIVE_INFINITY });
    expect((await made(...READ)).error).toBe(
      'Timeout: no answer to ListAccessKeys within the time allowed (--answer-timeout); it was sent once',
    );
    expect(arrived('ListAccessKeys')).toBe(1);
  });

  it('is not sent again either where an earlier answer was an error of IAM', async () => {
    const { sandbox, arrived, call: made } = await openSandboxed({ settings: impatient });
    sandbox.order({ operation: 'ListAccessKeys', fault: { kind: 'status', status: 503 } });
    sandbox.order({ operation: 'ListAccessKeys', fault: { kind: 'silence' }, times: Number.POSITIVE_INFINITY });
    expect((await made(...READ)).error).toMatch(/^Timeout: .*; it was sent twice$/);
    expect(arrived('ListAccessKeys')).toBe(2);
  });

  it('for the identity of a role, too', async () => {
    const { sandbox, arrived, call: made } = await openSandboxed({ settings: impatient });
    sandbox.order({ operation: 'AssumeRole', fault: { kind: 'silence' }, times: Number.POSITIVE_INFINITY });
    const { error } = await made(READ[0], { ...READ[1], role_arn: sandbox.company.responderRoleArn });
    expect(error).toBe('Timeout: no answer to AssumeRole within the time allowed (--answer-timeout); it was sent once');
    expect(arrived('AssumeRole')).toBe(1);
  });

  it.each(CHANGES)('for the change of $tool leaves the outcome unknown, after one request', async (change) => {
    const sandboxed = await openSandboxed({ settings: impatient });
    sandboxed.sandbox.order({
      operation: change.operation,
      fault: { kind: 'silence' },
      times: Number.POSITIVE_INFINITY,
    });
    const { error } = await sandboxed.call(change.tool, change.given(sandboxed));
    expect(error).toMatch(/^OutcomeUnknown: no answer .*; it was sent once; whether the change was made is not known/);
    expect(sandboxed.arrived(change.operation)).toBe(1);
  });

  it('whole is not sent again: a body that stops', async () => {
    const { asked, call: made } = await openHostile((response, operation) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.write(iamAnswer(operation).slice(0, 20));
    }, impatient);
    expect((await made(...READ)).error).toMatch(/^Timeout: the answer .* did not come in time; it was sent once$/);
    expect(asked).toEqual(['ListAccessKeys']);
  });

  it('nor a connection that is taken and never made secure', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => void sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { from: 'keys', accessKeyId: 'AKIA0123456789ABCDEF', secretAccessKey: 'x'.repeat(40) } as const;
    const program = openProgram({ credentials, endpoint, region: 'us-east-1' }, { ...impatient, connectTimeout: 1 });
    expect((await call(program, ...READ)).error).toMatch(/^(Timeout|NetworkError): /);
    expect(sockets.size).toBe(1);
  });

  it('ends a call in less than 50 seconds as the options are by themselves, whatever else it waited for', () => {
    const { answerTimeout, callTimeout } = settingsSchema.parse({});
    // Over all its requests, however many there are: see time-limit.ts.
    expect(callTimeout).toBeLessThan(50);
    expect(answerTimeout).toBeLessThan(callTimeout);
  });
});
