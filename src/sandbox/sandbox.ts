// An IAM and STS endpoint on this machine, to try the program without an account and to test it against: the AWS SDK
// talks to it unmodified. It starts with a small company in which a key has leaked; faults can be ordered.

import { ACCOUNT_ID, Account } from './account.ts';
import { operatorKeyOf } from './account-record.ts';
import { type Company, describeCompany, foundCompany, OPERATOR_NAME } from './company.ts';
import { type FaultOrder, FaultQueue } from './faults.ts';
import { listen } from './http.ts';
import { type AccountKeeper, KeptAccount, keptAccountIn, MEMORY } from './kept-account.ts';
import { OPERATIONS } from './operations.ts';
import { IamService, type LogEntry } from './service.ts';
import type { KeyStatus, KeyUse } from './state.ts';
import { createGroup, createKey, existingPolicy, existingUser, holderOf, load } from './stock.ts';

export type { FaultOrder, SandboxFault } from './faults.ts';
export type { LogEntry } from './service.ts';

export interface SandboxOptions {
  /** Dates everything in the account and lets sessions expire; signatures are judged by the machine's own clock. */
  now?: () => Date;
  /**
   * Where the account is kept: all sandboxes on one state dir, of whatever processes, have one account, the company's.
   * Without it the account is in memory, and ends with the sandbox.
   */
  stateDir?: string;
  /** Begin with a new company in the state dir. Its operator has the old one's key, by which other processes sign. */
  reset?: boolean;
  /** Take the account as it is in the state dir, if there is one, and keep nothing. */
  onlyLook?: boolean;
  /** Start with the company's users, policies and roles (default), or with the operator alone. */
  company?: boolean;
  /** The most entries a list page holds, whatever MaxItems asks for. Without it MaxItems counts, or IAM's 100. */
  pageSize?: number;
  /** Puts an empty page, with IsTruncated=true, before each page. */
  emptyPages?: boolean;
  /** How long it takes to generate a credential report. Default: 1.5. */
  reportSeconds?: number;
  /** Answers 400 Throttling to what is asked beyond this, half a second's worth at once apart. Without it all may pass. */
  requestsPerSecond?: number;
}

export interface Sandbox {
  readonly endpoint: string;
  readonly account: string;
  /** Of the operator's own user. */
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  /** Everything carried out, refused or struck by a fault, in order. */
  readonly log: readonly LogEntry[];
  /** What is where in the company; throws in a sandbox started without one. */
  readonly company: Company;
  order(order: FaultOrder): void;
  clearOrders(): void;
  /** The operator may not do this (`iam:GetUser`) from now on. Sessions and other users still may. */
  deny(action: string, explicit?: boolean): void;
  allow(action: string): void;
  /** Another `requestsPerSecond` from now on; Infinity lets all pass. */
  limitRate(requestsPerSecond: number): void;
  /** Adds that many users, with one key each, and customer managed policies. */
  load(more: { users?: number; policies?: number }): void;
  createUser(userName: string): void;
  createKey(userName: string, status?: KeyStatus): { accessKeyId: string; secretAccessKey: string };
  /** @returns the ARN of a customer managed policy */
  createPolicy(name: string, document: object, description?: string): string;
  /** With the users in it, and the ARNs of the policies attached to it. */
  createGroup(name: string, given?: { users?: readonly string[]; policies?: readonly string[] }): void;
  attachToGroup(name: string, policyArn: string): void;
  /** Gives a user, or a group, an inline policy. */
  putPolicy(holder: { user: string } | { group: string }, name: string, document: object): void;
  useKey(accessKeyId: string, use: KeyUse): void;
  /** The next CreateAccessKey hands out this secret. */
  plantSecret(secret: string): void;
  key(accessKeyId: string): { userName: string; status: KeyStatus } | undefined;
  keysOf(userName: string): { accessKeyId: string; status: KeyStatus }[];
  /** ARNs. */
  attachedPolicies(userName: string): string[];
  close(): Promise<void>;
}

