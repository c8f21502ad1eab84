// Roles that are not free: a person is asked for each, for reads too, and nothing is sent as the role before.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { describeRequest } from '../../src/approval/describe-request.ts';
import { type ApprovalRequest, VALID_FOR_MS } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { callAction, isAsk } from '../../src/call.ts';
import type { Host } from '../../src/calls/context.ts';
import type { Program } from '../../src/calls/program.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Connection } from '../../src/settings/connection.ts';
import { type Arguments, aHost, openProgram } from '../actions/program.ts';
import { auditOf } from '../e2e/state-files.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const STRANGE = 'arn:aws:iam::999988887777:role/approved/exfiltrate';
const READ = 'list_access_keys';
const OF_USER = { user_name: 'ci-deploy' };
let sandbox: Sandbox;
let program: Program;
let requests: ApprovalRequests;

/** One that asks at a terminal, and waits for nobody. */
const programWith = (connection: Partial<Connection> = {}, settings: Parameters<typeof openProgram>[1] = {}) =>
  openProgram({ sandbox, ...connection }, { approval: 'terminal', approvalWait: 0, ...settings });

beforeEach(async () => {
  sandbox = await aSandbox();
  use(programWith());
});

function use(next: Program) {
  program = next;
  requests = new ApprovalRequests(next.settings.stateDir);
}

async function outcomeOf(tool: string, given: Arguments, host: Partial<Host> = {}) {
  const action = ACTIONS.find(({ name }) => name === tool);
  if (!action) throw new Error(`no action ${tool}`);
  return callAction(given, { action, program, host: aHost(host) });
}
async function call(tool: string, given: Arguments, host: Partial<Host> = {}) {
  const outcome = await outcomeOf(tool, given, host);
  if (isAsk(outcome)) throw new Error('it asks');
  return outcome;
}
const operations = () => sandbox.log.map(({ operation }) => operation);
const waiting = () => requests.unanswered('terminal');
const only = (): ApprovalRequest => {
  const [request, second] = waiting();
  if (!request || second) throw new Error(`${waiting().length} requests wait`);
  return request;
};
const agree = (request: ApprovalRequest, typed = request.plan.rows[0]?.confirm.text ?? '') =>
  requests.agree(request, { typed, way: 'terminal', by: 'ana' });
/** One that the sandbox lets its operator assume, and no pattern names. */
const ownRole = () => ({ ...OF_USER, role_arn: sandbox.company.responderRoleArn });
const NAMES_NONE = { roles: [] };

describe('a read as a role of another account', () => {
  it('waits for a person, and nothing is sent to that account before', async () => {
    const { error } = await call(READ, { ...OF_USER, role_arn: STRANGE });
    const { id } = only();
    expect(error).toContain(
      `ApprovalPending: nothing was sent as the role yet; request ${id} (${STRANGE}) waits for a person`,
    );
    expect(error).toContain(`aws-iam-mcp approve ${id}`);
    expect(operations()).toEqual(['GetCallerIdentity']);
    expect(auditOf(program.settings.stateDir)).toMatchObject([
      {
        event: 'asked',
        call: id,
        tool: 'sts:AssumeRole',
        connection: 'default (the built-in sandbox)',
        account: '111122223333',
        arguments: { role_arn: STRANGE, tool: READ },
      },
      { event: 'pending', call: id },
    ]);
  });

  it('tells the person whose role it is, who asks, what may leave, and what to type', async () => {
    await call(READ, { ...OF_USER, role_arn: STRANGE });
    const text = describeRequest(only(), program.settings.stateDir);
    for (const words of [
      `Let ${READ} work as a role of another account`,
      'WARNING: the role is of account 999988887777, and the connection of account 111122223333',
      'Account: 111122223333',
      'Acting as: arn:aws:iam::111122223333:user/incident-responder',
      `Role: ${STRANGE}`,
      "Role's account: 999988887777",
      'What may leave: what its calls name, and what they read, go to account 999988887777',
      'For ten minutes',
    ]) {
      expect(text.replaceAll(/\\u\{[0-9a-f]+\}/g, '_').replaceAll('＊', '*')).toContain(words);
    }
    expect(agree(only(), '2333')).toBe('agreed');
    // That was the account of the connection: it is judged again before it is used.
    expect((await call(READ, { ...OF_USER, role_arn: STRANGE })).error).toMatch(/^ApprovalDeclined: what was typed/);
    expect(operations()).not.toContain('AssumeRole');
  });

  it('goes on with the same call once there is a yes, and that is on record with the role', async () => {
    await call(READ, { ...OF_USER, role_arn: STRANGE });
    const { id } = only();
    agree(only());
    // The sandbox has no such role: what counts is that it was asked.
    expect((await call(READ, { ...OF_USER, role_arn: STRANGE })).error).toMatch(/^AccessDenied/);
    expect(operations().at(-1)).toBe('AssumeRole');
    expect(auditOf(program.settings.stateDir).slice(2)).toMatchObject([
      { event: 'sent', call: id, agreedBy: `terminal ${id} ana`, arguments: { role_arn: STRANGE } },
      { event: 'failed', call: id },
    ]);
  });

  it('is refused without a question where nobody here can be asked', async () => {
    use(programWith({}, { approval: 'host' }));
    expect((await call(READ, { ...OF_USER, role_arn: STRANGE })).error).toMatch(
      /^Refused: role_arn: a role of account/,
    );
    use(programWith({}, { approval: 'form' }));
    expect((await call(READ, { ...OF_USER, role_arn: STRANGE })).error).toMatch(/^ApprovalUnavailable/);
    expect(waiting()).toEqual([]);
    expect(operations()).not.toContain('AssumeRole');
  });

  it('fails where it cannot be told who would assume it, and nobody is asked', async () => {
    use(programWith(NAMES_NONE));
    sandbox.order({ operation: 'GetCallerIdentity', fault: { kind: 'html', status: 200 } });
    expect((await call(READ, ownRole())).error).toMatch(/^BadResponse/);
    expect(waiting()).toEqual([]);
    expect(operations()).toEqual(['GetCallerIdentity']);
  });

  it('is not asked for with a secret in its name', async () => {
    program.redactor.register('s3cr3t-of-ours');
    expect((await call(READ, { ...OF_USER, role_arn: `${STRANGE}-s3cr3t-of-ours` })).error).toMatch(
      /^Refused: a value/,
    );
    expect(waiting()).toEqual([]);
  });

  it('is asked for by a form where the host has some', async () => {
    use(programWith({}, { approval: 'form' }));
    const outcome = await outcomeOf(READ, { ...OF_USER, role_arn: STRANGE }, { hasForms: true });
    expect(outcome).toMatchObject({ ask: 'approval', request: { stands: true, plan: { tool: 'sts:AssumeRole' } } });
  });
});

