// Makes the plan of a change, or of a table of them, from facts that are read from AWS here and now.
import { type Change, isComplete, type LastOf, type PlanContext, type PlanFacts } from '../actions/action.ts';
import { whyLeftOut } from '../calls/failure-text.ts';
import { refuseProtected } from '../calls/guards.ts';
import type { Program } from '../calls/program.ts';
import { refuseSecrets } from '../calls/refuse-secrets.ts';
import { type RowCall, timed } from '../calls/row-call.ts';
import { perConnection } from '../calls/run.ts';
import { CallError } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import type { Connection } from '../settings/connection.ts';
import type { Plan, PlanRow } from './plan.ts';
import { readsOf, refuseSecretsIn } from './plan-reads.ts';
import { SharedReads } from './shared-reads.ts';
import { wayOf } from './way.ts';

const MOST_NAMED = 10;

interface PlanMaking {
  action: Change;
  program: Program;
  /** Throws for a call whose account could not be opened. */
  accountOf: (call: RowCall) => Account;
  /** Rows that are known not to be possible, and why. */
  leftOut: Plan['leftOut'];
  /** Where nobody here reads them: every row is its outline alone, and nothing is sent. */
  withoutFacts?: boolean;
  /** What was read a moment ago. */
  reads?: SharedReads;
  /** Ends the reading. */
  signal: AbortSignal;
  onRowRead?: () => void;
}

export interface MadePlan {
  /** Undefined where no row can be done. */
  plan: Plan | undefined;
  rows: Map<RowCall, PlanRow>;
  /** What was thrown for the others. */
  failures: Map<RowCall, unknown>;
}

/**
 * @param calls of which it is known who makes them, and where
 * @throws CallError InvalidArguments when two rows are the same call
 */
export async function makePlan(calls: readonly RowCall[], making: PlanMaking): Promise<MadePlan> {
  const { action, program, leftOut, onRowRead } = making;
  const limit = perConnection(program.settings.concurrency);
  const limitMs = program.settings.callTimeout * 1000;
  const { reads = new SharedReads({ limitMs, signal: making.signal, isShared: calls.length > 1 }) } = making;
  const rows = new Map<RowCall, PlanRow>();
  const lasts = new Map<PlanRow, LastOf>();
  const failures = new Map<RowCall, unknown>();
  refuseTwins(calls, action);
  await Promise.all(
    calls.map((call) =>
      limit(call)(async () => {
        try {
          const { row, lastOf } = await planRow(call, making, reads);
          rows.set(call, row);
          if (lastOf) lasts.set(row, lastOf);
        } catch (error) {
          failures.set(call, error);
        }
        onRowRead?.();
      }),
    ),
  );
  warnOfLast(lasts);
  // In the table's order, whatever came first.
  const planned = calls.flatMap((call) => rows.get(call) ?? []);
  const failed = calls.flatMap((call) => {
    if (!failures.has(call) || call.number === undefined) return [];
    return { number: call.number, why: whyLeftOut(failures.get(call)) };
  });
  const plan = planned.length > 0 && {
    tool: action.name,
    madeAt: new Date().toISOString(),
    rows: planned,
    leftOut: program.redactor.value([...leftOut, ...failed].sort((a, b) => a.number - b.number)),
  };
  return { plan: plan || undefined, rows, failures };
}

type Planned = { row: PlanRow } & Pick<PlanFacts, 'lastOf'>;

async function planRow(call: RowCall, making: PlanMaking, reads: SharedReads): Promise<Planned> {
  const { action, program, accountOf, withoutFacts = false } = making;
  const { input, roleArn, connection, number, unreachable, caller } = call;
  const account = accountOf(call);
  if (unreachable !== undefined) throw unreachable;
  if (call.account === undefined || caller === undefined) throw new Error('it is not known who makes this call');
  refuseSecrets(input, program.redactor);
  const { change, ...outline } = action.outline(input, {
    ownKeyIds: account.ownKeyIds,
    secrets: program.settings.secrets,
  });
  const {
    lastOf,
    change: known,
    ...facts
  }: Partial<PlanFacts> & Pick<PlanFacts, 'facts' | 'notKnown'> = withoutFacts
    ? { facts: [], notKnown: [] }
    : await readFacts(call, call.account, making, reads);
  call.target = action.target(input);
  call.change = known ?? change;
  const row: PlanRow = {
    ...(number !== undefined && { number }),
    connection: shownLabel(connection),
    account: call.account,
    caller,
    way: wayOf(call, account),
    arguments: roleArn === undefined ? input : { ...input, role_arn: roleArn },
    target: call.target,
    ...outline,
    ...facts,
  };
  refuseSecretsIn(row, program);
  return { row, lastOf };
}

/** Each row by itself leaves something, and all of them nothing. */
function warnOfLast(lasts: ReadonlyMap<PlanRow, LastOf>): void {
  const idOf = ({ account, target }: PlanRow, thing: string) => JSON.stringify([account, target.owner.id, thing]);
  const taken = new Set([...lasts.keys()].map((row) => idOf(row, row.target.thing.id)));
  for (const [row, { others, grave }] of lasts) {
    if (others.every((other) => taken.has(idOf(row, other)))) row.grave = [...row.grave, grave];
  }
}

function readFacts(call: RowCall, accountId: string, making: PlanMaking, reads: SharedReads): Promise<PlanFacts> {
  const { action, program, accountOf, signal } = making;
  const account = accountOf(call);
  return timed(call, signal, (waiting) => {
    const context: PlanContext = {
      send: readsOf(account, reads, waiting, program),
      account: accountId,
      ownKeyIds: account.ownKeyIds,
      partition: account.partition,
      endpoint: account.endpoint,
      checkOwner: (name) => refuseProtected(name, call.connection),
      secrets: program.settings.secrets,
    };
    return action.plan(call.input, context);
  });
}

export function shownLabel({ credentials, label }: Connection): string {
  return credentials.from === 'sandbox' ? `${label} (the built-in sandbox)` : label;
}

/**
 * By whatever connection or role the account is reached. Two rows on one thing are the same change whatever they make of
 * it: of off and on again, a person would see the first.
 */
function refuseTwins(calls: readonly RowCall[], action: Change): void {
  const numbers = new Map<string, (number | undefined)[]>();
  for (const { account, connection, input, number } of calls) {
    if (!isComplete(action, input)) continue;
    const { owner, thing } = action.target(input);
    // Why an account cannot be reached is told with the row.
    const key = JSON.stringify([account ?? connection.label, owner.id, thing.id]);
    const group = numbers.get(key);
    if (group) group.push(number);
    else numbers.set(key, [number]);
  }
  const twins = [...numbers.values()].filter(({ length }) => length > 1);
  if (twins.length === 0) return;
  const named = twins.slice(0, MOST_NAMED).map((group) => `rows ${group.slice(0, MOST_NAMED).join(', ')}`);
  const more = twins.length > named.length ? ` and ${twins.length - named.length} more such groups` : '';
  throw new CallError(
    'InvalidArguments',
    `these rows change the same thing, once rendered: ${named.join('; ')}${more}; leave one of them in the table`,
  );
}
