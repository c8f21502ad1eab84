// The whole way of a call on one page: arguments, connection, account, plan, approval, run, envelope.
import { randomUUID } from 'node:crypto';
import { type Action, type Change, isChange, type PlanContext, type RunContext, type Send } from './actions/action.ts';
import { parseArguments } from './actions/arguments.ts';
import { type AskByForm, obtainApproval } from './approval/approval.ts';
import { type Plan, planDigest } from './approval/plan.ts';
import type { ApprovalRequests } from './approval/requests.ts';
import type { Audit } from './audit.ts';
import { cleanLine } from './clean-text.ts';
import { CallError, type Envelope, failed, succeeded } from './envelope.ts';
import type { Account, Accounts } from './iam/account.ts';
import { AwsError } from './iam/errors.ts';
import type { Log } from './log.ts';
import type { Redactor } from './redact.ts';
import { openSecretFile, secretInResult } from './secret-file.ts';
import { type Connection, connectionLabelled } from './settings/connections.ts';
import type { Settings } from './settings/settings.ts';
import { TimeLimit } from './time-limit.ts';

/** What lives as long as the program. */
export interface Program {
  settings: Settings;
  connections: ReadonlyMap<string, Connection>;
  accounts: Accounts;
  requests: ApprovalRequests;
  approveCommand: (id: string) => string;
  audit: Audit;
  log: Log;
  redactor: Redactor;
  callsUnderWay: Set<Promise<unknown>>;
  /** Changes that have been sent and not answered yet: the program waits for them before it ends. */
  changesUnderWay: Set<Promise<unknown>>;
}

/** What the host gives with one call. */
export interface Caller {
  /** Aborted when the host cancels the call, or leaves. */
  signal: AbortSignal;
  askByForm: AskByForm | undefined;
  onProgress: (message: string) => void;
}

const NOTHING_CHANGED = 'Nothing was changed.';

/** Never throws: every outcome is an envelope, free of secrets. */
export async function callAction(
  action: Action,
  given: Record<string, unknown>,
  program: Program,
  caller: Caller,
): Promise<Envelope> {
  const startedAt = performance.now();
  const warnings: string[] = [];
  const limit = new TimeLimit(program.settings.callTimeout * 1000);
  let envelope: Envelope;
  try {
    envelope = succeeded(await carryOut(action, given, program, caller, limit, warnings), warnings);
  } catch (error) {
    envelope = envelopeOfError(error, action, program.log, warnings);
  } finally {
    limit.stop();
  }
  program.log.info('call', {
    tool: action.name,
    milliseconds: Math.round(performance.now() - startedAt),
    error: envelope.error ?? '',
  });
  return program.redactor.value(envelope);
}

async function carryOut(
  action: Action,
  given: Record<string, unknown>,
  program: Program,
  caller: Caller,
  limit: TimeLimit,
  warnings: string[],
): Promise<unknown> {
  const { settings } = program;
  if (settings.readOnly && isChange(action)) {
    throw new CallError('ReadOnly', 'this server was started with --read-only');
  }
  const { connection: label, role_arn, ...input } = parseArguments(action, given) as Record<string, string>;
  const connection = connectionLabelled(program.connections, label);

  const stopOnCancel = () => limit.abort();
  caller.signal.addEventListener('abort', stopOnCancel, { once: true });
  try {
    const account = await program.accounts.open(connection, role_arn, limit.signal);
    const context = runContext(action, account, program, limit, warnings);
    if (!isChange(action)) return await action.run(input, context);

    const plan = await makePlan(action, input, role_arn, connection, account, program, limit);
    limit.stop();
    const agreement = await agreeTo(plan, program, caller);
    limit.start();
    if (caller.signal.aborted) throw new CallError('ApprovalDismissed', 'the call was cancelled');
    // From here on the change may be at AWS: cancelling the call no longer stops it.
    caller.signal.removeEventListener('abort', stopOnCancel);
    return await runAgreed(action, input, context, agreement, program);
  } finally {
    caller.signal.removeEventListener('abort', stopOnCancel);
  }
}

async function makePlan(
  action: Change,
  input: Record<string, string>,
  roleArn: string | undefined,
  connection: Connection,
  account: Account,
  program: Program,
  limit: TimeLimit,
): Promise<Plan> {
  const context: PlanContext = {
    send: async (operation, fields) => {
      try {
        return await account.send(operation, fields, { signal: limit.signal });
      } catch (error) {
        throw error instanceof AwsError ? error.asOfARead() : error;
      }
    },
    ownKeyIds: account.ownKeyIds,
    secrets: program.settings.secrets,
    now: new Date(),
  };
  const [identity, draft] = await Promise.all([account.identity(limit.signal), action.plan(input, context)]);
  return program.redactor.value({
    tool: action.name,
    connection: connection.sandbox ? `${connection.label} (the built-in sandbox)` : connection.label,
    account: identity.account,
    caller: identity.arn,
    arguments: roleArn === undefined ? input : { ...input, role_arn: roleArn },
    ...draft,
  });
}