describe("a person's yes to a role", () => {
  beforeEach(async () => {
    use(programWith(NAMES_NONE));
    await call(READ, ownRole());
    agree(only());
  });

  it('stands for any number of calls with whatever arguments', async () => {
    expect((await call(READ, ownRole())).error).toBeNull();
    expect((await call(READ, { ...ownRole(), user_name: 'tom.okafor' })).error).toBeNull();
    const both = await Promise.all([call(READ, ownRole()), call(READ, ownRole()), call(READ, ownRole())]);
    expect(both.map(({ error }) => error)).toEqual([null, null, null]);
    expect(waiting()).toEqual([]);
  });

  it('stands for another process on the state dir', async () => {
    use(programWith(NAMES_NONE, { stateDir: program.settings.stateDir }));
    expect((await call(READ, ownRole())).error).toBeNull();
  });

  it.each([
    ['another tool', 'list_policies', () => ({ role_arn: ownRole().role_arn })],
    ['another role', READ, () => ({ ...OF_USER, role_arn: sandbox.company.auditorRoleArn })],
    [
      'a role of another case',
      READ,
      () => ({ ...OF_USER, role_arn: ownRole().role_arn.replace('responder', 'Responder') }),
    ],
    ['a role of another path', READ, () => ({ ...OF_USER, role_arn: ownRole().role_arn.replace('role/', 'role/a/') })],
  ])('is not one for %s', async (_what, tool, given) => {
    const before = operations().length;
    expect((await call(tool, given())).error).toMatch(/^ApprovalPending/);
    expect(operations().slice(before)).toEqual([]);
  });

  it('is not one for another connection, nor for another caller behind the same label', async () => {
    const { stateDir } = program.settings;
    use(programWith({ ...NAMES_NONE, label: 'other' }, { stateDir }));
    expect((await call(READ, ownRole())).error).toMatch(/^ApprovalPending/);
    use(
      programWith(
        { ...NAMES_NONE, role: { arn: sandbox.company.auditorRoleArn, externalId: sandbox.company.auditorExternalId } },
        { stateDir },
      ),
    );
    expect((await call(READ, ownRole())).error).toMatch(/^ApprovalPending/);
  });

  it('is not one with another way of asking', async () => {
    use(programWith(NAMES_NONE, { stateDir: program.settings.stateDir, approval: 'auto' }));
    expect((await call(READ, ownRole())).error).toMatch(/^ApprovalPending/);
  });

  it('ends ten minutes after it was asked', async () => {
    expect((await call(READ, ownRole())).error).toBeNull();
    const later = Date.now() + VALID_FOR_MS;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    try {
      const before = operations().length;
      expect((await call(READ, ownRole())).error).toMatch(/^ApprovalPending/);
      expect(operations().slice(before)).toEqual([]);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('ends with a no, which stands as long as it would have', async () => {
    const request = requests.find(auditOf(program.settings.stateDir)[0]?.call ?? '');
    if (!request) throw new Error('it is gone');
    requests.close(request, { is: 'declined', by: 'ana' });
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await call(READ, ownRole())).error).toMatch(/^ApprovalDeclined/);
    }
    expect(operations()).not.toContain('AssumeRole');
    const later = Date.now() + VALID_FOR_MS;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    try {
      expect((await call(READ, ownRole())).error).toMatch(/^ApprovalPending: .*declined/s);
    } finally {
      vi.restoreAllMocks();
    }
  });
});

