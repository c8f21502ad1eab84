// What is left out of a change and looked up: it counts for the rules, the request, the record and what is sent as if it had
// been given. Against the sandbox, whose company has keys of several users.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { actionInput, userName } from '../../src/actions/fields.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { callAction, isAsk } from '../../src/call.ts';
import type { Program } from '../../src/calls/program.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { madeUp } from '../actions/made-up.ts';
import { aHost, ask, call, openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const TOOL = 'update_access_key';
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

const sent = (operation: string) => sandbox.log.filter((entry) => entry.operation === operation);
const changes = () => sandbox.log.filter(({ operation }) => /^(Update|Delete)AccessKey$/.test(operation));
const off = () => ({ access_key_id: sandbox.company.leakedKeyId, status: 'Inactive' });
const offNamed = () => ({ ...off(), user_name: sandbox.company.leakedUser });

/** Each with a key. */
function users(count: number): { user: string; key: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const user = `leaver-${index + 1}`;
    sandbox.createUser(user);
    return { user, key: sandbox.createKey(user).accessKeyId };
  });
}

const journalOf = ({ settings }: Program) => {
  const folder = path.join(settings.stateDir, 'journals');
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('');
};

async function askedBy(program: Program, given: Record<string, unknown>) {
  const action = ACTIONS.find(({ name }) => name === TOOL);
  if (!action) throw new Error('there is no such action');
  const outcome = await callAction(given, { action, program, host: aHost({ hasForms: true }) });
  if (!isAsk(outcome) || outcome.ask !== 'approval') throw new Error(`nobody is asked: ${JSON.stringify(outcome)}`);
  return outcome.request;
}

describe('the rules of a connection', () => {
  it.each(['host', 'form'] as const)('protect a user whom a call leaves out, with --approval %s', async (approval) => {
    const program = openProgram({ sandbox, protectedUsers: ['ci-*'] }, { approval });
    const host = aHost({ hasForms: true });
    for (const given of [off(), { ...off(), user_name: '' }, { ...off(), dry_run: true }]) {
      expect((await call(program, TOOL, given, host)).error).toMatch(/^Refused: the rule protectedUsers .*changed\.$/);
    }
    const rows = [{ key: sandbox.company.leakedKeyId }, { key: sandbox.company.neverUsedKeyId }];
    const table = { rows, access_key_id: '{{ key }}', status: 'Inactive', dry_run: true, detail: 'full' };
    const { result } = await call(program, TOOL, table, host);
    expect(result).toMatchObject([
      { error: expect.stringMatching(/^Refused: the rule protectedUsers/) },
      { error: null },
    ]);
    expect(changes()).toEqual([]);
  });

  it('put on record whom a model tried to change', async () => {
    const program = openProgram({ sandbox, protectedUsers: ['ci-*'] });
    await call(program, TOOL, off());
    const folder = program.settings.stateDir;
    const audit = readdirSync(folder, { recursive: true })
      .filter((name) => String(name).endsWith('.jsonl'))
      .map((name) => readFileSync(path.join(folder, String(name)), 'utf8'))
      .join('');
    expect(audit).toContain('"event":"refused"');
    expect(audit).toContain(`"user_name":"${sandbox.company.leakedUser}"`);
  });

  it('refuse the own key of a connection, however it is named', async () => {
    const { error } = await call(openProgram({ sandbox }), TOOL, {
      ...off(),
      access_key_id: sandbox.credentials.accessKeyId,
    });
    expect(error).toMatch(/^Refused: .* signs with/);
    expect(changes()).toEqual([]);
  });
});

