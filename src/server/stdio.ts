// Serving over stdio. stdout belongs to the protocol and stderr stays silent; the program ends when stdin closes or on
// a signal, and lets a change that was already sent finish.
import { PassThrough } from 'node:stream';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Program } from '../calls/program.ts';
import { type Log, logInternal } from '../state/log.ts';
import { serveMcp } from './serve-mcp.ts';

const LONGEST_WAIT_FOR_CHANGES_MS = 10_000;
// For answers to reads that are on their way when stdin closes, as when a script pipes its requests in, and for a host
// that reads them slowly. Together under the second in which the program has to be gone.
const LAST_ANSWERS_MS = 600;
const LAST_BYTES_MS = 250;
// For what calls that came to nothing write into the audit.
const LAST_RECORDS_MS = 100;

/** @returns when the program should end. `leave` tells the rest of the program that the host has left. */
export async function serveStdio(program: Program, version: string, leave: () => void): Promise<void> {
  sendConsoleToLog(program.log);
  const hostLeft = untilHostLeaves(program.log);
  const wire = new StdioServerTransport(stdinWithoutEnd());
  const server = serveMcp(wire, program, { name: 'aws-iam-mcp', version });
  await Promise.race([hostLeft, server.closed]);
  // What the host wrote last is a moment behind its end.
  await immediate();
  program.log.info('host left', { changesUnderWay: program.changesUnderWay.size });
  leave();
  await settled(program.callsUnderWay, LAST_ANSWERS_MS);
  await settled(program.changesUnderWay, LONGEST_WAIT_FOR_CHANGES_MS);
  // A write's callback comes after all that was written before it.
  await settled([new Promise((resolve) => process.stdout.write('', resolve))], LAST_BYTES_MS);
  // Which cancels what is under way still: nothing of it has been sent, and that has to be on record.
  await server.close();
  await settled(program.callsUnderWay, LAST_RECORDS_MS);
}

/** At the end of its stdin the SDK would cancel what is under way, and answer nothing any more. */
function stdinWithoutEnd(): PassThrough {
  return process.stdin.pipe(new PassThrough(), { end: false });
}

function untilHostLeaves(log: Log): Promise<void> {
  return new Promise((resolve) => {
    const left = () => resolve();
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, left);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, left);
    // A host that has gone without closing our stdin: writing to it fails.
    process.stdout.on('error', left);
    // Nobody knows what state the program is in then: it ends, and only what is under way may finish.
    const fault = (error: unknown) => {
      logInternal(error, log);
      process.exitCode = 1;
      left();
    };
    process.on('uncaughtException', fault);
    process.on('unhandledRejection', fault);
  });
}

/** Whatever a library prints would break the protocol on stdout, or look like a failed start on stderr. */
function sendConsoleToLog(log: Log): void {
  const write = (...parts: unknown[]) => log.debug('console', { text: format(...parts) });
  Object.assign(console, { log: write, info: write, warn: write, error: write, debug: write, trace: write });
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.debug('warning', { text: warning.message }));
}

/** When all of `work` has settled, or `mostMs` have passed. */
async function settled(work: Iterable<Promise<unknown>>, mostMs: number): Promise<void> {
  await Promise.race([Promise.allSettled(work), sleep(mostMs, undefined, { ref: false })]);
}
