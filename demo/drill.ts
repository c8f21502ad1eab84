// `npm run demo`: a leaked-key incident played through all seven tools, with the real built server as a child process
// and the SDK's own client in front of it; with `-- --modern`, over the protocol of 2026-07-28. Ends by itself, with 0 when
// all came out as the story says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlotError } from './calls.ts';
import { showAudit, showSecret } from './findings.ts';
import { type Host, startHost } from './host.ts';
import { colors, Stage } from './stage.ts';
import { play } from './story.ts';

const SERVER = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const [option, ...more] = process.argv.slice(2);
if ((option !== undefined && option !== '--modern') || more.length > 0) {
  process.stderr.write('The drill has one option: --modern, for the protocol of 2026-07-28.\n');
  process.exit(2);
}
const ERA = option === undefined ? 'legacy' : 'modern';
const startedAt = performance.now();
const stage = new Stage();
const stateDir = mkdtempSync(path.join(tmpdir(), 'aws-iam-mcp-drill-'));
let host: Host | undefined;
let isInterrupted = false;

async function drill(): Promise<void> {
  stage.say(colors.bold('A leaked key: a drill with aws-iam-mcp'));
  const protocol = ERA === 'modern' ? ', by the protocol of 2026-07-28' : '';
  stage.tell(
    `The real server over stdio${protocol}, on the made-up company in its built-in sandbox. No AWS account is touched.`,
  );
  host = await startHost(ERA, [SERVER, '--sandbox', '--state-dir', stateDir], stateDir, stage);
  stage.tell(`Its tools: ${host.tools.join(', ')}.`);
  const marks = { calls: colors.cyan('→'), asked: colors.yellow('┃'), reads: colors.green('←') };
  stage.tell(
    `${marks.calls} the assistant calls   ${marks.asked} a person is asked   ${marks.reads} the assistant reads`,
  );
  const { secretFile } = await play(host, stage);
  await host.close();
  showAudit(stateDir, stage);
  showSecret(secretFile, stateDir, host.received, stage);
}

async function leave(): Promise<void> {
  // Ends the server, too.
  await host?.close();
  rmSync(stateDir, { recursive: true, force: true });
}

async function interrupt(code: number): Promise<void> {
  if (isInterrupted) return;
  isInterrupted = true;
  await leave();
  process.exit(code);
}
process.on('SIGINT', () => interrupt(130));
process.on('SIGTERM', () => interrupt(143));
// Whoever read this has gone, as in `npm run demo | head`.
process.stdout.on('error', () => interrupt(0));

try {
  await drill();
  await leave();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  stage.say(
    `\n${colors.bold(colors.green('All came out as it should'))}, in ${seconds} s; the folder is removed again.`,
  );
  stage.say('To see it in your own assistant: node dist/main.js host-config');
} catch (error) {
  // Closing the server makes the call under way fail, which then is no news.
  if (!isInterrupted) {
    await leave();
    const what = error instanceof PlotError ? `expected ${error.message}` : String(error);
    process.stderr.write(`\n${colors.red('The drill did not come out as it should')}: ${what}\n`);
    process.exitCode = 1;
  }
}
