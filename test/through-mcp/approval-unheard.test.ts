// A call that was cancelled once its change was sent: the change is made, its host hears nothing of it, and the next
// identical call says so before anything is done again.
import { describe, expect } from 'vitest';
import { describeRequest } from '../../src/approval/describe-request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn, lastFour, turningOff } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import { AT_ONCE, agree, pendingId, startPatientAws } from '../e2e/pending-call.ts';
import { personWho } from '../e2e/person.ts';
import type { Server } from '../e2e/session.ts';
import { auditOf, filesBelow, filesHolding } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const CREATE = 'create_access_key';
const TOM = { user_name: 'tom.okafor' };
const BY_HOST = ['--approval', 'host'];
const SECRET = 'planted/Secret+0123456789abcdefghijABCDE';

/** @param letGo lets AWS make the change, which has been `sent` */
async function cancelOnceSent(
  server: Server,
  [tool, args]: [string, Record<string, unknown>],
  { sent, letGo }: { sent: Promise<void>; letGo: () => void },
  stateDir: string,
): Promise<void> {
  const cancel = new AbortController();
  const call = server.call(tool, args, { signal: cancel.signal });
  // Should it end before anything is sent, it says why.
  await Promise.race([sent, call.then(({ error }) => Promise.reject(new Error(`it ended: ${error}`)))]);
  cancel.abort();
  await expect(call).rejects.toThrow();
  letGo();
  await untilOver(stateDir);
  expect(auditOf(stateDir).at(-1)?.event).toBe('done');
}

/** Until it is known, and left behind, what the call came to. */
const untilOver = (stateDir: string) =>
  eventually(() => expect(filesBelow(stateDir).some((file) => file.endsWith('.outcome.json'))).toBe(true));

const sentBy = (stateDir: string, title: string) =>
  `an identical call was agreed to and sent at \\d\\d:\\d\\d:\\d\\d UTC by request ${auditOf(stateDir)[0]?.call}: ${title}: done${title.startsWith('Create') ? ': [^{}]*AccessKeyId AKIA\\w+,[^{}]*' : ''}`;

const keysOfTom = (aws: Sandbox) => aws.keysOf(TOM.user_name).length;

describe.concurrent('a creation that was cancelled once it was sent', () => {
  test('is said at the terminal before the next one, to the person and to the model', async ({
    start,
    aws,
    stateDir,
    onTestFinished,
  }) => {
    const patient = await startPatientAws(aws, onTestFinished, 'CreateAccessKey');
    const server = await start({ args: AT_ONCE, env: patient.env });
    agree(stateDir, await pendingId(server, CREATE, TOM), TOM.user_name);
    await cancelOnceSent(server, [CREATE, TOM], patient, stateDir);
    const made = keysOfTom(aws);
    const sent = sentBy(stateDir, 'Create an access key');

    const { error } = await server.call(CREATE, TOM);
    expect(error).toMatch(
      new RegExp(`^ApprovalPending: nothing was changed yet; ${sent}\\. If that settles it, stop here\\. `),
    );
    const [request] = new ApprovalRequests(stateDir).unanswered('terminal');
    if (!request) throw new Error('nothing waits');
    expect(describeRequest(request, stateDir)).toMatch(new RegExp(`^WARNING: ${sent}\nCreate an access key`));
    expect(keysOfTom(aws)).toBe(made);

    agree(stateDir, request.id, TOM.user_name);
    const second = await server.call(CREATE, TOM);
    expect(second.error).toBeNull();
    expect(second.warnings).toContainEqual(expect.stringMatching(new RegExp(`^${sent}\\.$`)));
  });

  test('is said in the form of the next one, and beside its result', async ({
    start,
    aws,
    stateDir,
    onTestFinished,
  }) => {
    const patient = await startPatientAws(aws, onTestFinished, 'CreateAccessKey');
    const person = personWho.types(TOM.user_name);
    const server = await start({ person, env: patient.env });
    await cancelOnceSent(server, [CREATE, TOM], patient, stateDir);
    const sent = sentBy(stateDir, 'Create an access key');
    const { error, warnings } = await server.call(CREATE, TOM);
    expect(error).toBeNull();
    expect(person.read[0]).not.toContain('WARNING: an identical call');
    expect(person.read[1]).toMatch(new RegExp(`^WARNING: ${sent}\nCreate an access key`));
    expect(warnings).toContainEqual(expect.stringMatching(new RegExp(`^${sent}\\.$`)));
  });

  test('is said once with --approval host, which refuses the next one, and then goes on', async ({
    start,
    aws,
    stateDir,
    onTestFinished,
  }) => {
    const patient = await startPatientAws(aws, onTestFinished, 'CreateAccessKey');
    const server = await start({ args: BY_HOST, env: patient.env });
    await cancelOnceSent(server, [CREATE, TOM], patient, stateDir);
    const made = keysOfTom(aws);
    const { error } = await server.call(CREATE, TOM);
    expect(error).toMatch(
      new RegExp(
        `^Refused: ${sentBy(stateDir, 'Create an access key')}; nobody has heard that, .*Nothing was changed\\.$`,
      ),
    );
    expect(keysOfTom(aws)).toBe(made);
    const next = await server.call(CREATE, TOM);
    expect(next.error ?? '').not.toMatch(/^Refused/);
    expect(changesIn(aws)).toHaveLength(2);
  });

  test.for([
    ['a person', AT_ONCE],
    ['the host', BY_HOST],
  ] as const)(
    'leaves no secret behind that was to be in its result, where %s is asked',
    async ([, args], { start, aws, stateDir, onTestFinished }) => {
      aws.plantSecret(SECRET);
      const patient = await startPatientAws(aws, onTestFinished, 'CreateAccessKey');
      const server = await start({ args: [...args, '--secrets', 'inline', '--log-level', 'debug'], env: patient.env });
      if (args === AT_ONCE) agree(stateDir, await pendingId(server, CREATE, TOM), TOM.user_name);
      await cancelOnceSent(server, [CREATE, TOM], patient, stateDir);
      expect((await server.call(CREATE, TOM)).has_error).toBe(true);
      await server.stop();
      expect(server.streams.stdout).not.toContain(SECRET);
      expect(filesHolding(stateDir, SECRET)).toEqual([]);
    },
  );
});

