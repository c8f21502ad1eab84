// The program's log: JSON lines in server.log in the state dir, for a person who looks for what went wrong. It
// never writes to stdout (the protocol's) or stderr (which hosts take for a failure), and never breaks a call.
import { lstatSync, renameSync } from 'node:fs';
import path from 'node:path';
import { cleanLine } from '../clean-text.ts';
import { openPrivateAppend, openStateDir, writeLine } from './state-dir.ts';

export const LOG_LEVELS = ['off', 'error', 'info', 'debug'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
const MOST_CHARACTERS = 500;
const LARGEST_FILE = 5 * 1024 * 1024;

type LogFields = Record<string, string | number | boolean>;
type Write = (event: string, fields?: LogFields) => void;
export interface Log {
  error: Write;
  info: Write;
  debug: Write;
}

/**
 * @param level what is at most written; with `off` not even the file is made
 * @param redact takes secrets out of a text; every string goes through it, before it is cut at 500 characters and
 *   cleaned of what a terminal would obey
 */
export function createLog(level: LogLevel, stateDir: string, redact: (text: string) => string): Log {
  let descriptor: number | 'none yet' | 'failed' = 'none yet';

  const write = (severity: keyof Log): Write => {
    if (LOG_LEVELS.indexOf(severity) > LOG_LEVELS.indexOf(level)) return () => {};
    return (event, fields) => {
      if (descriptor === 'failed') return;
      try {
        if (descriptor === 'none yet') {
          // Should opening fail, it stays so: trying again at every line would slow the calls down.
          descriptor = 'failed';
          descriptor = openLogFile(stateDir);
        }
        writeLine(descriptor, renderLine(severity, event, fields, redact));
      } catch {
        // A log that cannot be written is no reason for a call to fail, and there is nowhere else to say it.
      }
    };
  };
  return { error: write('error'), info: write('info'), debug: write('debug') };
}

function openLogFile(stateDir: string): number {
  openStateDir(stateDir);
  const file = path.join(stateDir, 'server.log');
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_FILE) renameSync(file, `${file}.1`);
  return openPrivateAppend(file);
}

function renderLine(level: string, event: string, fields: LogFields = {}, redact: (text: string) => string): string {
  const clean = (value: LogFields[string]) =>
    typeof value === 'string' ? cleanLine(redact(value), MOST_CHARACTERS) : value;
  // Several servers may share the file, one for each host: the process id tells them apart.
  const head = { time: new Date().toISOString(), level, pid: process.pid, event: clean(event) };
  const cleaned = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, clean(value)]));
  // Twice: the first keeps the order, the second the last word.
  return JSON.stringify({ ...head, ...cleaned, ...head });
}

/** Writes down a fault of this program. @returns what kind it was, for the person who is told to look here */
export function logInternal(error: unknown, log: Log): string {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error('internal', { name, message, stack: stack ?? '' });
  return cleanLine(name, 60);
}
