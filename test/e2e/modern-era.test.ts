// The built program and hosts of 2026-07-28: the SDK's own client in each of its modes, and a host that leaves, cancels or
// signs in with an MFA device. What becomes of a form in this era, modern-approval.test.ts shows.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, type TestContext } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn, turningOff } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { type Asked, agreedTo, modernHost, type Retry } from './modern-host.ts';
import { whatIsAskedFor } from './person.ts';
import type { RawHost } from './raw-host.ts';
import { MAIN } from './session.ts';
import { test } from './start-server.ts';
import { auditOf, filesBelow, filesHolding, waitingRequests } from './state-files.ts';

const TOOL = 'update_access_key';
const MODERN = { pin: '2026-07-28' } as const;
const MODES = [
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
  [MODERN, '2026-07-28'],
] as const;

/** The SDK's client, whose person types what each form asks for. */
async function connect(
  mode: (typeof MODES)[number][0],
  {
    env,
    stateDir,
    onTestFinished,
  }: { env: Record<string, string>; stateDir: string } & Pick<TestContext, 'onTestFinished'>,
) {
  const client = new Client(
    { name: 'sdk', version: '2' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
  );
  const read: string[] = [];
  client.setRequestHandler('elicitation/create', ({ params }) => {
    read.push(params.message);
    return { action: 'accept', content: { confirmation: whatIsAskedFor(params.message) } };
  });
  onTestFinished(() => client.close());
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [MAIN, '--state-dir', stateDir], env }),
  );
  const call = async (tool: string, args: Record<string, unknown>) =>
    (await client.callTool({ name: tool, arguments: args })).structuredContent as unknown as Envelope;
  return { client, call, read };
}

