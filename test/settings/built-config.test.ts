// The built program with a config file, from a folder that has nothing but dist/: what is loaded only with a file, the
// template engine among it, has to be in there.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeConfig } from './config-folder.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

function start(config: object | string, env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  cpSync(DIST, path.join(folder, 'dist'), { recursive: true });
  const args = [path.join(folder, 'dist', 'main.js'), '--config', writeConfig(config)];
  try {
    // Standard input ends at once, and so does the server.
    const stdout = execFileSync(process.execPath, args, { env: { HOME: folder, ...env }, input: '', stdio: 'pipe' });
    return { code: 0, stdout: String(stdout), stderr: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: Buffer; stderr: Buffer };
    return { code: status, stdout: String(stdout), stderr: String(stderr) };
  }
}

describe('the built program with a config file', () => {
  const config = {
    stateDir: 'state',
    connections: [{ label: 'prod', accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: '{{ env.PROD_SECRET | trim }}' }],
  };

  it('starts with its templates rendered', () => {
    expect(start(config, { PROD_SECRET: 'correct-horse' })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('ends with one line and exit code 2 when a template cannot be rendered', () => {
    const { code, stdout, stderr } = start(config, { OTHER: 'correct-horse' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^aws-iam-mcp: \S+config\.json:7: connections\[0\]\.secretKey: connection 'prod': env\.PROD_SECRET is undefined; .*\n$/,
    );
    expect(stderr).not.toContain('correct-horse');
  });

  it('ends with that one line as well when the template engine panics, or has to be stopped', () => {
    for (const [template, what] of [
      ['{{ [1] | batch(1000000000, 1) }}', 'the template engine failed at this template'],
      ['{{ "a".count("") }}', 'the template took more than 100 ms and was stopped'],
    ]) {
      const connections = [{ label: 'prod', accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: template }];
      const { code, stdout, stderr } = start({ stateDir: 'state', connections });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^aws-iam-mcp: \\S+: connections\\[0\\]\\.secretKey: connection 'prod': ${what}\n$`),
      );
    }
  });

  it('ends with one line and exit code 2 when the file is no JSON', () => {
    const { code, stderr } = start('{\n"a": 1,\n}');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^aws-iam-mcp: \S+config\.json:3: a comma before the closing bracket, .*\n$/);
  });
});
