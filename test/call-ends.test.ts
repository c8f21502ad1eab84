// What a call comes to, whichever way it ends: its envelope, what it leaves behind, and what was sent.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { updateAccessKey } from '../src/actions/update-access-key.ts';
import { ApprovalRequests } from '../src/approval/requests.ts';
import { callAction, isAsk } from '../src/call.ts';
import type { Program } from '../src/calls/program.ts';
import type { Envelope } from '../src/envelope.ts';
import { AwsError } from '../src/iam/errors.ts';
import { confirmationOf } from '../src/plan/plan.ts';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { madeUp } from './actions/made-up.ts';
import { aHost, call, openProgram } from './actions/program.ts';
import { aSandbox } from './sandbox/a-sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await aSandbox();
});

const operations = () => sandbox.log.map(({ operation }) => operation);
const turningOff = () => ({
  user_name: sandbox.company.leakedUser,
  access_key_id: sandbox.company.leakedKeyId,
  status: 'Inactive',
});
const statusOfKey = () => sandbox.key(sandbox.company.leakedKeyId)?.status;
const auditOf = ({ settings }: Program) =>
  readFileSync(path.join(settings.stateDir, 'audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a server for reading only', () => {
  it('refuses a change, also one that is only to be checked, before anything is sent', async () => {
    const program = openProgram({ sandbox }, { readOnly: true });
    for (const more of [{}, { dry_run: true }]) {
      expect(await call(program, 'update_access_key', { ...turningOff(), ...more })).toEqual({
        result: null,
        error: 'ReadOnly: this server was started with --read-only. Nothing was changed.',
        has_error: true,
      });
    }
    expect(operations()).toEqual([]);
    expect((await call(program, 'list_access_keys', { user_name: sandbox.company.leakedUser })).error).toBeNull();
  });
});

describe('a dry run', () => {
  it('of a read says what would be sent, and sends nothing', async () => {
    const fields = { user_name: sandbox.company.leakedUser };
    expect(await call(openProgram({ sandbox }), 'list_access_keys', { ...fields, dry_run: true })).toEqual({
      result: null,
      error: null,
      has_error: false,
      dry_run: { arguments: { connection: 'default', ...fields } },
    });
    expect(operations()).toEqual([]);
  });

  it('of a change reads the facts, asks nobody and changes nothing', async () => {
    const program = openProgram({ sandbox }, { approval: 'form' });
    const { dry_run, ...rest } = await call(program, 'update_access_key', { ...turningOff(), dry_run: true });
    expect(rest).toEqual({ result: null, error: null, has_error: false });
    expect(dry_run).toMatchObject({ title: 'Turn off an access key', account: sandbox.account });
    expect(operations()).toContain('GetUser');
    expect(statusOfKey()).toBe('Active');
    expect(existsSync(path.join(program.settings.stateDir, 'audit.jsonl'))).toBe(false);
  });
});

describe('a change', () => {
  it('is not asked for where its facts say that it cannot be made', async () => {
    const program = openProgram({ sandbox }, { approval: 'form' });
    const host = aHost({ hasForms: true });
    const { error } = await call(program, 'update_access_key', { ...turningOff(), user_name: 'nobody' }, host);
    expect(error).toMatch(/^NoSuchEntity: .*nobody.* Nothing was changed\.$/);
    expect(auditOf(program)).toMatchObject([{ event: 'refused', error: 'NoSuchEntity' }]);
  });

  it('is one that the program waits for from the moment it is sent, and no longer than until it is answered', async () => {
    const program = openProgram({ sandbox });
    const during: number[] = [];
    const make = async (run: () => Promise<unknown>) => {
      const action = madeUp({
        run: () => {
          during.push(program.changesUnderWay.size);
          return run();
        },
      });
      const envelope = await callAction({ group: 'staff' }, { action, program, host: aHost() });
      expect(program.changesUnderWay.size).toBe(0);
      return envelope as Envelope;
    };
    expect((await make(async () => ({ ResponseMetadata: {} }))).error).toBeNull();
    const failed = await make(async () => {
      throw new AwsError('GroupLocked', 'It is locked.', { notDone: true });
    });
    expect(failed.error).toBe('GroupLocked: It is locked. Nothing was changed.');
    expect(during).toEqual([1, 1]);
  });

  it('is not sent, nor waited for any longer, when it cannot be put on record', async () => {
    const program = openProgram({ sandbox });
    const { record } = program.audit;
    vi.spyOn(program.audit, 'record').mockImplementation((entry) => {
      if (entry.event === 'sent') throw new Error('the disk is full');
      record.call(program.audit, entry);
    });
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await call(program, 'update_access_key', turningOff())).has_error).toBe(true);
    expect(statusOfKey()).toBe('Active');
    expect(program.changesUnderWay.size).toBe(0);
  });

  it('whose host has gone meanwhile is told to the next that asks for the same, in short', async () => {
    const program = openProgram({ sandbox });
    const gone = new AbortController();
    const cancelledBy = (run: () => Promise<unknown>) =>
      madeUp({
        run: () => {
          gone.abort();
          return run();
        },
      });
    const given = { group: 'staff' };
    const done = cancelledBy(async () => ({ ResponseMetadata: {} }));
    await callAction(given, { action: done, program, host: aHost({ signal: gone.signal }) });
    const next = (await callAction(given, { action: madeUp(), program, host: aHost() })) as Envelope;
    expect(next.warnings).toEqual([
      expect.stringMatching(/^an identical call was agreed to and sent at .* by request \w+: Close a group: done\.$/),
    ]);
    expect(next.error).toBeNull();
  });

  it.each<[string, () => Error]>([
    [
      'GroupLocked: It is locked. Nothing was changed.',
      () => new AwsError('GroupLocked', 'It is locked.', { notDone: true }),
    ],
    ['OutcomeUnknown: lost; whether', () => new AwsError('NetworkError', 'lost', { notDone: false })],
  ])('that failed while its host was gone is told with how: %s', async (text, error) => {
    const program = openProgram({ sandbox });
    const gone = new AbortController();
    const action = madeUp({
      run: async () => {
        gone.abort();
        throw error();
      },
    });
    await callAction({ group: 'staff' }, { action, program, host: aHost({ signal: gone.signal }) });
    const next = (await callAction({ group: 'staff' }, { action: madeUp(), program, host: aHost() })) as Envelope;
    expect(next.warnings?.[0]).toContain(`: Close a group: ${text}`);
  });

  it('of a table is told with how many rows came to what', async () => {
    const program = openProgram({ sandbox }, { concurrency: 1 });
    const gone = new AbortController();
    const action = madeUp({
      run: async () => {
        gone.abort();
        return { ResponseMetadata: {} };
      },
    });
    const table = { rows: [{ name: 'staff' }, { name: 'guests' }], group: '{{ name }}' };
    await callAction(table, { action, program, host: aHost({ signal: gone.signal }) });
    const next = (await callAction(table, { action: madeUp(), program, host: aHost() })) as Envelope;
    expect(next.warnings?.join()).toMatch(/: Close a group, 2 rows: 1 succeeded, 0 failed, 1 not attempted\./);
  });

  it('is on record with what it was, who agreed and what it came to', async () => {
    const program = openProgram({ sandbox });
    await call(program, 'update_access_key', turningOff());
    expect(auditOf(program).map(({ event, agreedBy }) => [event, agreedBy])).toEqual([
      ['asked', undefined],
      ['sent', 'host'],
      ['done', 'host'],
    ]);
    expect(statusOfKey()).toBe('Inactive');
  });
});

