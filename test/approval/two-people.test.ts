// A change that two people have to agree to, over whole calls.
import { beforeEach, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { describeRequest } from '../../src/approval/describe-request.ts';
import { putSigned } from '../../src/approval/put-signed.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { callAction, isAsk } from '../../src/call.ts';
import type { Program } from '../../src/calls/program.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Connection } from '../../src/settings/connection.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { auditOf } from '../e2e/state-files.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { anApprover } from './an-approver.ts';

const TOOL = 'attach_user_policy';
const GIVEN = { user_name: 'ci-deploy', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
const AT_THIS_MACHINE = { typed: 'ReadOnlyAccess', way: 'terminal', by: 'ana' } as const;
const [CHAT, ANOTHER] = [anApprover('chat'), anApprover('another')];
const APPROVER = { typed: AT_THIS_MACHINE.typed, by: 'bob', signer: CHAT.signer };
let sandbox: Sandbox;
let program: Program;
let requests: ApprovalRequests;

beforeEach(async () => {
  sandbox = await aSandbox();
  program = withRule(['attach_user_policy']);
  requests = new ApprovalRequests(program.settings.stateDir);
});

/** The check at the start is tested in test/settings/connection-rules.test.ts. */
function withRule(twoPeople: string[], stateDir?: string): Program {
  const made = openProgram(
    { sandbox },
    {
      approval: 'terminal',
      approvalWait: 0,
      approvers: [CHAT.approver, ANOTHER.approver],
      ...(stateDir && { stateDir }),
    },
  );
  const connection = { ...made.connections.get('default'), twoPeople } as Connection;
  return { ...made, connections: new Map([['default', connection]]) };
}
async function call() {
  const action = ACTIONS.find(({ name }) => name === TOOL);
  if (!action) throw new Error('there is one');
  const outcome = await callAction(GIVEN, { action, program, host: aHost() });
  if (isAsk(outcome)) throw new Error('it asks');
  return outcome;
}
const only = () => {
  const [request, second] = requests.unanswered('terminal');
  if (!request || second) throw new Error('not one request waits');
  return request;
};
const agree = (yes: typeof AT_THIS_MACHINE | typeof APPROVER) =>
  'signer' in yes ? putSigned(only(), yes, yes.signer, requests) : requests.agree(only(), yes);
const isAttached = () => sandbox.attachedPolicies('ci-deploy').includes(GIVEN.policy_arn);

describe('a change that takes two people', () => {
  it('says so before the first yes', async () => {
    const { error } = await call();
    expect(error).toMatch(
      /^ApprovalPending: nothing was changed yet; request \w+ waits for two different people: two approvers, or one approver and whoever is at this machine, who runs:/,
    );
    expect(error).toContain(`approve ${only().id}`);
    expect(describeRequest(only(), program.settings.stateDir)).toMatch(
      /^Two different people have to agree to this: nobody has agreed yet\nAttach a policy to a user\n/,
    );
  });

  it('is not made with one yes, however often that is given, and says who is missing', async () => {
    await call();
    expect(agree(AT_THIS_MACHINE)).toBe('one-of-two');
    expect(requests.agree(only(), { ...AT_THIS_MACHINE, by: 'somebody else here' })).toBe('answered');
    const { error } = await call();
    expect(error).toMatch(
      /one of two people has agreed: ANOTHER person has to agree, too: request \w+ waits for an approver\./,
    );
    expect(error).not.toContain('approve ');
    expect(isAttached()).toBe(false);
  });

  it('is made with the yes of another, in either order', async () => {
    for (const [first, second] of [
      [AT_THIS_MACHINE, APPROVER],
      [APPROVER, AT_THIS_MACHINE],
      [APPROVER, { ...APPROVER, signer: ANOTHER.signer }],
    ] as const) {
      await call();
      agree(first);
      agree(second);
      expect((await call()).error).toBeNull();
      expect(isAttached()).toBe(true);
    }
    expect(auditOf(program.settings.stateDir).filter(({ event }) => event === 'sent')).toMatchObject([
      { agreedBy: expect.stringContaining(' and ') },
      { agreedBy: expect.stringContaining(' and ') },
      { agreedBy: expect.stringContaining(' and ') },
    ]);
  });

  it('names the command for whoever sits here once an approver has agreed', async () => {
    await call();
    const { id } = only();
    agree(APPROVER);
    expect((await call()).error).toMatch(
      new RegExp(
        `one of two people has agreed: .* another approver, or for whoever is at this machine, who runs:\\n\`.*approve ${id}\``,
      ),
    );
    expect((await call()).error).not.toMatch(/nobody has/i);
  });

  it('ends with a no after one yes', async () => {
    await call();
    const request = only();
    agree(APPROVER);
    requests.close(request, { is: 'declined', by: 'ana' });
    expect(requests.agree(request, AT_THIS_MACHINE)).toBe('too-late');
    expect((await call()).error).toMatch(/^ApprovalDeclined/);
    expect(isAttached()).toBe(false);
  });

  it('takes no yes that was given before the rule was there', async () => {
    program = withRule([], program.settings.stateDir);
    await call();
    agree(AT_THIS_MACHINE);
    program = withRule(['attach_user_policy'], program.settings.stateDir);
    expect((await call()).error).toMatch(/waits for two different people/);
    expect(isAttached()).toBe(false);
  });

  it('is no other for another tool', async () => {
    program = withRule(['create_access_key'], program.settings.stateDir);
    await call();
    expect(only().yesesNeeded).toBe(1);
  });
});