describe('a change as a role that is not free', () => {
  it('takes two answers, one after the other', async () => {
    use(programWith(NAMES_NONE));
    const change = { ...ownRole(), policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
    expect((await call('attach_user_policy', change)).error).toMatch(/^ApprovalPending: nothing was sent as the role/);
    const role = only();
    expect(operations()).toEqual(['GetCallerIdentity']);
    agree(role);
    expect((await call('attach_user_policy', change)).error).toMatch(/^ApprovalPending: nothing was changed yet/);
    const asked = only();
    expect(asked.callDigest).not.toBe(role.callDigest);
    expect(asked.plan.tool).toBe('attach_user_policy');
    expect(operations()).not.toContain('AttachUserPolicy');
    agree(asked);
    expect((await call('attach_user_policy', change)).error).toBeNull();
    // The yes to the change is used up, and the one to the role is not.
    expect((await call('attach_user_policy', change)).error).toMatch(/^ApprovalPending: nothing was changed yet/);
  });

  it('is asked for in a dry run, too, which reads as the role', async () => {
    const change = { ...OF_USER, role_arn: STRANGE, dry_run: true };
    expect((await call('create_access_key', change)).error).toMatch(/^ApprovalPending: nothing was sent as the role/);
    expect(operations()).toEqual(['GetCallerIdentity']);
  });
});

describe('a table', () => {
  const table = (...roles: string[]) => ({ ...OF_USER, rows: roles.map((role) => ({ role })), role_arn: '{{ role }}' });
  const strange = (count: number) =>
    Array.from({ length: count }, (_, index) => `arn:aws:iam::99998888777${index}:role/x`);

  it('opens a request for each role at once, and names all of them', async () => {
    const roles = strange(3);
    const { error } = await call(READ, table(...roles, ...roles));
    expect(waiting()).toHaveLength(3);
    for (const { id } of waiting()) expect(error).toContain(`approve ${id}`);
    for (const role of roles) expect(error).toContain(role);
    expect(operations()).toEqual(['GetCallerIdentity']);
  });

  it('with more than five such roles is refused, and nobody is asked', async () => {
    expect((await call(READ, table(...strange(6)))).error).toMatch(
      /^Refused: a person would be asked for 6 roles, and one call may ask for 5: split it/,
    );
    expect(waiting()).toEqual([]);
    await call(READ, table(...strange(5)));
    expect(waiting()).toHaveLength(5);
  });

  it('does the rows of other roles where a person has declined one', async () => {
    const rows = table(STRANGE, sandbox.company.responderRoleArn);
    expect((await call(READ, rows)).error).toMatch(/^ApprovalPending/);
    requests.close(only(), { is: 'declined', by: 'ana' });
    const { summary, result } = await call(READ, rows);
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(JSON.stringify(result)).toContain('ApprovalDeclined');
    expect(operations().filter((operation) => operation === 'AssumeRole')).toHaveLength(1);
  });

  it('of changes leaves out the rows of a role that was declined, without a word of its name', async () => {
    const rows = {
      rows: [
        { role: STRANGE, user: 'ci-deploy' },
        { role: sandbox.company.responderRoleArn, user: 'tom.okafor' },
      ],
      role_arn: '{{ role }}',
      user_name: '{{ user }}',
    };
    await call('create_access_key', rows);
    requests.close(only(), { is: 'declined', by: 'ana' });
    expect((await call('create_access_key', rows)).error).toMatch(/^ApprovalPending: nothing was changed/);
    const { plan } = only();
    expect(plan.leftOut).toEqual([{ number: 1, why: 'ApprovalDeclined' }]);
    expect(JSON.stringify(plan)).not.toContain('exfiltrate');
    agree(only());
    expect((await call('create_access_key', rows)).summary).toMatchObject({ succeeded: 1, failed: 1 });
  });

  it('asks for each connection of its own', async () => {
    const { stateDir } = program.settings;
    const rows = table(...strange(1));
    await call(READ, rows);
    agree(only());
    use(programWith({ label: 'second' }, { stateDir }));
    expect((await call(READ, rows)).error).toMatch(/^ApprovalPending/);
  });
});

describe('a role for a tool that takes two people', () => {
  it('takes two people as well', async () => {
    const { settings, ...rest } = programWith({});
    const [connection] = rest.connections.values();
    const twoPeople = { ...connection, twoPeople: ['create_access_key'] } as Connection;
    use({ ...rest, settings, connections: new Map([['default', twoPeople]]) });
    await call('create_access_key', { ...OF_USER, role_arn: STRANGE });
    expect(only().yesesNeeded).toBe(2);
    expect(agree(only())).toBe('one-of-two');
    expect((await call('create_access_key', { ...OF_USER, role_arn: STRANGE })).error).toMatch(
      /one of two people has agreed: ANOTHER person has to agree, too: request .* waits for an approver\./,
    );
    expect(operations()).not.toContain('AssumeRole');
  });
});
