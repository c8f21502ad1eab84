// The virtual environments that install.mjs makes, in which clients in Python run.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';
import { FOLDER } from './driver.ts';

const PYTHON = path.join(FOLDER, 'python');

// Where there is no Python, install.mjs makes none, and says so. Whatever else keeps it from it is an error.
const noPython = !existsSync(interpreter('clients'));

export function inPython(suite: () => void): void {
  describe.skipIf(noPython)(
    `in Python${noPython ? ': skipped: install.mjs found no python3 that will do' : ''}`,
    suite,
  );
}

export function run(environment: string, script: string, ...args: string[]): string[] {
  return [interpreter(environment), path.join(PYTHON, script), ...args];
}

/** A package's name, and the version that the environment pins. */
export function titled(environment: string, name: string): string {
  const pinned = readFileSync(path.join(PYTHON, `${environment}.txt`), 'utf8');
  return `${name} ${new RegExp(`^${name}==(\\S+)`, 'm').exec(pinned)?.[1]}`;
}

function interpreter(environment: string): string {
  return path.join(PYTHON, `.venv-${environment}`, 'bin', 'python');
}
