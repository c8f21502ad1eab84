// A new key's secret: in the one file that is meant for it, and in no other byte that leaves the program, whatever goes
// wrong on the way. The connection's own secret is looked for after every test (e2e/session.ts).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { changesIn } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import { personWho } from '../e2e/person.ts';
import { startRewritingProxy } from '../e2e/rewriting-proxy.ts';
import type { Server } from '../e2e/session.ts';
import { auditOf, filesBelow, filesHolding, holds } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const SECRET = 'planted/Secret+0123456789abcdefghijABCDE';
const USER = { user_name: 'tom.okafor' };
const LOUD = ['--log-level', 'debug', '--approval', 'host'];

function expectNowhereElse(server: Pick<Server, 'streams'>, stateDir: string, meant: string[]): void {
  expect(holds(server.streams.stdout, SECRET)).toBe(false);
  expect(holds(server.streams.stderr, SECRET)).toBe(false);
  expect(filesHolding(stateDir, SECRET)).toEqual(meant);
  // The log is there, so that it can have been searched.
  expect(filesBelow(stateDir)).toContain('server.log');
}

describe.concurrent('the secret of a new key', () => {
  test('stands in its own file alone', async ({ start, aws, stateDir }) => {
    aws.plantSecret(SECRET);
    const server = await start({ args: LOUD.slice(0, 2), person: personWho.types(USER.user_name) });
    expect((await server.call('create_access_key', USER)).error).toBeNull();
    await server.call('list_access_keys', USER);
    await server.stop();
    expectNowhereElse(server, stateDir, [`keys/${aws.keysOf(USER.user_name)[0]?.accessKeyId}.csv`]);
  });

  test.for(['malformed-xml', 'lost-answer', 'lost-body'] as const)(
    'is nowhere after an answer with %s, and what to look at is said',
    async (kind, { start, aws, stateDir }) => {
      aws.plantSecret(SECRET);
      aws.order({ operation: 'CreateAccessKey', fault: { kind } });
      const server = await start({ args: LOUD });
      const { error } = await server.call('create_access_key', USER);
      expect(error).toMatch(/^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/);
      await server.stop();
      expectNowhereElse(server, stateDir, []);
      expect(filesBelow(stateDir).filter((file) => file.startsWith('keys/'))).toEqual([]);
      expect(auditOf(stateDir).at(-1)?.event).toBe('outcome-unknown');
      expect(changesIn(aws).map(({ operation, outcome }) => [operation, outcome])).toEqual([
        ['CreateAccessKey', 'done'],
      ]);
    },
  );

  test('is in its file alone when the host cancels while the key is being made', async ({ start, aws, stateDir }) => {
    aws.plantSecret(SECRET);
    aws.order({ operation: 'CreateAccessKey', fault: { kind: 'latency', ms: 500 } });
    const server = await start({ args: LOUD });
    const cancel = new AbortController();
    const call = server.call('create_access_key', USER, { signal: cancel.signal });
    await eventually(() => expect(auditOf(stateDir).at(-1)?.event).toBe('sent'));
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(auditOf(stateDir).at(-1)?.event).toBe('done'));
    await server.stop();
    expectNowhereElse(server, stateDir, [`keys/${aws.keysOf(USER.user_name)[0]?.accessKeyId}.csv`]);
  });

  test.for([
    ['the key id is missing', (xml: string) => xml.replace(/<AccessKeyId>\w+<\/AccessKeyId>/, '')],
    ['it is the answer to something else', (xml: string) => xml.replaceAll('CreateAccessKeyRes', 'CreateUserRes')],
    ['a date cannot be read', (xml: string) => xml.replace(/<CreateDate>[^<]*/, `<CreateDate>${SECRET}`)],
    ['it is never closed', (xml: string) => xml.replace('<SecretAccessKey>', '<SecretAccessKey><![CDATA[')],
    ['something follows it', (xml: string) => `${xml}${SECRET}`],
    ['it is an error that repeats it', (xml: string) => `<ErrorResponse><Error><Code>X</Code>${SECRET}${xml}`],
  ] as const)('is nowhere in an answer in which %s', async ([, rewrite], { start, aws, stateDir }) => {
    const proxy = await startRewritingProxy(aws.endpoint, (operation, xml) =>
      operation === 'CreateAccessKey' ? rewrite(xml) : xml,
    );
    aws.plantSecret(SECRET);
    const server = await start({ args: LOUD, env: { AWS_ENDPOINT_URL: proxy.endpoint } });
    expect((await server.call('create_access_key', USER)).error).toMatch(/^OutcomeUnknown: .*delete it$/);
    await server.stop();
    await proxy.close();
    expectNowhereElse(server, stateDir, []);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('that cannot be kept is of a key that is deleted again', async ({ start, aws, stateDir }) => {
    aws.plantSecret(SECRET);
    aws.order({ operation: 'CreateAccessKey', fault: { kind: 'latency', ms: 500 } });
    const server = await start({ args: LOUD });
    const call = server.call('create_access_key', USER);
    await eventually(() => expect(auditOf(stateDir).at(-1)?.event).toBe('sent'));
    await eventually(() => expect(filesBelow(stateDir).join()).toContain('keys/'));
    rmSync(path.join(stateDir, 'keys'), { recursive: true });
    expect((await call).error).toMatch(
      /^Refused: .*AKIA\w{16} could not be written to its file; the key was deleted again/,
    );
    expect(aws.keysOf(USER.user_name)).toEqual([]);
    await server.stop();
    expectNowhereElse(server, stateDir, []);
  });

  test('is asked for by no key when its file cannot be made', async ({ start, aws, stateDir }) => {
    mkdirSync(stateDir, { mode: 0o700 });
    writeFileSync(path.join(stateDir, 'keys'), 'in the way');
    const server = await start({ args: LOUD });
    const { error } = await server.call('create_access_key', USER);
    expect(error).toMatch(/^Refused: a file for the new secret cannot be made .* Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('given inline stands in the answer and in no file', async ({ start, aws, stateDir }) => {
    aws.plantSecret(SECRET);
    const server = await start({ args: [...LOUD, '--secrets', 'inline'] });
    const { result } = await server.call('create_access_key', USER);
    expect(result).toMatchObject({ AccessKey: { SecretAccessKey: SECRET } });
    expect(filesHolding(stateDir, SECRET)).toEqual([]);
  });
});

describe.concurrent("the connection's own secret", () => {
  test('does not come back although AWS repeats it in an error', async ({ start, aws }) => {
    const message = `no: ${aws.credentials.secretAccessKey}!`;
    aws.order({ operation: 'ListPolicies', fault: { kind: 'error', status: 400, code: 'ValidationError', message } });
    const server = await start({ args: LOUD });
    expect((await server.call('list_policies', {})).error).toBe('ValidationError: no: (secret)!');
  });

  test('and the session of an assumed role do not come back in a result', async ({ start, aws, stateDir }) => {
    let session = '';
    const proxy = await startRewritingProxy(aws.endpoint, (operation, xml) => {
      session ||= /<SecretAccessKey>(.*)<\/SecretAccessKey>/.exec(xml)?.[1] ?? '';
      return operation === 'ListAccessKeys' ? xml.replace('<UserName>', `<UserName>${session}`) : xml;
    });
    const server = await start({ args: LOUD, env: { AWS_ENDPOINT_URL: proxy.endpoint } });
    const args = { user_name: 'ci-deploy', role_arn: aws.company.responderRoleArn };
    expect((await server.call('list_access_keys', args)).result).toMatchObject([{ UserName: '(secret)ci-deploy' }]);
    await server.stop();
    await proxy.close();
    expect(session.length).toBeGreaterThan(20);
    expect(filesHolding(stateDir, session)).toEqual([]);
  });
});
