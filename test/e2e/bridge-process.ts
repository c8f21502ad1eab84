// `aws-iam-mcp approve --bridge` as a program that asks people elsewhere runs it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RecordedStreams } from './recorded-streams.ts';
import { MAIN } from './session.ts';

interface Told {
  event: string;
  id?: string;
  [name: string]: unknown;
}

interface Bridge {
  told(): Told[];
  /** The first line of this event, now or later. */
  hears(event: string, id?: string): Promise<Told>;
  answers(answer: object | string): void;
  readonly errors: () => string;
  readonly ended: Promise<number | null>;
  /** As its parent does that goes: it closes the pipe. */
  close(): Promise<number | null>;
  readonly child: ChildProcess;
}

/** Makes a key. @returns its file, and what goes into the config */
export function newKey(folder: string, name: string): { file: string; approver: { name: string; publicKey: string } } {
  const file = path.join(folder, `${name}.key`);
  const printed = execFileSync(process.execPath, [MAIN, 'approve', '--new-key', file], { encoding: 'utf8' });
  const publicKey = /"publicKey": "([^"]+)"/.exec(printed)?.[1] ?? '';
  return { file, approver: { name, publicKey } };
}

export function configWith(folder: string, approvers: readonly object[]): string {
  const file = path.join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ approvers }), { mode: 0o600 });
  return file;
}

export function startBridge(stateDir: string, config: string, key: string): Bridge {
  const args = [MAIN, 'approve', '--bridge', '--key', key, '--state-dir', stateDir, '--config', config];
  const child = spawn(process.execPath, args, { stdio: 'pipe' });
  const streams = new RecordedStreams(child.stdout, child.stderr);
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const told = () => streams.lines.map((line) => JSON.parse(line) as Told);
  return {
    told,
    hears: (event, id) =>
      streams.until(() => told().find((line) => line.event === event && (id === undefined || line.id === id))),
    answers: (answer) => void child.stdin.write(`${typeof answer === 'string' ? answer : JSON.stringify(answer)}\n`),
    errors: () => streams.stderr,
    ended,
    close() {
      child.stdin.end();
      return ended;
    },
    child,
  };
}
