// `doctor` and `policy` as commands of the built program.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { leastPrivilegePolicy } from '../../../src/commands/policy.ts';
import { readCommandLine, UsageError } from '../../../src/settings/command-line.ts';
import { temporaryFolder } from '../../actions/program.ts';
import { MAIN } from '../../e2e/session.ts';
import { filesBelow, holds } from '../../e2e/state-files.ts';
import { openTerminal, run } from '../../e2e/terminal.ts';
import { aSandbox } from '../../sandbox/a-sandbox.ts';
import type { Document } from './examined.ts';

const UNREACHABLE = { AWS_EC2_METADATA_DISABLED: 'true' };

function inFolder() {
  const folder = temporaryFolder();
  return { folder, args: ['--state-dir', path.join(folder, 'state')], env: { HOME: folder, ...UNREACHABLE } };
}

describe('doctor', () => {
  test('finds the built-in sandbox well, and leaves nothing behind', async () => {
    const { folder, args, env } = inFolder();
    const { code, stdout, stderr } = await run(['doctor', '--sandbox', ...args], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^CHECK +RESULT +DETAIL\nNode +ok +20\./m);
    expect(stdout).toMatch(/^Connection default$/m);
    expect(stdout).toMatch(/^iam:CreateAccessKey +ok +for create_access_key: simulated for any user$/m);
    expect(stdout).toMatch(/\n\d+ ok, 0 warning, 0 failed, 0 not known\.\n$/);
    expect(stdout).not.toContain('\u001b');
    expect(filesBelow(folder)).toEqual([]);
  });

  test('looks at the sandbox that a server has left, and changes nothing in it', async () => {
    const { folder, args, env } = inFolder();
    const sandbox = await aSandbox({ stateDir: path.join(folder, 'state') });
    sandbox.createUser('somebody');
    const file = path.join(folder, 'state', 'sandbox', 'account.json');
    const text = readFileSync(file, 'utf8');
    expect(await run(['doctor', '--sandbox', ...args], env)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(filesBelow(folder)).toEqual(['state/sandbox/account.json']);

    writeFileSync(file, '{');
    const found = await run(['doctor', '--sandbox', ...args], env);
    expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 1, stderr: '' });
    expect(found.stdout).toMatch(
      /^sandbox +failed +.*account\.json is damaged: delete it, or start once with --sandbox-reset/m,
    );
  });

  test('prints one JSON document with --json', async () => {
    const { args, env } = inFolder();
    const { code, stdout, stderr } = await run(['doctor', 'default', '--sandbox', '--json', ...args], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout) as Document;
    expect(document).toMatchObject({ ok: true, connections: [{ label: 'default', account: '111122223333' }] });
  });

  test('uses colours on a terminal', async () => {
    const { args } = inFolder();
    const terminal = openTerminal(process.execPath, [MAIN, 'doctor', '--sandbox', ...args]);
    expect(await terminal.ended).toBe(0);
    expect(terminal.raw()).toContain('\u001b[32mok');
  });

  test('ends with 1 and no secret where the secret key is wrong', async () => {
    const sandbox = await aSandbox();
    const { args, env } = inFolder();
    const secret = 'not+the/secret+of+this/key+but+another/1';
    const keys = { AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: secret };
    const order = ['doctor', ...args];
    const { code, stdout, stderr } = await run(order, { ...env, ...keys, AWS_ENDPOINT_URL: sandbox.endpoint });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^identity +failed +SignatureDoesNotMatch: /m);
    for (const hidden of [secret, sandbox.credentials.secretAccessKey]) expect(holds(stdout, hidden)).toBe(false);
    expect(stdout).not.toContain(sandbox.credentials.accessKeyId);
  });

  test('tells of a config file that cannot be read, where any other command would not start', async () => {
    const { folder, args, env } = inFolder();
    const config = path.join(folder, 'config.json');
    writeFileSync(config, '{\n  "connections": [{ "label": "prod", "regoin": "eu-west-1" }]\n}\n');
    const found = await run(['doctor', '--config', config, ...args], env);
    expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 1, stderr: '' });
    expect(found.stdout).toMatch(/^config file +failed +.*config\.json:2: .*did you mean region\?$/m);
    expect(found.stdout).not.toContain('Connection');
    const policy = await run(['policy', '--config', config], env);
    expect(policy).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean region?') });
  });

  test('tells of a label that there is not in one line', async () => {
    const { args, env } = inFolder();
    expect(await run(['doctor', 'prd', '--sandbox', ...args], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: "aws-iam-mcp: no connection is labelled 'prd'; there are: default\n",
    });
  });
});

describe('policy', () => {
  test.for([
    [['policy'], { readOnly: false, withPlanReads: true }],
    [['policy', '--read-only'], { readOnly: true, withPlanReads: true }],
    [['policy', 'without-approval-reads'], { readOnly: false, withPlanReads: false }],
  ] as const)('%j prints the policy as JSON and nothing else', async ([args, options]) => {
    expect(await run([...args], inFolder().env)).toEqual({
      code: 0,
      stdout: leastPrivilegePolicy(options),
      stderr: '',
    });
  });

  test('that there is not is refused in one line', async () => {
    const { code, stdout, stderr } = await run(['policy', 'without-reads'], inFolder().env);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(/unknown policy "without-reads"/);
  });

  // As the one above is: src/main.ts prints whatever is thrown here.
  test.for([
    [['policy', 'without-aproval-reads'], /did you mean without-approval-reads\?/],
    [['policy', '--json'], /--json belongs to doctor and audit show alone/],
    [['--json'], /--json belongs to doctor and audit show alone/],
    [['doctor', '--json=yes'], /--json takes no value/],
    [['doctor', 'one', 'two'], /doctor takes one LABEL; "two" is too many/],
  ] as const)('%j is refused in one line', async ([args, problem]) => {
    const error = await readCommandLine([...args], inFolder().env).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).toMatch(problem);
    expect(message.split('\n')).toHaveLength(1);
  });
});
