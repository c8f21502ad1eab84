// The way of a change: plan, a person's agreement, the facts once more, the request itself, with each step on record.
import { randomUUID } from 'node:crypto';
import type { Change, Fact, PlanContext, RunContext } from './actions/action.ts';
import { obtainApproval } from './approval/approval.ts';
import { changesSince, type Plan, planDigest } from './approval/plan.ts';
import type { AuditEntry } from './audit.ts';
import { CallError, Failure, type Outcome } from './envelope.ts';
import type { Account } from './iam/account.ts';
import { AwsError } from './iam/errors.ts';
import { linkAborts } from './linked-abort.ts';
import { logInternal } from './log.ts';
import type { Caller, Program } from './program.ts';
import type { Connection } from './settings/connection.ts';
import { withoutLogin } from './settings/connection-urls.ts';
import type { TimeLimit } from './time-limit.ts';

/** One change that was asked for. `input` is rendered and valid. */
export interface ChangeCall {
  action: Change;
  input: Record<string, string>;
  roleArn: string | undefined;
  connection: Connection;
  account: Account;
  context: RunContext;
  limit: TimeLimit;
  /** Called when the change is about to be sent: from then on, cancelling the call must not stop it half-way. */
  ignoreCancelling: () => void;
}

interface Agreed {
  plan: Plan;
  by: string;
  callId: string;
}

/**
 * @returns the action's result
 * @throws CallError when nobody agreed, or to something else by now; CallError OutcomeUnknown; AwsError
 */
export async function makeChange(call: ChangeCall, program: Program, caller: Caller): Promise<unknown> {
  const agreed = await agree(call, await makePlan(call, program), program, caller);
  call.ignoreCancelling();
  return runAgreed(call, agreed, program);
}

async function makePlan({ action, input, roleArn, connection, account, limit }: ChangeCall, program: Program) {
  const context: PlanContext = {
    send: async (operation, fields) => {
      try {
        return await account.send(operation, fields, limit.signal);
      } catch (error) {
        throw error instanceof AwsError ? error.asOfARead() : error;
      }
    },
    ownKeyIds: account.ownKeyIds,
    partition: account.partition,
    secrets: program.settings.secrets,
  };
  const [identity, draft] = await Promise.all([account.identity(limit.signal), action.plan(input, context)]);
  const plan: Plan = {
    tool: action.name,
    connection:
      connection.credentials.from === 'sandbox' ? `${connection.label} (the built-in sandbox)` : connection.label,
    account: identity.account,
    caller: identity.arn,
    arguments: roleArn === undefined ? input : { ...input, role_arn: roleArn },
    madeAt: new Date().toISOString(),
    ...draft,
    facts: [...wayFacts(connection, account), ...draft.facts],
    warnings: [
      ...draft.warnings,
      ...(connection.verifySsl ? [] : ['TLS certificates are not verified on this connection']),
    ],
  };
  refuseSecretsIn(plan, program);
  return plan;
}

/** Where the request goes, if not straight to AWS. */
function wayFacts({ credentials, remoteAgent }: Connection, { endpoint }: Account): Fact[] {
  if (credentials.from === 'sandbox') return [];
  return [
    ...(endpoint ? [{ label: 'Sent to', shown: `${withoutLogin(endpoint)}, which is not AWS's own address` }] : []),
    ...(remoteAgent ? [{ label: 'Through', shown: `the remote agent ${withoutLogin(remoteAgent)}` }] : []),
  ];
}

/**
 * What a person reads and types must be what is sent, so that nothing in it can be blanked out. A value that is also a
 * secret of this program comes from a strange endpoint, or from a strange choice of a password.
 */
function refuseSecretsIn(plan: Plan, { redactor }: Program): void {
  if (redactor.isClean(plan)) return;
  throw new CallError(
    'Refused',
    'a name or fact of this change has a secret of this connection in it, and cannot be shown',
  );
}

async function agree(call: ChangeCall, plan: Plan, program: Program, caller: Caller): Promise<Agreed> {
  const { settings, audit, requests, approveCommand, leaving } = program;
  const callId = randomUUID();
  audit.record({ ...auditOf(plan, callId), event: 'asked' });
  const asking = linkAborts(caller.signal, leaving);
  call.limit.stop();
  try {
    const { by, agreed } = await obtainApproval(plan, {
      mode: settings.approval,
      waitMs: settings.approvalWait * 1000,
      askByForm: caller.askByForm,
      requests,
      approveCommand,
      onProgress: caller.onProgress,
      signal: asking.signal,
    });
    call.limit.start();
    // A person may have read for a while, or agreed in an earlier call.
    if (settings.approval !== 'host') refuseChangedFacts(agreed, await makePlan(call, program));
    // The host may have cancelled in the same moment in which its answer came. One that has merely left has not.
    if (caller.signal.aborted)
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    return { plan: agreed, by, callId };
  } catch (error) {
    const event = codeOf(error) === 'ApprovalPending' ? 'pending' : 'refused';
    audit.record({ ...auditOf(plan, callId), event, error: codeOf(error) });
    throw error;
  } finally {
    asking.unlink();
  }
}

function refuseChangedFacts(agreed: Plan, current: Plan): void {
  const changes = changesSince(agreed, current);
  if (changes.length === 0) return;
  const what = changes.join('; ');
  throw new CallError(
    'FactsChanged',
    `since the plan that the person agreed to, this has changed: ${what}; call again to ask anew`,
  );
}

async function runAgreed(call: ChangeCall, { plan, by, callId }: Agreed, program: Program): Promise<unknown> {
  const entry = { ...auditOf(plan, callId), agreedBy: by };
  program.audit.record({ ...entry, event: 'sent' });
  const running = call.action.run(call.input, call.context);
  program.changesUnderWay.add(running);
  try {
    const result = await running;
    recordOutcome(program, { ...entry, event: 'done' });
    return result;
  } catch (error) {
    // Whatever is thrown once the change was sent leaves it undecided, unless it says otherwise.
    const outcome = error instanceof Failure ? error.outcome : 'unknown';
    recordOutcome(program, { ...entry, event: EVENT_OF_FAILURE[outcome], error: codeOf(error) });
    throw outcome === 'unknown' ? outcomeUnknown(error, call, program) : error;
  } finally {
    program.changesUnderWay.delete(running);
  }
}

const EVENT_OF_FAILURE = {
  'not-done': 'failed',
  unknown: 'outcome-unknown',
  changed: 'partly-done',
} as const satisfies Record<Outcome, AuditEntry['event']>;

/** The change is made: an audit that cannot be written now must not turn its outcome into a failure. */
function recordOutcome({ audit, log }: Program, entry: AuditEntry): void {
  try {
    audit.record(entry);
  } catch (error) {
    log.error('audit', { error: error instanceof Error ? error.message : String(error), event: entry.event });
  }
}

function auditOf(plan: Plan, call: string) {
  const { tool, connection, account, caller } = plan;
  return { call, tool, connection, account, caller, arguments: plan.arguments, plan: planDigest(plan) };
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : 'Internal';
}

/** IAM's own 5xx keeps its code, since it is an answer; every other doubt is OutcomeUnknown. */
function outcomeUnknown(error: unknown, { action, input }: ChangeCall, { log }: Program): Failure {
  const why = error instanceof Failure ? error.message : `this program failed (${logInternal(error, log)})`;
  const message = `${why}; whether the change was made is not known: ${action.whereToLook(input)}`;
  return error instanceof AwsError && error.isAnswer
    ? new AwsError(error.code, message, { ...error, cause: error })
    : new CallError('OutcomeUnknown', message, { cause: error });
}
