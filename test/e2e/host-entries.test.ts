// The entries for hosts' config files are started exactly as a host does it: command and arguments, nothing else.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { HOSTS } from '../../src/settings/commands.ts';
import { MAIN, REPOSITORY } from './session.ts';
import { test } from './start-server.ts';
import { run } from './terminal.ts';

interface Entry {
  type?: string;
  command: string;
  args: string[];
}

describe.concurrent('host-config', () => {
  test.for(HOSTS)('%s prints an entry that starts a server', async (host, { start, stateDir, folder }) => {
    const { code, stdout, stderr } = await run(['host-config', host, '--sandbox', '--state-dir', stateDir]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { servers, mcpServers } = JSON.parse(stdout) as Record<string, Record<string, Entry>>;
    const entry = (host === 'vscode' ? servers : mcpServers)?.['aws-iam-sandbox'];
    if (!entry) throw new Error(`no entry in ${stdout}`);
    // Hosts start servers from any folder.
    const server = await start({ command: entry.command, args: entry.args, cwd: folder });
    expect(server.tools).toHaveLength(7);
    expect((await server.call('list_access_keys', { user_name: 'ci-deploy' })).result).toHaveLength(1);
  });

  test('without a host prints all of them, each startable as it stands', async () => {
    const { stdout } = await run(['host-config']);
    const blocks = stdout.split(/^# .*$/m).slice(1);
    expect(blocks).toHaveLength(HOSTS.length);
    for (const block of blocks) {
      const [servers] = Object.values(JSON.parse(block) as Record<string, Record<string, Entry>>);
      expect(servers?.['aws-iam']).toMatchObject({ command: process.execPath, args: [MAIN] });
    }
  });

  test('refuses to write an entry that asks nobody for an account', async () => {
    const { code, stdout, stderr } = await run(['host-config', 'cursor', '--approval', 'host']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--approval=host only beside --sandbox/);
  });
});

describe.concurrent('mcp.json', () => {
  const { mcpServers } = JSON.parse(readFileSync(path.join(REPOSITORY, 'mcp.json'), 'utf8')) as {
    mcpServers: Record<string, Entry>;
  };

  test("aws-iam-sandbox starts from the repository's folder and needs no account", async ({ start }) => {
    const { command = '', args } = mcpServers['aws-iam-sandbox'] ?? {};
    const env = { AWS_ENDPOINT_URL: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const server = await start({ command, args, cwd: REPOSITORY, env });
    expect((await server.call('list_access_keys', { user_name: 'ci-deploy' })).result).toHaveLength(1);
  });

  test("aws-iam starts from the repository's folder and uses the person's own credentials", async ({ start, aws }) => {
    const { command = '', args } = mcpServers['aws-iam'] ?? {};
    const server = await start({ command, args, cwd: REPOSITORY });
    expect((await server.call('list_access_keys', { user_name: 'ci-deploy' })).result).toHaveLength(1);
    expect(aws.log).toHaveLength(1);
  });
});
