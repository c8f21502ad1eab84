import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostConfig } from '../../src/commands/host-config.ts';
import { parseCommandLine } from '../../src/settings/command-line.ts';
import { HOSTS } from '../../src/settings/commands.ts';

const ENTRY = { nodePath: '/opt/node/bin/node', mainPath: '/home/me/aws iam/dist/main.js', args: [] as string[] };
const LINUX = { ...ENTRY, platform: 'linux' } as const;
const WINDOWS = {
  nodePath: 'C:\\Program Files\\nodejs\\node.exe',
  mainPath: 'C:\\Users\\me\\new\\dist\\main.js',
  args: ['--state-dir=D:\\tmp'],
  platform: 'win32',
} as const;

describe("a host's entry", () => {
  it.each(['claude-desktop', 'cursor', 'generic'] as const)('for %s starts the server by absolute paths', (host) => {
    expect(JSON.parse(hostConfig(host, LINUX))).toEqual({
      mcpServers: { 'aws-iam': { command: '/opt/node/bin/node', args: ['/home/me/aws iam/dist/main.js'] } },
    });
  });

  it('for Claude Code names the transport', () => {
    expect(JSON.parse(hostConfig('claude-code', LINUX))).toEqual({
      mcpServers: { 'aws-iam': { type: 'stdio', command: ENTRY.nodePath, args: [ENTRY.mainPath] } },
    });
  });

  it('for VS Code stands under "servers"', () => {
    expect(JSON.parse(hostConfig('vscode', LINUX))).toEqual({
      servers: { 'aws-iam': { type: 'stdio', command: ENTRY.nodePath, args: [ENTRY.mainPath] } },
    });
  });

  it.each(HOSTS)('for %s passes the options on, and is named after the sandbox when it is one', (host) => {
    const args = ['--sandbox', '--log-level=debug'];
    const [servers] = Object.values(JSON.parse(hostConfig(host, { ...LINUX, args }))) as Record<string, unknown>[];
    expect(servers).toEqual({ 'aws-iam-sandbox': expect.objectContaining({ args: [ENTRY.mainPath, ...args] }) });
  });

  it('is named after the account when the sandbox is switched off', () => {
    expect(JSON.parse(hostConfig('cursor', { ...LINUX, args: ['--sandbox=false'] }))).toHaveProperty([
      'mcpServers',
      'aws-iam',
    ]);
  });

  it.each(HOSTS)('for %s keeps the backslashes of Windows', (host) => {
    const [servers] = Object.values(JSON.parse(hostConfig(host, WINDOWS))) as Record<string, unknown>[];
    expect(servers?.['aws-iam']).toMatchObject({
      command: 'C:\\Program Files\\nodejs\\node.exe',
      args: ['C:\\Users\\me\\new\\dist\\main.js', '--state-dir=D:\\tmp'],
    });
  });
});

describe('the entries of all hosts', () => {
  const headings = (platform: NodeJS.Platform) =>
    hostConfig(undefined, { ...ENTRY, platform })
      .split('\n')
      .filter((line) => line.startsWith('# '));

  it('stand one by one, each as it is alone, under a line of its own', () => {
    const blocks = hostConfig(undefined, LINUX)
      .split(/^# .*\n/m)
      .slice(1);
    expect(blocks.map((block) => block.trim())).toEqual(HOSTS.map((host) => hostConfig(host, LINUX).trim()));
  });

  it.each([
    ['linux', '~/.config/Claude/claude_desktop_config.json', '~/.config/Code/User/mcp.json', '~/.cursor/mcp.json'],
    [
      'darwin',
      '~/Library/Application Support/Claude/claude_desktop_config.json',
      '~/Library/Application Support/Code/User/mcp.json',
      '~/.cursor/mcp.json',
    ],
    [
      'win32',
      '%APPDATA%\\Claude\\claude_desktop_config.json',
      '%APPDATA%\\Code\\User\\mcp.json',
      '%USERPROFILE%\\.cursor\\mcp.json',
    ],
  ] as const)('say on %s in which file each goes', (platform, claudeDesktop, vscode, cursor) => {
    expect(headings(platform)).toEqual([
      expect.stringMatching(/^# Claude Desktop: /),
      expect.stringMatching(/^# Claude Code: \.mcp\.json /),
      expect.stringMatching(/^# VS Code: /),
      expect.stringMatching(/^# Cursor: /),
      expect.stringMatching(/^# Any other host: /),
    ]);
    expect(headings(platform)[0]).toContain(claudeDesktop);
    expect(headings(platform)[2]).toContain(vscode);
    expect(headings(platform)[3]).toContain(cursor);
  });

  it("name the packaged app's file on Windows, which is not the one its menu opens", () => {
    expect(headings('win32')[0]).toContain('%LOCALAPPDATA%\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\');
    expect(headings('win32')[0]).not.toContain('Edit Config');
  });

  it('never start anything through npx, under whose name anyone could register', () => {
    for (const entry of [LINUX, WINDOWS]) expect(hostConfig(undefined, entry)).not.toMatch(/npx|npm/);
  });
});

describe('mcp.json', () => {
  const text = readFileSync(new URL('../../mcp.json', import.meta.url), 'utf8');
  const { mcpServers } = JSON.parse(text) as { mcpServers: Record<string, { command: string; args: string[] }> };
  const lineOf = ([script, ...options]: string[]) => ({ script, line: parseCommandLine(options, {}) });

  it('offers the sandbox and the own account, from the repository', () => {
    expect(Object.keys(mcpServers).sort()).toEqual(['aws-iam', 'aws-iam-sandbox']);
    for (const { command, args } of Object.values(mcpServers)) {
      expect(command).toBe('node');
      expect(lineOf(args)).toMatchObject({ script: 'dist/main.js', line: { command: 'serve' } });
    }
  });

  it('has the sandbox where it says so, and there alone', () => {
    expect(lineOf(mcpServers['aws-iam-sandbox']?.args ?? []).line).toMatchObject({ settings: { sandbox: true } });
    expect(lineOf(mcpServers['aws-iam']?.args ?? []).line).toMatchObject({ settings: { sandbox: false } });
  });

  it('leaves no real account to the host alone', () => {
    for (const { args } of Object.values(mcpServers)) {
      const { line } = lineOf(args);
      if ('settings' in line && !line.settings.sandbox) expect(line.settings.approval).not.toBe('host');
    }
    expect(text).not.toContain('npx');
  });
});