/** @throws AccountUnusable, FolderBusy, Error: one line each, about the state dir */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { company = true, pageSize = Number.POSITIVE_INFINITY, emptyPages = false, reportSeconds = 1.5 } = options;
  const { account, keeper } = openAccount(options);
  const operatorKey = operatorKeyOf(account);
  if (!operatorKey) throw new Error('The sandbox has no operator.');
  const companyIds = company ? idsOf(account) : undefined;
  const service = new IamService(account, keeper, operatorKey.user.arn, { pageSize, emptyPages, reportSeconds });
  if (options.requestsPerSecond !== undefined) service.rateLimit.perSecond = options.requestsPerSecond;
  const faults = new FaultQueue();
  const { endpoint, close } = await listen(service, faults);
  const exclusively: AccountKeeper['exclusively'] = (work) => keeper.exclusively(work);
  return {
    endpoint,
    account: account.id,
    credentials: { accessKeyId: operatorKey.accessKeyId, secretAccessKey: operatorKey.secretAccessKey },
    log: service.log,
    get company() {
      if (!companyIds)
        throw new Error('This sandbox was started without the company, or with one that lacks a key by now.');
      return companyIds;
    },
    order: (order) => faults.add(order),
    clearOrders: () => faults.clear(),
    deny: (action, explicit = false) => void service.denied.set(knownAction(action), { explicit }),
    allow: (action) => void service.denied.delete(knownAction(action)),
    limitRate: (requestsPerSecond) => {
      service.rateLimit.perSecond = requestsPerSecond;
    },
    load: (more) => exclusively(() => load(account, more)),
    createUser: (userName) => void exclusively(() => account.addUser(userName)),
    createKey: (userName, status) => exclusively(() => createKey(account, userName, status)),
    createPolicy: (policyName, document, description) =>
      exclusively(() => account.addPolicy({ policyName, document, description }).arn),
    createGroup: (groupName, given) => exclusively(() => createGroup(account, groupName, given)),
    attachToGroup: (group, arn) =>
      exclusively(() => account.attach(holderOf(account, { group }), existingPolicy(account, arn))),
    putPolicy: (holder, policyName, document) =>
      exclusively(() => account.putPolicy(holderOf(account, holder), { policyName, document })),
    useKey: (accessKeyId, use) =>
      exclusively(() => {
        const key = account.key(accessKeyId);
        if (!key) throw new Error(`The sandbox has no key ${accessKeyId}`);
        key.lastUse = use;
      }),
    plantSecret: (secret) => void service.plantedSecrets.push(secret),
    key: (accessKeyId) =>
      exclusively(() => {
        const key = account.key(accessKeyId);
        return key && { userName: key.user.userName, status: key.status };
      }),
    keysOf: (userName) =>
      exclusively(() =>
        existingUser(account, userName).keys.map(({ accessKeyId, status }) => ({ accessKeyId, status })),
      ),
    attachedPolicies: (userName) =>
      exclusively(() => existingUser(account, userName).attachedPolicies.map((policy) => policy.arn)),
    close,
  };
}

/** @returns undefined for a kept account in which a key of the story is gone */
function idsOf(account: Account): Company | undefined {
  try {
    return describeCompany(account);
  } catch {
    return undefined;
  }
}

function openAccount(options: SandboxOptions): { account: Account; keeper: AccountKeeper } {
  const { now = () => new Date(), company = true, stateDir, reset = false, onlyLook = false } = options;
  if (stateDir !== undefined && !onlyLook) {
    const keeper = KeptAccount.open(stateDir, { now, reset });
    return { account: keeper.account, keeper };
  }
  const kept = stateDir === undefined ? undefined : keptAccountIn(stateDir, now);
  if (kept) return { account: kept, keeper: MEMORY };
  const account = new Account(ACCOUNT_ID, now);
  if (company) foundCompany(account);
  else account.addKey(account.addUser(OPERATOR_NAME));
  return { account, keeper: MEMORY };
}

/** Catches a mistyped action, which would deny nothing and let a test pass for no reason. */
function knownAction(action: string): string {
  for (const [name, { service }] of OPERATIONS) {
    const known = `${service}:${name}`.toLowerCase();
    if (known === action.toLowerCase()) return known;
  }
  throw new Error(`The sandbox has no action ${action}`);
}