describe('a request', () => {
  it('is found again by the same call, by one that names the owner, and by another process', async () => {
    const program = openProgram({ sandbox }, { approval: 'form' });
    const request = await askedBy(program, off());
    expect(request.plan.rows[0]?.arguments).toMatchObject({ user_name: sandbox.company.leakedUser });
    expect((await askedBy(program, off())).id).toBe(request.id);
    const another = openProgram({ sandbox }, { approval: 'form', stateDir: program.settings.stateDir });
    expect((await askedBy(another, offNamed())).id).toBe(request.id);
  });

  it('is another one where IAM names another owner in the next pass, and nothing is sent', async () => {
    const program = openProgram({ sandbox }, { approval: 'form' });
    const first = await askedBy(program, off());
    const next = await askedBy(
      answering(program, () => sandbox.company.keylessUser),
      off(),
    ).catch((error) => error);
    // The plan for the other owner is not even made: the key is not listed for them.
    expect(next).not.toMatchObject({ id: first.id });
    expect(changes()).toEqual([]);
  });

  it('holds no longer where the owner changes while a person reads', async () => {
    const program = openProgram({ sandbox }, { approval: 'form' });
    const host = aHost({ hasForms: true });
    const action = ACTIONS.find(({ name }) => name === TOOL);
    if (!action) throw new Error('there is no such action');
    const asked = await callAction(off(), { action, program, host });
    if (!isAsk(asked) || asked.ask !== 'approval') throw new Error('nobody is asked');
    new ApprovalRequests(program.settings.stateDir).agree(asked.request, {
      typed: sandbox.company.leakedKeyId.slice(-4),
      way: 'form',
      by: 'form',
    });
    let lookups = 0;
    // The first one of the pass is as before; the facts that are read again are not.
    const turning = answering(program, () => {
      lookups += 1;
      return lookups === 1 ? sandbox.company.leakedUser : sandbox.company.keylessUser;
    });
    const outcome = await callAction(off(), { action, program: turning, host });
    expect(outcome).toMatchObject({ error: expect.stringMatching(/^(Refused|NoSuchEntity|FactsChanged): /) });
    expect(lookups).toBeGreaterThan(1);
    expect(changes()).toEqual([]);
  });
});

/** The same program before an IAM that names whom it likes as the owner of a key. */
function answering(program: Program, owner: () => string): Program {
  const accounts = Object.create(program.accounts, {
    open: {
      value: async (...args: Parameters<Program['accounts']['open']>) => {
        const account = await program.accounts.open(...args);
        return Object.create(account, {
          send: {
            value: async (operation: string, ...more: unknown[]) => {
              const answer = await (account.send as (...all: unknown[]) => Promise<object>).call(
                account,
                operation,
                ...more,
              );
              return operation === 'GetAccessKeyLastUsed' ? { ...answer, UserName: owner() } : answer;
            },
          },
          identity: { value: account.identity.bind(account) },
        });
      },
    },
  });
  return { ...program, accounts };
}

describe('a table', () => {
  it('pays one lookup a row, and a row whose owner cannot be told fails alone', async () => {
    const rows = [...users(5), { user: '', key: 'AKIANOSUCHKEYATALL00' }];
    const program = openProgram({ sandbox });
    const given = { rows, access_key_id: '{{ key }}', status: 'Inactive', detail: 'full' };
    const { result, summary } = await call(program, TOOL, given);
    expect(summary).toMatchObject({ succeeded: 5, failed: 1 });
    expect((result as object[])[5]).toMatchObject({ error: expect.stringMatching(/^AccessDenied: .*give user_name/) });
    expect((result as object[])[0]).toMatchObject({
      change: { user_name: 'leaver-1', access_key_id: rows[0]?.key, status: { before: null, after: 'Inactive' } },
    });
    expect(sent('GetAccessKeyLastUsed')).toHaveLength(6);
    expect(journalOf(program)).toContain('"user_name":"leaver-5"');
  });

  it('reads of each key once for lookup and plan together', async () => {
    const rows = users(4);
    const given = { rows, access_key_id: '{{ key }}', status: 'Inactive', dry_run: true, detail: 'full' };
    const { result } = await call(openProgram({ sandbox }), TOOL, given);
    expect(result).toMatchObject(rows.map(({ user }) => ({ dry_run: { arguments: { user_name: user } } })));
    expect(sent('GetAccessKeyLastUsed')).toHaveLength(4);
  });

  it('has twins where one row names the owner and another does not', async () => {
    const { leakedUser, leakedKeyId } = sandbox.company;
    const rows = [{ user: leakedUser }, { user: '' }];
    const given = { rows, user_name: '{{ user }}', access_key_id: leakedKeyId, status: 'Inactive' };
    expect((await call(openProgram({ sandbox }), TOOL, given)).error).toMatch(/^InvalidArguments: .*rows 1, 2/);
    expect(changes()).toEqual([]);
  });

  it('is taken up although the keys are gone that would tell their owners', async () => {
    const rows = users(2);
    const program = openProgram({ sandbox });
    const given = { rows, access_key_id: '{{ key }}' };
    sandbox.order({ operation: 'DeleteAccessKey', fault: { kind: 'error', status: 400, code: 'Odd', message: 'odd' } });
    expect((await call(program, 'delete_access_key', given)).summary).toMatchObject({ succeeded: 1, failed: 1 });
    const resumed = await call(program, 'delete_access_key', { ...given, resume: true });
    expect(resumed).toMatchObject({ error: null, summary: { succeeded: 2 } });
    expect(resumed.result).toMatchObject(
      rows.map(({ user, key }) => ({
        change: { user_name: user, access_key_id: key, status: { before: null, after: 'deleted' } },
      })),
    );
  });
});

