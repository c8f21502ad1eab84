// Connects a call, and asks a person first for each role that is not free. Their yes is not used up: it stands for this
// tool, role and connection until its request expires. Nothing is sent as the role before.
import { type Connected, connect, type RoleAnswers } from '../calls/connect.ts';
import type { CallContext, MfaAsk } from '../calls/context.ts';
import { peopleNeeded } from '../calls/guards.ts';
import { refuseSecrets } from '../calls/refuse-secrets.ts';
import { type RowCall, timed } from '../calls/row-call.ts';
import type { Task } from '../calls/task.ts';
import { CallError, codeOf } from '../errors.ts';
import { type RoleUse, roleDigest, rolePlan } from '../plan/role-plan.ts';
import { ByRequest } from './agree.ts';
import type { ApprovalAsk } from './agreement.ts';
import { othersPending } from './pending-text.ts';

// Each is a question of its own: nobody reads more of them.
const MOST_ROLES = 5;

type Connecting = Pick<Task, 'allCalls' | 'isTable' | 'needsIdentity' | 'clock'>;

/** @throws CallError ApprovalPending while a person is waited for; Refused for more roles than one call may ask for */
export async function connectAsAgreed(
  task: Connecting,
  context: CallContext,
): Promise<Connected | MfaAsk | ApprovalAsk> {
  const { allCalls, needsIdentity: identify, clock } = task;
  const connected = await connect(allCalls, context, { identify });
  if ('ask' in connected || connected.notFree.size === 0) return connected;
  const { notFree } = connected;
  // With `host` nobody here can be asked: these rows are refused.
  if (context.program.settings.approval === 'host') {
    recordRefused(notFree, context);
    return connected;
  }
  if (notFree.size > MOST_ROLES) {
    recordRefused(notFree, context);
    const message = `a person would be asked for ${notFree.size} roles, and one call may ask for ${MOST_ROLES}: split it`;
    throw new CallError('Refused', message);
  }
  clock?.stop();
  const answers = await answersFor(notFree, task, context).finally(() => clock?.start());
  return 'ask' in answers ? answers : connect(allCalls, context, { identify, answers });
}

/** For reads, too: a model could find things out by refusals alone. */
function recordRefused(notFree: ReadonlyMap<string, RowCall>, { program }: CallContext): void {
  for (const { connection, roleArn = '' } of notFree.values()) {
    program.audit.refused({
      tool: 'sts:AssumeRole',
      connection: connection.label,
      arguments: { role_arn: roleArn },
      error: 'Refused',
    });
  }
}

/** All requests are open before the first is waited for, so that a person finds them together. */
async function answersFor(
  notFree: ReadonlyMap<string, RowCall>,
  task: Connecting,
  context: CallContext,
): Promise<RoleAnswers | ApprovalAsk> {
  const answers: RoleAnswers = new Map();
  const asked = new Map<string, ByRequest>();
  for (const [key, call] of notFree) {
    try {
      asked.set(key, await open(call, task, context));
    } catch (error) {
      answers.set(key, { error });
    }
  }
  for (const [key, approval] of asked) {
    try {
      const agreed = await approval.agree(undefined);
      if ('ask' in agreed) return agreed;
      answers.set(key, { agreed: { request: approval.trail.request, by: agreed.by } });
    } catch (error) {
      if (codeOf(error) === 'ApprovalPending')
        throw alsoPending(error as CallError, [...asked.values()], approval, context);
      answers.set(key, { error });
    }
  }
  return answers;
}

async function open(call: RowCall, { isTable }: Connecting, context: CallContext): Promise<ByRequest> {
  const use = await useOf(call, context);
  const yesesNeeded = peopleNeeded(context.action, [call]);
  const digest = roleDigest(use, [context.program.settings.approval, yesesNeeded]);
  const approval = new ByRequest(digest, isTable, context, { yesesNeeded, stands: true });
  if (!approval.hasRequest) {
    const plan = rolePlan(use);
    refuseSecrets(plan, context.program.redactor);
    approval.open(plan);
  }
  return approval;
}

/** Who would assume it. */
async function useOf(call: RowCall, { action, program, host }: CallContext): Promise<RoleUse> {
  const { connection, roleArn = '' } = call;
  return timed(call, host.signal, async (signal) => {
    const account = await program.accounts.open(connection, { signal, mfaCode: host.mfaCode });
    return { tool: action.name, roleArn, connection, account, identity: await account.identity(signal) };
  });
}

function alsoPending(error: CallError, asked: ByRequest[], first: ByRequest, { program }: CallContext): CallError {
  const others = asked.filter((approval) => approval !== first).flatMap((approval) => approval.unanswered ?? []);
  if (others.length === 0) return error;
  return new CallError('ApprovalPending', `${error.message} ${othersPending(others, program.approveCommand)}`);
}
