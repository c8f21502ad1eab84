// The identities at AWS that one call works with: one for each connection and role, however many rows there are.
import pLimit from 'p-limit';
import { isChange } from '../actions/action.ts';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import { type RoleAgreement, RoleNotFree } from '../iam/allowed-roles.ts';
import type { Identity } from '../iam/caller-identity.ts';
import { MfaCodeNeeded } from '../iam/mfa.ts';
import { TimeLimit } from '../time-limit.ts';
import type { CallContext, MfaAsk } from './context.ts';
import { type RowCall, timed } from './row-call.ts';

export interface Connected {
  /**
   * @throws what opening it threw: CallError NoCredentials, InvalidArguments, Refused, Timeout; AwsError when AWS
   *   refuses the role
   */
  accountOf: (call: RowCall) => Account;
}

interface RolesToAsk {
  /** One call of each connection and role to which a person has to agree first, by the keys of `RoleAnswers`. */
  notFree: ReadonlyMap<string, RowCall>;
}

/** What came of asking a person for a role, by connection and role. */
export type RoleAnswers = Map<string, { agreed: RoleAgreement } | { error: unknown }>;

type Opened = { account: Account } | { error: unknown; tookCode: boolean };
type Accounts = ReadonlyMap<string, Opened>;

const AT_ONCE = 8;

/**
 * A call whose account cannot be opened fails alone.
 * @param options.identify also asks AWS who each account is, and sets `account`, `ownAccount`, `caller` and `endpoint` of the
 *   calls, or `unreachable`
 * @returns an Ask for the codes of all devices at once, as long as some are needed
 */
export async function connect(
  calls: readonly RowCall[],
  context: CallContext,
  { identify = false, answers = new Map() }: { identify?: boolean; answers?: RoleAnswers } = {},
): Promise<(Connected & RolesToAsk) | MfaAsk> {
  const { program, host } = context;
  const [first] = calls;
  // For the whole step: no row pays with its own time for what all of them share. A single call keeps to its own limit.
  const limit = calls.length === 1 && first ? first.limit : new TimeLimit(program.settings.callTimeout * 1000);
  return timed({ limit }, host.signal, async (signal) => {
    const oneOfEach = new Map(calls.map((call) => [connectionAndRoleOf(call), call]));
    const accounts = await forEach(oneOfEach, (call) =>
      open(call, context, signal, answers.get(connectionAndRoleOf(call))),
    );
    const devices = devicesNeeded(accounts);
    if (devices.length > 0) return { ask: 'mfa', devices };
    if (identify) await setIdentities(calls, accounts, context, signal);
    const notFree = new Map([...oneOfEach].filter(([key]) => isNotFree(accounts.get(key))));
    return { accountOf: (call) => accountOf(call, accounts), notFree };
  });
}

async function open(
  call: RowCall,
  { program, host }: CallContext,
  signal: AbortSignal,
  answer: ReturnType<RoleAnswers['get']>,
): Promise<Opened> {
  if (answer && 'error' in answer) return { error: answer.error, tookCode: false };
  const { mfaCode } = host;
  let tookCode = false;
  const take = (device: string) => {
    const code = mfaCode?.(device);
    tookCode ||= code !== undefined;
    return code;
  };
  try {
    const { roleArn } = call;
    const options = { roleArn, agreement: answer?.agreed, signal, mfaCode: mfaCode && take };
    return { account: await program.accounts.open(call.connection, options) };
  } catch (error) {
    return { error, tookCode };
  }
}

/** None after a sign-in with a code has failed: that failure is the answer, and nobody is asked again within the call. */
function devicesNeeded(accounts: Accounts): string[] {
  const failures = [...accounts.values()].flatMap((opened) => ('error' in opened ? opened : []));
  if (failures.some(({ error, tookCode }) => tookCode && !(error instanceof MfaCodeNeeded))) return [];
  const needed = failures.flatMap(({ error }) => (error instanceof MfaCodeNeeded ? error.devices : []));
  return [...new Set(needed)];
}

function isNotFree(opened: Opened | undefined): boolean {
  return opened !== undefined && 'error' in opened && opened.error instanceof RoleNotFree;
}

function accountOf(call: RowCall, accounts: Accounts): Account {
  const opened = accounts.get(connectionAndRoleOf(call));
  if (opened && 'account' in opened) return opened.account;
  if (!(opened?.error instanceof MfaCodeNeeded)) throw opened?.error;
  const devices = cleanLine(opened.error.devices.join(', '));
  throw new CallError('NoCredentials', `an MFA code is needed here, too, of ${devices}; call again to be asked for it`);
}

/**
 * The sandbox's port is another one in each process, and its account the same: what the call of one leaves behind, an
 * approval or a journal, is for the call of the next. The operator's key is of that account alone. No real endpoint
 * has this scheme.
 */
function sandboxOf({ connection: { credentials } }: RowCall): string | undefined {
  return credentials.from === 'sandbox' ? `sandbox://${credentials.accessKeyId}` : undefined;
}

async function setIdentities(
  calls: readonly RowCall[],
  accounts: Accounts,
  { action }: CallContext,
  signal: AbortSignal,
): Promise<void> {
  for (const call of calls) {
    // It may be that since then a person has agreed to its role.
    call.unreachable = undefined;
    try {
      const account = accountOf(call, accounts);
      if (isChange(action)) action.check?.(call.input, account);
      call.endpoint = sandboxOf(call) ?? account.endpoint;
    } catch (error) {
      call.unreachable = error;
    }
  }
  const reachable = new Set(calls.flatMap((call) => (call.unreachable === undefined ? connectionAndRoleOf(call) : [])));
  const asked = new Map([...accounts].filter(([key]) => reachable.has(key)));
  const identities = await forEach(asked, async (opened) => {
    if ('error' in opened) return undefined;
    return whoAndWhose(opened.account, signal).catch((unreachable: unknown) => ({ unreachable }));
  });
  for (const call of calls) {
    const identity = identities.get(connectionAndRoleOf(call));
    if (!identity) continue;
    if ('unreachable' in identity) call.unreachable = identity.unreachable;
    else {
      call.account = identity.account;
      call.caller = identity.arn;
      call.ownAccount = identity.ownAccount;
    }
  }
}

async function whoAndWhose(account: Account, signal: AbortSignal): Promise<Identity & Pick<RowCall, 'ownAccount'>> {
  const [identity, ownAccount] = await Promise.all([account.identity(signal), account.ownAccount?.(signal)]);
  return { ...identity, ownAccount };
}

/** Some at once. */
async function forEach<Given, Made>(
  all: ReadonlyMap<string, Given>,
  make: (each: Given) => Promise<Made>,
): Promise<Map<string, Made>> {
  const limit = pLimit(AT_ONCE);
  return new Map(await Promise.all([...all].map(async ([key, each]) => [key, await limit(() => make(each))] as const)));
}

function connectionAndRoleOf({ connection, roleArn }: RowCall): string {
  return JSON.stringify([connection.label, roleArn]);
}
