// The whole way of a call on one page: arguments, connection, account, then a read or a change, and the envelope.
import { type Action, isChange, type RunContext, type Send } from './actions/action.ts';
import { parseArguments } from './actions/arguments.ts';
import { makeChange } from './change.ts';
import { CallError, type Envelope, Failure, failed, succeeded } from './envelope.ts';
import type { Account } from './iam/account.ts';
import { type Log, logInternal } from './log.ts';
import type { Caller, Program } from './program.ts';
import { openSecretFile, secretInResult } from './secret-file.ts';
import { connectionLabelled } from './settings/connections.ts';
import { TimeLimit } from './time-limit.ts';

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
  if (isChange(action) && program.settings.readOnly) {
    throw new CallError('ReadOnly', 'this server was started with --read-only');
  }
  const { connection: label, role_arn: roleArn, ...input } = parseArguments(action, given) as Record<string, string>;
  const connection = connectionLabelled(program.connections, label, program.defaultLabel);
  if (isChange(action) && connection.readOnly) {
    throw new CallError('ReadOnly', `the connection '${connection.label}' is for reading only`);
  }
  if (!connection.verifySsl)
    warnings.push(`TLS certificates are not verified on the connection '${connection.label}'.`);
  const ignoreCancelling = limit.endWith(caller.signal);
  try {
    const askForMfaCode = caller.askForMfaCode && limit.whileStopped(caller.askForMfaCode);
    const account = await program.accounts.open(connection, { roleArn, signal: limit.signal, askForMfaCode });
    const context = runContext(account, program, limit, warnings);
    if (!isChange(action)) return await action.run(input, context);
    const change = { action, input, roleArn, connection, account, context, limit, ignoreCancelling };
    return await makeChange(change, program, caller);
  } finally {
    ignoreCancelling();
  }
}

function runContext(account: Account, program: Program, limit: TimeLimit, warnings: string[]): RunContext {
  const send: Send = (operation, fields) => account.send(operation, fields, limit.signal);
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
  if (error instanceof Failure) {
    const isCertain = isChange(action) && error.outcome === 'not-done';
    return failed(error.code, isCertain ? withNothingChanged(error.message) : error.message, warnings);
  }
  return failed(
    'Internal',
    `this program failed (${logInternal(error, log)}); see server.log in its state dir`,
    warnings,
  );
}

/** Every refusal ends with the state of the world; ApprovalPending has said it in its own words. */
function withNothingChanged(message: string): string {
  if (/nothing was changed/.test(message)) return message;
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} Nothing was changed.`;
}
