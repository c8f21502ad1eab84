// The program as a command: what it prints, how it ends, and what a first user without credentials is told.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { personWho } from './person.ts';
import { UNSEEN } from './recorded-streams.ts';
import { REPOSITORY } from './session.ts';
import { test } from './start-server.ts';
import { filesBelow } from './state-files.ts';
import { run } from './terminal.ts';

const { version } = JSON.parse(readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8')) as { version: string };

const OPTIONS = [
  ...['sandbox', 'read-only', 'region', 'profile', 'approval', 'approval-wait', 'secrets', 'state-dir', 'log-level'],
  // These two are no settings.
  ...['version', 'help'],
];

describe.concurrent('the command', () => {
  test('--help names every option and command', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const option of OPTIONS) expect(stdout).toContain(`--${option}`);
    for (const option of OPTIONS.slice(0, -2)) {
      expect(stdout).toContain(`AWS_IAM_MCP_${option.toUpperCase().replaceAll('-', '_')}`);
    }
    for (const command of ['approve [ID]', 'decline ID', 'host-config [HOST]']) expect(stdout).toContain(command);
  });

  test('--version is that of the package', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.for([
    [['--read-olny'], /unknown option --read-olny; did you mean --read-only\?/],
    [['--aproval=form'], /unknown option --aproval; did you mean --approval\?/],
    [['--approval', 'forms'], /--approval must be auto, form, terminal or host, not "forms"; did you mean form\?/],
    [['aprove'], /unknown command "aprove"; did you mean approve\?/],
    [['host-config', 'vs-code'], /unknown host "vs-code"; the hosts are .*; did you mean vscode\?/],
    [['--approval-wait', 'soon'], /--approval-wait must be a number/],
    [['--secret-key=abc'], /unknown option --secret-key/],
    [['-x\u202e\u0007\n'], /unknown option -x/],
  ] as const)('%j is told in one line on stderr, with exit code 2', async ([args, message]) => {
    const { code, stdout, stderr } = await run([...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(UNSEEN);
  });

  test('a mistyped variable is told in the same way', async () => {
    const { code, stderr } = await run([], { AWS_IAM_MCP_READONLY: 'true' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown environment variable AWS_IAM_MCP_READONLY; did you mean AWS_IAM_MCP_READ_ONLY\?/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('an option from the environment counts as one that was typed', async ({ start }) => {
    const server = await start({ env: { AWS_IAM_MCP_READ_ONLY: 'yes' } });
    expect(server.tools).toHaveLength(3);
  });
});

describe.concurrent('a server', () => {
  const TELLS_WHAT_TO_DO =
    /^NoCredentials: no AWS credentials were found: .*--profile NAME.*AWS_ACCESS_KEY_ID.*--sandbox/;
  const nothing = {
    AWS_ENDPOINT_URL: undefined,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_REGION: undefined,
  };

  test('without any credentials starts, lists its tools, and tells with the first call what to do', async ({
    start,
    aws,
  }) => {
    const person = personWho.declines();
    const server = await start({ env: nothing, person });
    expect(server.tools).toHaveLength(7);
    expect((await server.call('list_policies', {})).error).toMatch(TELLS_WHAT_TO_DO);
    const { error } = await server.call('create_access_key', { user_name: 'bob' });
    expect(error).toMatch(TELLS_WHAT_TO_DO);
    expect(error).toMatch(/ Nothing was changed\.$/);
    expect(person.read).toEqual([]);
    expect(aws.log).toEqual([]);
  });

  test('with a profile that is not there says which there are', async ({ start, folder }) => {
    mkdirSync(path.join(folder, '.aws'));
    writeFileSync(
      path.join(folder, '.aws', 'config'),
      '[profile incident]\nregion=eu-west-1\n[profile audit]\nregion=eu-west-1\n',
    );
    const server = await start({ args: ['--profile', 'incidents'], env: nothing });
    const { error } = await server.call('list_policies', {});
    expect(error).toMatch(/^NoCredentials: profile 'incidents' is not in the AWS config files; there are: /);
    expect(error).toContain('incident');
    expect(error).toContain('audit');
  });

  test('finds credentials that are given while it runs', async ({ start, folder, aws }) => {
    const server = await start({ env: { ...nothing, AWS_ENDPOINT_URL: aws.endpoint } });
    expect((await server.call('list_policies', { max_items: 1 })).error).toMatch(/^NoCredentials/);
    mkdirSync(path.join(folder, '.aws'));
    const { accessKeyId, secretAccessKey } = aws.credentials;
    writeFileSync(
      path.join(folder, '.aws', 'credentials'),
      `[default]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
    );
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
  });

  test.for([
    ['absent', undefined],
    ['empty', ''],
  ] as const)('whose region is %s takes us-east-1', async ([, region], { start }) => {
    const server = await start({ env: { AWS_REGION: region } });
    // The sandbox takes no other region in a signature.
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
  });

  test('that only reads leaves nothing in the home and state folders', async ({ start, folder }) => {
    const server = await start();
    await server.call('list_policies', { max_items: 1 });
    await server.stop();
    expect(filesBelow(folder)).toEqual([]);
  });

  test('keeps its files in the data folder of the person where no other is given', async ({ start, folder }) => {
    const server = await start({
      command: process.execPath,
      args: ['dist/main.js', '--approval', 'host'],
      cwd: REPOSITORY,
    });
    await server.call('create_access_key', { user_name: 'tom.okafor' });
    await server.stop();
    expect(filesBelow(folder).map((file) => path.basename(file))).toContain('audit.jsonl');
  });
});