describe.concurrent('another change that was cancelled once it was sent', () => {
  test('is a warning of the next one with --approval host, once', async ({ start, aws, stateDir, onTestFinished }) => {
    const patient = await startPatientAws(aws, onTestFinished);
    const server = await start({ args: BY_HOST, env: patient.env });
    const off: [string, Record<string, unknown>] = ['update_access_key', turningOff(aws)];
    await cancelOnceSent(server, off, patient, stateDir);
    const sent = expect.stringMatching(new RegExp(`^${sentBy(stateDir, 'Turn off an access key')}\\.$`));
    const second = await server.call(...off);
    expect(second).toMatchObject({ error: null, warnings: expect.arrayContaining([sent]) });
    expect((await server.call(...off)).warnings ?? []).not.toContainEqual(sent);
  });

  test('is said with its failure, as the host would have heard it', async ({
    start,
    aws,
    stateDir,
    onTestFinished,
  }) => {
    const patient = await startPatientAws(aws, onTestFinished);
    const server = await start({ args: AT_ONCE, env: patient.env });
    agree(stateDir, await pendingId(server, 'update_access_key', turningOff(aws)), lastFour(aws));
    const cancel = new AbortController();
    const call = server.call('update_access_key', turningOff(aws), { signal: cancel.signal });
    await patient.sent;
    aws.deny('iam:UpdateAccessKey');
    cancel.abort();
    await expect(call).rejects.toThrow();
    patient.letGo();
    await untilOver(stateDir);
    const { error } = await server.call('update_access_key', turningOff(aws));
    expect(error).toMatch(
      /^ApprovalPending: nothing was changed yet; an identical call .*: Turn off an access key: AccessDenied: .*Nothing was changed\. If that/,
    );
  });
});

describe.concurrent('a creation that was cancelled once it was sent', () => {
  test('is said with whatever is called next, by the key that was made', async ({
    start,
    aws,
    stateDir,
    onTestFinished,
  }) => {
    const patient = await startPatientAws(aws, onTestFinished, 'CreateAccessKey');
    const server = await start({ args: BY_HOST, env: patient.env });
    await cancelOnceSent(server, [CREATE, TOM], patient, stateDir);
    const { warnings } = await server.call('list_access_keys', TOM);
    const [key] = aws.keysOf(TOM.user_name).slice(-1);
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(`^An earlier call was cancelled: Create an access key: done: .*${key?.accessKeyId}`),
      ),
    ]);
  });
});
