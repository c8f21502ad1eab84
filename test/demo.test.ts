// The drill is what a newcomer sees first: it has to come out, whole and readable, wherever its output goes.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../src/actions/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LONGEST_MS = 60_000;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function runDrill(...options: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/drill.ts', ...options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // What would ask for colours even where there is no terminal.
      env: { ...process.env, FORCE_COLOR: '1', CI: 'true', NO_COLOR: undefined },
      timeout: LONGEST_MS,
    });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      ended.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      ended.stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ended, code }));
  });
}

describe.each([[], ['--modern']])('the drill %s', (...options) => {
  let drill: Ended;
  beforeAll(async () => {
    drill = await runDrill(...options);
  }, LONGEST_MS + 5000);

  it('comes out as its story says, and ends by itself', () => {
    expect(drill).toMatchObject({ code: 0, stderr: '' });
    expect(drill.stdout).toContain('All came out as it should');
  });

  it('calls all seven tools', () => {
    const called = new Set([...drill.stdout.matchAll(/→ (\w+_\w+)/g)].map(([, tool]) => tool));
    expect([...called].sort()).toEqual(ACTIONS.map(({ name }) => name).sort());
  });

  it('shows a change that a person agreed to, and one that was declined', () => {
    expect(drill.stdout).toContain('To agree, type the last four characters of the access key.');
    expect(drill.stdout).toContain('"error": "ApprovalDeclined: the person declined. Nothing was changed."');
  });

  it('prints no colours into a pipe', () => {
    expect(drill.stdout).not.toContain('\u001b');
  });

  it('prints nothing that could be a secret access key', () => {
    // 40 characters of base64, as AWS makes them. The drill itself looks for the very secret, and then removes its file.
    expect(drill.stdout).toMatch(/AKIA\w{16}\.csv/);
    expect(drill.stdout).not.toMatch(/(?<![\w+/])[\w+/]{40}(?![\w+/])/);
  });

  it('fits on a few screens', () => {
    expect(drill.stdout.split('\n').length).toBeLessThan(230);
  });
});
