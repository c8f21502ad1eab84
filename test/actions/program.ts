// The program with one connection, short time limits, no limit on results, nobody to ask and a state dir that is thrown
// away with the test.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type * as z from 'zod';
import { ACTIONS } from '../../src/actions/index.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { callAction, isAsk } from '../../src/call.ts';
import type { Host } from '../../src/calls/context.ts';
import { assembleProgram, type Program } from '../../src/calls/program.ts';
import type { Envelope } from '../../src/envelope.ts';
import { describePlan } from '../../src/plan/describe-plan.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';
import { isInputRequired } from '../../src/server/asking.ts';
import { askingByPush } from '../../src/server/legacy-asking.ts';
import { MfaForms } from '../../src/server/mfa-codes.ts';
import { serveCall } from '../../src/server/passes.ts';
import type { Connection } from '../../src/settings/connection.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export { temporaryFolder } from '../temporary-folder.ts';

// main.ts does the same: the SDK announces on stderr that it will want a newer Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export type Arguments = Record<string, unknown>;

/** What of a connection a test sets; without a sandbox, credentials come from the SDK's chain. */
export interface ConnectionInTest extends Partial<Connection> {
  sandbox?: { endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  profile?: string;
}

export function connectionTo({ sandbox, profile, ...more }: ConnectionInTest): Connection {
  return {
    label: 'default',
    verifySsl: true,
    readOnly: false,
    referenceValues: {},
    credentials: sandbox
      ? { from: 'sandbox', ...sandbox.credentials }
      : profile === undefined
        ? { from: 'chain' }
        : { from: 'profile', profile },
    endpoint: sandbox?.endpoint,
    ...more,
  };
}

export function openProgram(target: ConnectionInTest, given: Partial<z.input<typeof settingsSchema>> = {}): Program {
  const settings = settingsSchema.parse({
    approval: 'host',
    open: 'never',
    // For a busy machine: nothing waits for their end but tests that set them.
    connectTimeout: 10,
    answerTimeout: 20,
    callTimeout: 60,
    logLevel: 'debug',
    resultLimit: 0,
    stateDir: given.stateDir ?? path.join(temporaryFolder(), 'state'),
    ...given,
  });
  const connection = connectionTo(target);
  const connections = new Map([[connection.label, connection]]);
  return assembleProgram(
    settings,
    { connections, defaultLabel: connection.label, secrets: [] },
    {
      environment: process.env,
      approveCommand: (id) => `aws-iam-mcp approve ${id}`,
      leaving: new AbortController().signal,
    },
  );
}

/** A host without forms, which cancels nothing. */
export function aHost(changes: Partial<Host> = {}): Host {
  return {
    signal: new AbortController().signal,
    hasForms: false,
    mfaCode: undefined,
    onProgress: () => {},
    call: randomUUID(),
    asker: 'a host in a test',
    client: 'test 1 legacy',
    session: 'a session',
    deadline: Number.POSITIVE_INFINITY,
    ...changes,
  };
}

/** A call that nobody is to be asked for. */
export function call(program: Program, tool: string, given: Arguments, host = aHost()): Promise<Envelope> {
  const askForApproval = async () => {
    throw new Error('it asks for approval');
  };
  const action = actionNamed(tool);
  const asking = askingByPush({ forms: new MfaForms(), askForMfaCode: undefined, askForApproval });
  return ended(serveCall(given, { action, program, host, asking }));
}

/** What a call comes to when it asks a person, who reads the plan in a form and then declines. */
export async function ask(
  program: Program,
  tool: string,
  given: Arguments,
): Promise<{ plan?: Plan; envelope: Envelope }> {
  const asking: Program = { ...program, settings: { ...program.settings, approval: 'form' } };
  const host = aHost({ hasForms: true });
  const outcome = await callAction(given, { action: actionNamed(tool), program: asking, host });
  if (!isAsk(outcome)) return { envelope: outcome };
  if (outcome.ask !== 'approval') throw new Error(`it asks for ${outcome.ask}`);
  const { request } = outcome;
  new ApprovalRequests(program.settings.stateDir).close(request, { is: 'declined', by: 'form' });
  return { plan: request.plan, envelope: await call(asking, tool, given, host) };
}

/** The plan that a person reads, with what its only row has; fails the test when nobody was asked. */
export async function planOf(program: Program, tool: string, given: Arguments): Promise<Plan & PlanRow> {
  const { plan, envelope } = await ask(program, tool, given);
  if (!plan) throw new Error(`Nobody was asked: ${envelope.error}`);
  const [row] = plan.rows;
  if (!row || plan.rows.length > 1) throw new Error(`The plan has ${plan.rows.length} rows`);
  return { ...plan, ...row };
}

/** The text of one fact as a person reads it, its lines joined by a line break. */
export function shown(plan: Plan, label: string): string {
  const lines = describePlan(plan).split('\n');
  const first = lines.findIndex((line) => line.startsWith(`${label}:`));
  if (first < 0) throw new Error(`No fact '${label}' in: ${lines.join(' | ')}`);
  const rest = lines.slice(first + 1);
  const after = rest.findIndex((line) => !line.startsWith('  - '));
  const [value, ...entries] = [lines[first]?.slice(label.length + 1), ...rest.slice(0, after)];
  return [value, ...entries.map((line) => line.slice(4))]
    .map((line) => line?.trim())
    .filter(Boolean)
    .join('\n');
}

function actionNamed(tool: string) {
  const action = ACTIONS.find(({ name }) => name === tool);
  if (!action) throw new Error(`There is no action ${tool}`);
  return action;
}

/** The envelope of a call that returns no form to its host. */
export async function ended(call: ReturnType<typeof serveCall>): Promise<Envelope> {
  const outcome = await call;
  if (isInputRequired(outcome)) throw new Error('it returns a form');
  return outcome;
}