describe('what may be left out of an action that is not about keys', () => {
  const closing = (found: string) =>
    madeUp({
      input: actionInput({ group: userName().optional() }),
      completes: { field: 'group', reads: ['GetUser'], find: async () => found },
    });

  it('is found by what it says of itself', async () => {
    const host = aHost();
    const outcome = await callAction({}, { action: closing('staff'), program: openProgram({ sandbox }), host });
    expect(outcome).toMatchObject({ error: null, change: { group: 'staff' } });
  });

  it('is refused where it is no value of its field', async () => {
    const host = aHost();
    const outcome = await callAction({}, { action: closing('no name'), program: openProgram({ sandbox }), host });
    expect(outcome).toMatchObject({ error: expect.stringMatching(/^BadResponse: what AWS names as group is none/) });
  });
});

describe('whatever the rows', () => {
  it('no key is changed without a user, who is the one given or the one whom IAM names for that key', async () => {
    const known = [
      ...users(3).map(({ user, key }) => ({ user, key })),
      { user: sandbox.company.leakedUser, key: sandbox.company.leakedKeyId },
    ];
    const owners = new Map(known.map(({ user, key }) => [key, user]));
    const key = fc.oneof(fc.constantFrom(...owners.keys()), fc.constant('AKIANOSUCHKEYATALL00'));
    const user = fc.constantFrom('', ' ', null, 'leaver-1', 'LEAVER-2', 'nobody', sandbox.company.keylessUser);
    const tool = fc.constantFrom(TOOL, 'delete_access_key');
    const program = openProgram({ sandbox }, { concurrency: 4 });
    await fc.assert(
      fc.asyncProperty(tool, fc.array(fc.record({ key, user }), { minLength: 1, maxLength: 4 }), async (name, rows) => {
        const before = sandbox.log.length;
        const status = name === TOOL ? { status: 'Inactive' } : {};
        // A null prints as a text of its own, or as none.
        const given = { user_name: '{{ user or "" }}', access_key_id: '{{ key }}', ...status };
        await call(program, name, { rows, ...given });
        const made = sandbox.log.slice(before).filter(({ operation }) => /^(Update|Delete)AccessKey$/.test(operation));
        for (const { parameters } of made) {
          const { UserName: userName = '', AccessKeyId: id = '' } = parameters;
          const isGiven = rows.some((row) => row.key === id && row.user?.trim() === userName && userName !== '');
          expect(isGiven || owners.get(id) === userName, `${userName} ${id}`).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('what a person is asked', () => {
  it('is the same as if the owner had been given', async () => {
    const program = openProgram({ sandbox });
    const [named, looked] = [await ask(program, TOOL, offNamed()), await ask(program, TOOL, off())];
    expect({ ...looked.plan, madeAt: '' }).toEqual({ ...named.plan, madeAt: '' });
  });
});