describe('a change that a person has agreed to', () => {
  /** Asks by a form, whose answer is what the plan asks for. @returns what the same call comes to afterwards */
  async function agreed(given: Record<string, unknown>, meanwhile: () => void = () => {}) {
    const program = openProgram({ sandbox }, { approval: 'form' });
    const host = aHost({ hasForms: true });
    const again = () => callAction(given, { action: updateAccessKey, program, host });
    const asked = await again();
    if (!isAsk(asked) || asked.ask !== 'approval') throw new Error(`it does not ask: ${JSON.stringify(asked)}`);
    const { text: typed } = confirmationOf(asked.request.plan);
    new ApprovalRequests(program.settings.stateDir).agree(asked.request, { typed, way: 'form', by: 'ana' });
    const readBefore = operations().filter((name) => name === 'GetUser').length;
    meanwhile();
    const outcome = (await again()) as Envelope;
    return { outcome, program, readAgain: operations().filter((name) => name === 'GetUser').length - readBefore };
  }
  const rowsOf = ({ result }: Envelope) => (result as { error: string | null }[]).map(({ error }) => error);

  it('is made once its facts were read again', async () => {
    const { outcome, readAgain, program } = await agreed(turningOff());
    expect(outcome.error).toBeNull();
    expect(statusOfKey()).toBe('Inactive');
    expect(readAgain).toBe(1);
    expect(auditOf(program).map(({ event }) => event)).toEqual(['asked', 'sent', 'done']);
  });

  it('is not made where they have changed', async () => {
    const { outcome, program } = await agreed(turningOff(), () => sandbox.createKey(sandbox.company.leakedUser));
    expect(outcome.error).toMatch(/^FactsChanged: .* call again to ask anew\. Nothing was changed\.$/);
    expect(statusOfKey()).toBe('Active');
    expect(auditOf(program).map(({ event }) => event)).toEqual(['asked', 'asked', 'refused']);
  });

  it('of a table is made for those rows alone whose facts are what was shown', async () => {
    const { leakedUser, neverUsedUser } = sandbox.company;
    const keyOf = (user: string) => sandbox.keysOf(user)[0]?.accessKeyId ?? '';
    const rows = [leakedUser, neverUsedUser].map((user) => ({ user, key: keyOf(user) }));
    const table = {
      rows,
      user_name: '{{ user }}',
      access_key_id: '{{ key }}',
      status: 'Inactive',
      detail: 'full',
    };
    const { outcome } = await agreed(table, () => sandbox.createKey(neverUsedUser));
    expect(outcome.summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(rowsOf(outcome)).toEqual([null, expect.stringMatching(/^FactsChanged: /)]);
  });
});

describe('a read', () => {
  const listing = () => ({ user_name: sandbox.company.leakedUser });

  it('ends with the host that has cancelled it', async () => {
    sandbox.order({ operation: 'ListAccessKeys', fault: { kind: 'latency', ms: 30_000 } });
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(), 50);
    const startedAt = performance.now();
    const host = aHost({ signal: cancelled.signal });
    expect((await call(openProgram({ sandbox }), 'list_access_keys', listing(), host)).error).toMatch(/^Timeout: /);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('writes its result to a file where that is wanted, and is not sent where it cannot be', async () => {
    const writing = openProgram({ sandbox });
    const given = { ...listing(), output_file: 'keys.csv' };
    const first = await call(writing, 'list_access_keys', given);
    expect(first.files).toEqual([{ name: 'keys.csv', entries: expect.any(Number) }]);
    const sent = operations().length;
    expect((await call(writing, 'list_access_keys', given)).error).toMatch(/^InvalidArguments: output_file: /);
    expect((await call(writing, 'list_access_keys', { ...given, output_file: 'keys.exe' })).error).toMatch(
      /^InvalidArguments: output_file: /,
    );
    expect(operations()).toHaveLength(sent);
  });

  it('of many entries is told in pages, of which the next is sent for to nobody', async () => {
    const program = openProgram({ sandbox }, { resultLimit: 2000 });
    const first = await call(program, 'list_policies', {});
    expect(first.page).toMatchObject({ from: 1 });
    const sent = operations().length;
    const next = await call(program, 'list_policies', { continue_from: first.continue_from });
    expect(next).toMatchObject({ error: null, page: { from: (first.page?.to ?? 0) + 1 } });
    expect(operations()).toHaveLength(sent);
  });
});

describe('the envelope of a call', () => {
  it('says once for each connection that certificates are not verified, also of a call that failed', async () => {
    const unverified = { sandbox, verifySsl: false };
    const warning = "TLS certificates are not verified on the connection 'default'.";
    const rows = ['a', 'b'].map((name) => ({ name }));
    const table = await call(openProgram(unverified), 'list_access_keys', { rows, user_name: '{{ name }}' });
    expect(table.warnings?.filter((text) => text === warning)).toHaveLength(1);
    const failed = await call(openProgram(unverified), 'list_access_keys', { user_name: 'nobody' });
    expect(failed).toMatchObject({ has_error: true, warnings: [warning] });
    const verified = await call(openProgram({ sandbox }), 'list_access_keys', { user_name: 'nobody' });
    expect(verified).not.toHaveProperty('warnings');
  });

  it('has no secret, whatever AWS answers, and says of a fault of this program where to look', async () => {
    const program = openProgram({ sandbox });
    program.redactor.register(sandbox.company.leakedKeyId);
    const { result } = await call(program, 'list_access_keys', { user_name: sandbox.company.leakedUser });
    expect(JSON.stringify(result)).toContain('(secret)');
    const fault = { ...program, learnSecrets: () => Promise.reject(new TypeError('x is undefined')) };
    expect((await call(fault, 'list_access_keys', { user_name: 'ann' })).error).toBe(
      'Internal: this program failed (TypeError); see server.log in its state dir',
    );
    expect(readFileSync(path.join(program.settings.stateDir, 'server.log'), 'utf8')).toContain('x is undefined');
  });
});
