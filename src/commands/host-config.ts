// The entry for each host's config file, with absolute paths: a host starts the server from a folder, and often with a
// PATH, that nobody knows beforehand.
import { posix, win32 } from 'node:path';
import type { Host } from '../settings/commands.ts';

/** What an entry is made of. */
export interface HostEntry {
  /** Absolute path of the node that is to run the server. */
  nodePath: string;
  /** Absolute path of dist/main.js. */
  mainPath: string;
  /** The options to put into the entry, one token each (`--sandbox`, `--region=eu-central-1`). */
  args: readonly string[];
  platform: NodeJS.Platform;
}

type Place = (platform: NodeJS.Platform) => string;

const HOSTS: Record<Host, { title: string; place: Place }> = {
  'claude-desktop': { title: 'Claude Desktop', place: claudeDesktopFile },
  'claude-code': { title: 'Claude Code', place: () => '.mcp.json in the folder of the project' },
  vscode: {
    title: 'VS Code',
    place: (platform) =>
      `${userFile(platform, 'Code', 'User', 'mcp.json')} (MCP: Open User Configuration), or .vscode/mcp.json in a workspace`,
  },
  cursor: {
    title: 'Cursor',
    place: (platform) =>
      `${platform === 'win32' ? '%USERPROFILE%\\.cursor\\mcp.json' : '~/.cursor/mcp.json'}, or .cursor/mcp.json in a project`,
  },
  generic: { title: 'Any other host', place: () => 'the file that it reads "mcpServers" from' },
};

/**
 * The text for one host: JSON alone, to be piped or pasted. Without a host: all of them, each under a line that says in
 * which file it goes on this platform. Ends with a line break.
 */
export function hostConfig(host: Host | undefined, entry: HostEntry): string {
  if (host !== undefined) return `${JSON.stringify(configFor(host, entry), null, 2)}\n`;
  return Object.entries(HOSTS)
    .map(([name, { title, place }]) => `# ${title}: ${place(entry.platform)}\n${hostConfig(name as Host, entry)}`)
    .join('\n');
}

function configFor(host: Host, { nodePath, mainPath, args }: HostEntry): object {
  const start = { command: nodePath, args: [mainPath, ...args] };
  const name = args.includes('--sandbox') ? 'aws-iam-sandbox' : 'aws-iam';
  // VS Code has words of its own; it and Claude Code are the ones that want the transport named.
  if (host === 'vscode') return { servers: { [name]: { type: 'stdio', ...start } } };
  if (host === 'claude-code') return { mcpServers: { [name]: { type: 'stdio', ...start } } };
  return { mcpServers: { [name]: start } };
}

// Since February 2026 the Windows app comes as an MSIX package and reads the file in its package's folder, not the one
// its menu opens (github.com/anthropics/claude-code/issues/26073).
function claudeDesktopFile(platform: NodeJS.Platform): string {
  const file = userFile(platform, 'Claude', 'claude_desktop_config.json');
  if (platform !== 'win32') return `${file} (Settings > Developer > Edit Config)`;
  const packaged = '%LOCALAPPDATA%\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json';
  return `${packaged} where that folder exists, else ${file}`;
}

function userFile(platform: NodeJS.Platform, ...names: string[]): string {
  if (platform === 'win32') return win32.join('%APPDATA%', ...names);
  return posix.join(platform === 'darwin' ? '~/Library/Application Support' : '~/.config', ...names);
}
