// A person's terminal: a real pseudo-terminal in which a command of this program runs.
import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import type { IPty } from '@lydell/node-pty';
import { MAIN } from './session.ts';

// Its prebuilt binary is not there for every platform.
const pty = await import('@lydell/node-pty').catch((error: unknown) => String(error));

/** Why there are no pseudo-terminals on this machine, for tests that cannot run then. */
export const noTerminal = typeof pty === 'string' ? `@lydell/node-pty does not load here: ${pty}` : undefined;

export const CTRL_C = '\x03';
export const CTRL_D = '\x04';

export interface Terminal {
  /** All that was shown so far, without the escape sequences. */
  screen(): string;
  /** As it was shown, escape sequences and all. */
  raw(): string;
  /** Waits until this is on the screen. */
  shows(text: string | RegExp): Promise<void>;
  /** Waits for the prompt after all that was typed before, then types a line. */
  types(line: string): Promise<void>;
  /** Waits for the prompt, then presses a key. */
  presses(key: string): Promise<void>;
  /** The exit code. */
  ended: Promise<number>;
}

export function openTerminal(command: string, args: string[], cwd?: string): Terminal {
  if (typeof pty === 'string') throw new Error(noTerminal);
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', TERM: 'xterm' };
  return terminalOf(pty.spawn(command, args, { cols: 200, rows: 50, env, ...(cwd && { cwd }) }));
}

/** `aws-iam-mcp approve …` in a terminal. */
export function approveInTerminal(stateDir: string, ...args: string[]): Terminal {
  return openTerminal(process.execPath, [MAIN, 'approve', ...args, '--state-dir', stateDir]);
}

function terminalOf(process: IPty): Terminal {
  let raw = '';
  let promptsAnswered = 0;
  const waiting = new Set<() => void>();
  process.onData((data) => {
    raw += data;
    for (const look of waiting) look();
  });
  const screen = () => stripVTControlCharacters(raw).replaceAll('\r', '');
  let hasEnded = false;
  const ended = new Promise<number>((resolve) => {
    process.onExit(({ exitCode }) => {
      hasEnded = true;
      for (const look of waiting) look();
      resolve(exitCode);
    });
  });
  const until = (isThere: () => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!isThere() && !hasEnded) return;
        waiting.delete(look);
        if (isThere()) resolve();
        else reject(new Error(`the terminal ended without ${what}; it shows:\n${screen()}`));
      };
      waiting.add(look);
      look();
    });
  const prompt = async () => {
    promptsAnswered += 1;
    const wanted = promptsAnswered;
    // Each prompt stands at the beginning of a line; readline may draw the last one again.
    await until(() => promptsOn(screen()) >= wanted, `a prompt for answer ${wanted}`);
  };
  return {
    screen,
    raw: () => raw,
    shows: (text) => until(() => (typeof text === 'string' ? screen().includes(text) : text.test(screen())), `${text}`),
    async types(line) {
      await prompt();
      process.write(`${line}\r`);
    },
    async presses(key) {
      await prompt();
      process.write(key);
    },
    ended,
  };
}

function promptsOn(screen: string): number {
  return screen.split('\n').filter((line) => line.startsWith('> ')).length;
}

export interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command of the program without a terminal. */
export function run(args: string[], env: Record<string, string> = {}): Promise<Output> {
  const options = { env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}
