// Calls that wait for a person at the terminal.
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import type { TestContext } from 'vitest';
import type { Seen } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from './eventually.ts';
import { startRewritingProxy } from './rewriting-proxy.ts';
import type { Server } from './session.ts';

/** So that a call is left waiting at once. */
export const AT_ONCE = ['--approval-wait', '0'];

/** So that a call waits for longer than any test needs. */
export const PATIENT = ['--approval-wait', '15'];

/** What the audit has of a call, and of the same one made again, to neither of which anybody answered. */
export const TWICE_PENDING = ['asked', 'pending', 'pending'];

/** Calls, and expects to be told ApprovalPending. @returns the request's id */
export async function pendingId(server: Server, tool: string, args: Record<string, unknown>): Promise<string> {
  const { error } = await server.call(tool, args);
  const id = /^ApprovalPending: nothing was changed yet; .*?request (\w{6}) waits/.exec(error ?? '')?.[1];
  if (id === undefined) throw new Error(`not left waiting: ${error ?? 'the change was made'}`);
  return id;
}

/** Calls twice: the first leaves a request, and the second waits for its answer. @returns the request's id, and the second */
export async function waitingCall(
  server: Server,
  tool: string,
  args: Record<string, unknown>,
  options?: RequestOptions,
): Promise<{ id: string; call: ReturnType<Server['call']> }> {
  const id = await pendingId(server, tool, args);
  return { id, ...(await joinWaiting(server, tool, args, options)) };
}

/** Makes a call whose request waits already. @returns the call, once it has found the request and waits for the answer */
export async function joinWaiting(
  server: Server,
  tool: string,
  args: Record<string, unknown>,
  options?: RequestOptions,
): Promise<{ call: ReturnType<Server['call']> }> {
  let call: ReturnType<Server['call']> | undefined;
  const waits = new Promise<void>((resolve) => {
    // By the progress, which comes after the request was found. The audit's entry comes before.
    const onprogress = ({ message }: Progress) => void (message?.startsWith('waiting for a person') && resolve());
    call = server.call(tool, args, { ...options, onprogress });
  });
  if (!call) throw new Error('not called');
  await Promise.race([waits, call]);
  return { call };
}

interface PatientAws {
  env: { AWS_ENDPOINT_URL: string };
  /** Resolves when a change has been sent. */
  sent: Promise<void>;
  letGo: () => void;
}

/**
 * An AWS that makes no change before it is let go. Of two calls that use one agreement, the second would otherwise find
 * the facts changed, where it is late.
 */
export async function startPatientAws(
  aws: Sandbox,
  onTestFinished: TestContext['onTestFinished'],
  change = 'UpdateAccessKey',
): Promise<PatientAws> {
  let letGo = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let note = () => {};
  const sent = new Promise<void>((resolve) => {
    note = resolve;
  });
  const proxy = await startRewritingProxy(
    aws.endpoint,
    (_, xml) => xml,
    (operation) => {
      if (operation !== change) return undefined;
      note();
      return released;
    },
  );
  onTestFinished(() => proxy.close());
  return { env: { AWS_ENDPOINT_URL: proxy.endpoint }, sent, letGo };
}

/** What was seen of a request that waits, in which call. */
export function seenOf(stateDir: string, id: string): Seen[] {
  const requests = new ApprovalRequests(stateDir);
  const request = requests.find(id);
  return request ? requests.seenOf(request) : [];
}

/** Waits until a person has answered the request, in whatever way. */
export function untilAnswered(stateDir: string, id: string): Promise<void> {
  return eventually(() => {
    if (!new ApprovalRequests(stateDir).hasNews({ id, yesesNeeded: 1 })) throw new Error(`nobody has answered ${id}`);
  });
}

/** Answers as `approve` does for a person who typed this; a real terminal is in approval-terminal.test.ts. */
export function agree(stateDir: string, id: string, typed: string): void {
  const requests = new ApprovalRequests(stateDir);
  const request = requests.find(id);
  if (!request || requests.agree(request, { typed, way: 'terminal', by: 'me' }) !== 'agreed') {
    throw new Error(`request ${id} does not wait`);
  }
}