interface Agreement {
  plan: Plan;
  by: string;
  callId: string;
}

async function agreeTo(plan: Plan, program: Program, caller: Caller): Promise<Agreement> {
  const callId = randomUUID();
  const { settings, audit } = program;
  audit.record({ ...auditOf(plan, callId), event: 'asked' });
  try {
    const by = await obtainApproval(plan, {
      mode: settings.approval,
      waitMs: settings.approvalWait * 1000,
      askByForm: caller.askByForm,
      requests: program.requests,
      approveCommand: program.approveCommand,
      onProgress: caller.onProgress,
      signal: caller.signal,
    });
    return { plan, by, callId };
  } catch (error) {
    const told = error instanceof CallError ? error.code : 'Internal';
    audit.record({ ...auditOf(plan, callId), event: 'refused', error: told });
    throw error;
  }
}

async function runAgreed(
  action: Change,
  input: Record<string, string>,
  context: RunContext,
  { plan, by, callId }: Agreement,
  program: Program,
): Promise<unknown> {
  const entry = { ...auditOf(plan, callId), agreedBy: by };
  program.audit.record({ ...entry, event: 'sent' });
  const running = action.run(input, context);
  program.changesUnderWay.add(running);
  try {
    const result = await running;
    recordOutcome(program, { ...entry, event: 'done' });
    return result;
  } catch (error) {
    const isUnknown = error instanceof AwsError && !error.notDone;
    const told = error instanceof AwsError || error instanceof CallError ? error.code : 'Internal';
    recordOutcome(program, { ...entry, event: isUnknown ? 'outcome-unknown' : 'failed', error: told });
    throw isUnknown ? outcomeUnknown(error, action, input) : error;
  } finally {
    program.changesUnderWay.delete(running);
  }
}

/** The change is made: an audit that cannot be written now must not turn its outcome into a failure. */
function recordOutcome({ audit, log }: Program, entry: Parameters<Audit['record']>[0]): void {
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

/** IAM's own 5xx keeps its code, since it is an answer; every other doubt is OutcomeUnknown. */
function outcomeUnknown(error: AwsError, action: Change, input: Record<string, string>): Error {
  const message = `${error.message}; whether the change was made is not known: ${action.whereToLook(input)}`;
  return error.isAnswer
    ? new AwsError(error.code, message, { ...error, cause: error })
    : new CallError('OutcomeUnknown', message, { cause: error });
}

function runContext(
  action: Action,
  account: Account,
  program: Program,
  limit: TimeLimit,
  warnings: string[],
): RunContext {
  const send: Send = (operation, fields) =>
    account.send(operation, fields, { signal: limit.signal, once: action.kind === 'create' });
  const { secrets, stateDir } = program.settings;
  return {
    send,
    openSecretPlace() {
      if (secrets === 'inline') return secretInResult;
      const file = openSecretFile(stateDir);
      return {
        ...file,
        keep(key) {
          program.redactor.register(key.secretAccessKey);
          return file.keep(key);
        },
      };
    },
    warn: (text) => warnings.push(text),
  };
}

function envelopeOfError(error: unknown, action: Action, log: Log, warnings: string[]): Envelope {
  if (error instanceof AwsError) {
    const end = isChange(action) && error.notDone ? ` ${NOTHING_CHANGED}` : '';
    return failed(error.code, withFullStop(error.message, end), warnings);
  }
  if (error instanceof CallError) {
    const end = isChange(action) && saysNothingOfTheWorld(error) ? ` ${NOTHING_CHANGED}` : '';
    return failed(error.code, withFullStop(error.message, end), warnings);
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error('internal', { name, message, stack: stack ?? '' });
  return failed('Internal', `this program failed (${cleanLine(name, 60)}); see server.log in its state dir`, warnings);
}

/** Whether nothing was changed goes without saying in the message itself. */
function saysNothingOfTheWorld({ code }: CallError): boolean {
  return !['ApprovalPending', 'OutcomeUnknown', 'Internal'].includes(code);
}

function withFullStop(message: string, end: string): string {
  return end === '' || /[.!?]$/.test(message) ? message + end : `${message}.${end}`;
}
