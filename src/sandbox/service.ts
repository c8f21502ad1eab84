// One call from signature to answer: who is it, is it an operation, are its parameters fit, may the caller, do it, log
// it. Everything about AWS that is not a single operation's business; nothing about connections.
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { FolderBusy } from '../state/folder-lock.ts';
import type { Account } from './account.ts';
import { CredentialReports } from './credential-reports.ts';
import { type AccountKeeper, AccountUnusable } from './kept-account.ts';
import type { Call, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { Pager, type PageSettings } from './paging.ts';
import { checkParameters } from './parameters.ts';
import {
  API_VERSIONS,
  buildAnswer,
  buildError,
  decodeForm,
  QueryError,
  rateExceeded,
  type Service,
} from './query-protocol.ts';
import { RateLimit } from './rate-limit.ts';
import { authenticate, type Caller, callerArn, claimedArn, findCaller, type ReceivedRequest } from './signature.ts';
import { toMinute } from './state.ts';

export interface LogEntry {
  operation: string;
  parameters: Record<string, string>;
  /** An ARN. Where the signature was not good or not checked: of the owner of the key that was named, or `unknown`. */
  caller: string;
  requestId: string;
  /** done: carried out, though a fault may have eaten the answer; refused: answered with an error; fault: neither. */
  outcome: 'done' | 'refused' | 'fault';
  /** The error's code, or the fault's kind. */
  code?: string;
  at: string;
}

export interface Answer {
  status: number;
  requestId: string;
  xml: string;
}

/** A request whose form was read. */
export interface Reading {
  request: ReceivedRequest;
  action: string;
  version: string;
  parameters: Record<string, string>;
}

export class IamService {
  readonly log: LogEntry[] = [];
  /** The secrets the next new keys get. */
  readonly plantedSecrets: string[] = [];
  /** Actions (`iam:getuser`) the operator may not do, and whether a policy says so explicitly. */
  readonly denied = new Map<string, { explicit: boolean }>();
  readonly rateLimit = new RateLimit(Number.POSITIVE_INFINITY);
  private readonly account: Account;
  private readonly keeper: AccountKeeper;
  private readonly operatorArn: string;
  private readonly pager: Pager;
  private readonly reports: CredentialReports;

  constructor(
    account: Account,
    keeper: AccountKeeper,
    operatorArn: string,
    settings: PageSettings & { reportSeconds: number },
  ) {
    this.account = account;
    this.keeper = keeper;
    this.operatorArn = operatorArn;
    this.pager = new Pager(settings);
    this.reports = new CredentialReports(settings.reportSeconds * 1000);
  }

  read(request: ReceivedRequest): Reading {
    const { Action: action = '', Version: version = '', ...parameters } = decodeForm(request.body);
    return { request, action, version, parameters };
  }

  /**
   * Carries a call out, or refuses it, and logs which: before anything else, one that comes too soon. Never throws.
   * @param lost the kind of fault that will eat the answer, for the log
   */
  async perform(reading: Reading, lost?: string): Promise<Answer> {
    const requestId = randomUUID();
    const service = serviceOf(reading);
    if (!this.rateLimit.take()) return this.refuse(reading, rateExceeded(), 'refused', requestId);
    try {
      const operation = findOperation(reading);
      // For the newest account: the key may have been made in another process a moment ago.
      this.keeper.exclusively(() => {});
      await authenticate(reading.request, operation.service, this.account);
      const { callerArn: caller, result } = this.keeper.exclusively(() => this.carryOut(reading, operation));
      this.record(reading, { requestId, caller, outcome: 'done', code: lost });
      return { status: 200, requestId, xml: buildAnswer(service, reading.action, requestId, result) };
    } catch (error) {
      return this.refuse(reading, asQueryError(error), 'refused', requestId);
    }
  }

  /** The signature is good; but meanwhile, the account may have become another, in which the caller is looked up again. */
  private carryOut(
    reading: Reading,
    operation: Operation,
  ): { callerArn: string; result: ReturnType<Operation['run']> } {
    const call = this.admit(reading, operation, findCaller(reading.request.headers, this.account));
    return { callerArn: call.callerArn, result: operation.run(call) };
  }

  /** Answers with an error; nothing is carried out. */
  refuse(reading: Reading, error: QueryError, outcome: 'refused' | 'fault', requestId: string = randomUUID()): Answer {
    this.record(reading, { requestId, outcome, code: error.code });
    return { status: error.status, requestId, xml: buildError(serviceOf(reading), requestId, error) };
  }

  /** Logs a request that an ordered fault kept from being carried out. */
  recordFault(reading: Reading, kind: string): void {
    this.record(reading, { requestId: randomUUID(), outcome: 'fault', code: kind });
  }

  private admit({ action, parameters }: Reading, operation: Operation, caller: Caller): Call {
    this.recordUse(caller, operation.service);
    checkParameters(operation.service, operation.rules, parameters);
    const call: Call = {
      parameters,
      caller,
      callerArn: callerArn(caller, this.account),
      account: this.account,
      pager: this.pager,
      reports: this.reports,
      takePlantedSecret: () => this.plantedSecrets.shift(),
      denialOf: (name, arn) => (arn === this.operatorArn ? this.denied.get(name.toLowerCase()) : undefined),
    };
    this.checkPermission(`${operation.service}:${action}`, operation, call);
    return call;
  }

  private checkPermission(action: string, operation: Operation, call: Call): void {
    const denial = this.denied.get(action.toLowerCase());
    if (!denial || call.callerArn !== this.operatorArn) return;
    const why = denial.explicit
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
    throw new QueryError(
      403,
      'AccessDenied',
      `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${operation.resource(call)} ${why}`,
    );
  }

  private recordUse(caller: Caller, serviceName: Service): void {
    if (caller.kind !== 'user') return;
    caller.key.lastUse = { date: toMinute(this.account.now()), serviceName, region: 'us-east-1' };
  }

  private record(
    { action, parameters, request }: Reading,
    what: Pick<LogEntry, 'requestId' | 'outcome' | 'code'> & { caller?: string },
  ): void {
    this.log.push({
      operation: action,
      parameters,
      caller: what.caller ?? this.claimedCaller(request.headers),
      requestId: what.requestId,
      outcome: what.outcome,
      ...(what.code !== undefined && { code: what.code }),
      at: this.account.now().toISOString(),
    });
  }

  private claimedCaller(headers: IncomingHttpHeaders): string {
    return claimedArn(headers, this.account);
  }
}

function findOperation({ request, action, version }: Reading): Operation {
  if (request.method !== 'POST' || request.path !== '/') {
    throw new QueryError(404, 'UnknownOperationException', 'Send a POST to /, with the action in a form.');
  }
  if (action === '') throw new QueryError(400, 'MissingAction', 'The request must contain the parameter Action.');
  const operation = OPERATIONS.get(action);
  if (!operation || version !== API_VERSIONS[operation.service]) {
    throw new QueryError(400, 'InvalidAction', `Could not find operation ${action} for version ${version}`);
  }
  return operation;
}

function serviceOf({ action }: Reading): Service {
  return OPERATIONS.get(action)?.service ?? 'iam';
}

/** Anything else thrown is a bug of the sandbox; it is shown to whoever made the request rather than ending the process. */
function asQueryError(error: unknown): QueryError {
  if (error instanceof QueryError) return error;
  // A code after which a client comes again, as nothing was done.
  if (error instanceof FolderBusy) return new QueryError(400, 'Throttling', `Rate exceeded: ${error.message}`);
  if (error instanceof AccountUnusable) return new QueryError(400, 'SandboxUnusable', error.message);
  return new QueryError(500, 'InternalFailure', `The sandbox itself failed: ${String(error)}`);
}