/** @returns the options of a server that signs in with it */
function writeMfaProfile(folder: string, aws: Sandbox, device = 'ana'): string[] {
  mkdirSync(path.join(folder, '.aws'));
  const { accessKeyId, secretAccessKey } = aws.credentials;
  const base = `[profile base]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
  const ops = `[profile ops]\nrole_arn=${aws.company.responderRoleArn}\nsource_profile=base\nmfa_serial=${device}\n`;
  writeFileSync(path.join(folder, '.aws', 'config'), base + ops, { mode: 0o600 });
  return ['--profile', 'ops'];
}

function withoutKeys({ AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env }: Record<string, string>) {
  return env;
}

/** The call made again with what the device shows. */
function withCode({ forms, state }: Partial<Asked>): Retry {
  const [key = ''] = Object.keys(forms ?? {});
  return {
    responses: { [key]: { action: 'accept', content: { code: '123 456' } } },
    ...(state !== undefined && { state }),
  };
}

describe.for(MODES)('the client of the SDK in the mode %o', ([mode, version]) => {
  test('speaks, reads, is told what went wrong, and makes a change once', async ({
    aws,
    env,
    stateDir,
    onTestFinished,
  }) => {
    const { client, call, read } = await connect(mode, { env, stateDir, onTestFinished });
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
      'get_access_key_last_used',
      'create_access_key',
      'delete_access_key',
      'list_access_keys',
      'update_access_key',
      'attach_user_policy',
      'list_policies',
    ]);
    expect(await call('list_access_keys', { user_name: 'ci-deploy' })).toMatchObject({
      result: [{ AccessKeyId: aws.company.leakedKeyId }],
      error: null,
    });
    expect((await call('list_access_keys', { user_name: 'nobody' })).error).toMatch(/^NoSuchEntity/);
    await expect(client.callTool({ name: 'nope' })).rejects.toMatchObject({
      code: -32602,
      message: 'Unknown tool: nope',
    });
    await expect(client.readResource({ uri: 'iam://nope' })).rejects.toMatchObject({
      code: -32602,
      message: 'There is no resource iam://nope',
    });
    expect((await call(TOOL, turningOff(aws))).error).toBeNull();
    expect(read).toHaveLength(1);
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe('a host of this era', () => {
  test('is told what is spoken, in results that it may keep for an hour', async ({ startRaw }) => {
    const host = modernHost(startRaw());
    const kept = { resultType: 'complete', ttlMs: 3_600_000, cacheScope: 'private' };
    expect((await host.request('server/discover')).result).toMatchObject({
      ...kept,
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, resources: {} },
      instructions: expect.stringMatching(/^AWS IAM actions/),
    });
    expect((await host.request('tools/list')).result).toMatchObject(kept);
    expect((await host.request('resources/list')).result).toMatchObject(kept);
    expect((await host.request('resources/templates/list')).result).toMatchObject(kept);
  });

  test('may look what is spoken and shake hands all the same', async ({ startRaw, aws }) => {
    const raw = startRaw();
    expect((await modernHost(raw).request('server/discover')).result).toHaveProperty('supportedVersions');
    await raw.initialize(true);
    raw.callTool(TOOL, turningOff(aws));
    expect((await raw.messageOf('elicitation/create')).params?.message).toMatch(/^Turn off/);
  });

  test('that states a version nobody speaks is refused before anything is done', async ({
    startRaw,
    aws,
    stateDir,
  }) => {
    const raw = startRaw(['--approval', 'host']);
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2027-01-01' };
    raw.send({ id: 7, method: 'tools/call', params: { name: TOOL, arguments: turningOff(aws), _meta } });
    expect((await raw.answerTo(7)).error).toMatchObject({
      code: -32022,
      message: 'Unsupported protocol version: 2027-01-01',
    });
    expect(aws.log).toEqual([]);
    expect(filesBelow(stateDir)).toEqual([]);
  });

  test.for([
    ['closes its end of the pipe', (raw: RawHost) => raw.closeStdin()],
    ['is gone', (raw: RawHost) => raw.hangUp()],
  ] as const)(
    'that only starts the program, lists, and then %s, leaves nothing behind',
    async ([, leave], { startRaw, stateDir }) => {
      const host = modernHost(startRaw());
      await host.request('server/discover');
      await host.request('tools/list');
      leave(host.raw);
      await host.raw.ended;
      expect(filesBelow(stateDir)).toEqual([]);
    },
  );

  test('of which two processes run at once sees each other’s requests', async ({ startRaw, aws, stateDir }) => {
    const hosts = [modernHost(startRaw()), modernHost(startRaw())] as const;
    const outcomes = await Promise.all(hosts.map((host) => host.call(TOOL, turningOff(aws))));
    expect(waitingRequests(stateDir)).toHaveLength(1);
    // One of them shows the form; the other may be pending by then, or show the same.
    const right = agreedTo(outcomes.find(({ forms }) => forms) ?? {});
    expect(await hosts[1].call(TOOL, turningOff(aws), right)).toMatchObject({ error: null });
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe('a change in this era', () => {
  test('that the host cancels when it was answered is not made, and the answer is left', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw());
    const asked = await host.call(TOOL, turningOff(aws));
    aws.order({ operation: 'GetUser', fault: { kind: 'latency', ms: 1000 } });
    const before = aws.log.length;
    const id = host.send(TOOL, turningOff(aws), agreedTo(asked));
    await eventually(() => expect(aws.log.length).toBeGreaterThan(before));
    host.raw.send({ method: 'notifications/cancelled', params: { requestId: id, reason: 'stopped' } });
    // The same call again carries out what the person agreed to.
    expect(await host.call(TOOL, turningOff(aws))).toMatchObject({ error: null });
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('that was sent is finished when stdin closes', async ({ startRaw, aws, stateDir }) => {
    const host = modernHost(startRaw());
    const asked = await host.call(TOOL, turningOff(aws));
    aws.order({ operation: 'UpdateAccessKey', fault: { kind: 'latency', ms: 1000 } });
    const id = host.send(TOOL, turningOff(aws), agreedTo(asked));
    await eventually(() => expect(auditOf(stateDir).at(-1)?.event).toBe('sent'));
    host.raw.closeStdin();
    expect(await host.answerTo(id)).toMatchObject({ error: null });
    expect((await host.raw.ended).code).toBe(0);
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'sent', 'done']);
  });

  test('by a profile with an MFA device asks for its code first, which is kept nowhere', async ({
    startRaw,
    aws,
    folder,
    stateDir,
    env,
  }) => {
    const device = `arn:aws:iam::${aws.account}:mfa/ana`;
    const host = modernHost(startRaw(writeMfaProfile(folder, aws, device), withoutKeys(env)));
    const asked = await host.call(TOOL, turningOff(aws));
    expect(Object.values(asked.forms ?? {})).toEqual([
      `To sign in to AWS, a code of your MFA device is needed: ${device}`,
    ]);
    expect(asked.state).toBeUndefined();
    const plan = await host.call(TOOL, turningOff(aws), withCode(asked));
    expect(plan.forms?.approval).toMatch(/^Turn off an access key/);
    expect(await host.call(TOOL, turningOff(aws), agreedTo(plan))).toMatchObject({ error: null });
    expect(aws.log.flatMap(({ parameters }) => parameters.TokenCode ?? [])).toEqual(['123456']);
    expect(JSON.stringify(plan)).not.toMatch(/123 ?456/);
    expect(filesHolding(stateDir, '123456')).toEqual([]);
  });

  test('that was agreed to is made, though another process has to ask for an MFA code first', async ({
    startRaw,
    aws,
    folder,
    env,
  }) => {
    const args = writeMfaProfile(folder, aws);
    const first = modernHost(startRaw(args, withoutKeys(env)));
    const asked = await first.call(TOOL, turningOff(aws));
    const plan = await first.call(TOOL, turningOff(aws), withCode(asked));
    await first.raw.stop();
    const second = modernHost(startRaw(args, withoutKeys(env)));
    const again = await second.call(TOOL, turningOff(aws), agreedTo(plan));
    expect(Object.keys(again.forms ?? {})).toEqual([expect.stringMatching(/^mfa-/)]);
    expect(changesIn(aws)).toEqual([]);
    expect(await second.call(TOOL, turningOff(aws), withCode(again))).toMatchObject({ error: null });
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('by a profile whose MFA code nobody types has no credentials', async ({ startRaw, aws, folder, env }) => {
    const host = modernHost(startRaw(writeMfaProfile(folder, aws), withoutKeys(env)));
    const asked = await host.call('list_policies', { max_items: 1 });
    const [key = ''] = Object.keys(asked.forms ?? {});
    for (const response of [
      { action: 'decline' },
      { action: 'accept' },
      { action: 'accept', content: { code: 'letters' } },
    ]) {
      const { error } = await host.call('list_policies', { max_items: 1 }, { responses: { [key]: response } });
      expect(error).toMatch(/^NoCredentials: no MFA code was given for ana/);
    }
  });
});
