#!/usr/bin/env node
// The command `aws-iam-mcp`: reads the command line and starts one of the commands. What a command needs is loaded
// when it is chosen, so that serving starts fast.
import { realpathSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { reasonOf } from './errors.ts';
import { readCommandLine, UsageError } from './settings/command-line.ts';
import type { Host } from './settings/commands.ts';
import type { Settings } from './settings/settings.ts';

declare const PROGRAM_VERSION: string;

// Otherwise the AWS SDK prints a notice about Node's version to stderr, which hosts take for a failed start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// The proxy libraries print their settings, passwords included, to stderr where this is set.
delete process.env.DEBUG;

async function main(): Promise<number> {
  const line = await readCommandLine(process.argv.slice(2), process.env);
  switch (line.command) {
    case 'help': {
      const { helpText } = await import('./settings/help.ts');
      process.stdout.write(helpText());
      return 0;
    }
    case 'version':
      process.stdout.write(`${PROGRAM_VERSION}\n`);
      return 0;
    case 'host-config': {
      const { hostConfig } = await import('./commands/host-config.ts');
      const place = { nodePath: process.execPath, mainPath: mainPath(), args: line.given, platform: process.platform };
      process.stdout.write(hostConfig(line.operands[0] as Host | undefined, place));
      return 0;
    }
    case 'approve':
    case 'decline': {
      const { bridge, newKey } = line.options;
      if (newKey !== undefined) {
        const { makeKeyFile } = await import('./commands/bridge/key-file.ts');
        process.stdout.write(makeKeyFile(newKey));
        return 0;
      }
      if (bridge) {
        const { bridgeOnStreams } = await import('./commands/approve-bridge.ts');
        await bridgeOnStreams(line.settings, line.options.key ?? '');
        return 0;
      }
      const { approve, decline } = await import('./commands/approve.ts');
      const { ApprovalRequests } = await import('./approval/requests.ts');
      const requests = new ApprovalRequests(line.settings.stateDir);
      const [id] = line.operands;
      if (line.options.browser) {
        const { approveHere } = await import('./commands/approve-in-browser.ts');
        return approveHere(id, requests, line.settings.open);
      }
      return line.command === 'decline'
        ? decline(id ?? '', requests, process.stdout)
        : approve(id, requests, { input: process.stdin, output: process.stdout });
    }
    case 'audit': {
      const { audit } = await import('./commands/audit.ts');
      return audit(line, process.stdout);
    }
    case 'doctor': {
      const { doctor } = await import('./commands/doctor/doctor.ts');
      return doctor(
        { ...line, asJson: line.options.json },
        { version: PROGRAM_VERSION, output: process.stdout, environment: process.env },
      );
    }
    case 'policy': {
      const { leastPrivilegePolicy } = await import('./commands/policy.ts');
      const withPlanReads = line.operands[0] === undefined;
      process.stdout.write(leastPrivilegePolicy({ readOnly: line.settings.readOnly, withPlanReads }));
      return 0;
    }
    case 'serve': {
      keepYoungGenerationSmall();
      const { serve } = await import('./serve.ts');
      await serve(line.settings, PROGRAM_VERSION, approveCommand(line.settings));
      // Set where a fault of this program ended it.
      return Number(process.exitCode ?? 0);
    }
  }
}

/**
 * V8 lets the space for short-lived objects grow to 48 MB, for throughput that a server with one host does not need and
 * of which desktops run many. The flag is read whenever that space would grow, in Node 20 to 24; V8 complains on stderr
 * about flags that it does not know.
 */
function keepYoungGenerationSmall(): void {
  const [major] = process.versions.node.split('.').map(Number);
  if (major !== undefined && major <= 24) setFlagsFromString('--semi-space-growth-factor=1');
}

function mainPath(): string {
  return realpathSync(process.argv[1] ?? '');
}

/**
 * What a person types to agree. With the state dir in any case: their shell may have another environment than the host
 * gave this server, and another config file.
 */
function approveCommand({ stateDir }: Settings): (id: string) => string {
  return (id) => `node ${quoted(mainPath())} approve ${id} --state-dir ${quoted(stateDir)}`;
}

/** For a shell: on Windows in double quotes, which no path there has in it. */
function quoted(path: string): string {
  if (process.platform === 'win32') return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`;
  return /^[\w./:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

try {
  process.exit(await main());
} catch (error) {
  const message = reasonOf(error);
  process.stderr.write(`${error instanceof UsageError ? message : `aws-iam-mcp: ${message}`}\n`);
  process.exit(2);
}
