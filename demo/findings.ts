// What the drill leaves behind on the disk: the audit, and the one file in which the new secret is.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from './calls.ts';
import type { Host } from './host.ts';
import type { Stage } from './stage.ts';

export function showAudit(stateDir: string, stage: Stage): void {
  const file = path.join(stateDir, 'audit.jsonl');
  stage.scene('What is on record?', file);
  const calls = new Map<string, string[]>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const { call, event, tool, agreedBy, error } = JSON.parse(line);
    const told = calls.get(call) ?? [];
    told.push(
      event === 'asked'
        ? `${tool.padEnd(20)} asked`
        : event === 'sent'
          ? `agreed to by ${agreedBy}, sent`
          : (error ?? event),
    );
    calls.set(call, told);
  }
  for (const told of calls.values()) stage.tell(told.join(', '));
}

/** Looks for the secret everywhere that it must not be. @throws PlotError when it is there */
export function showSecret(secretFile: string, stateDir: string, received: Host['received'], stage: Stage): void {
  stage.scene('Where is the secret?', secretFile);
  const mode = `0${(statSync(secretFile).mode & 0o777).toString(8)}`;
  // Windows has no such modes; there the user's own folder keeps others out.
  expect(mode === '0600' || process.platform === 'win32', `the secret's file to have mode 0600, not ${mode}`);
  const [, row = ''] = readFileSync(secretFile, 'utf8').trim().split('\n');
  const [user, keyId, secret = ''] = row.split(',');
  expect(secret.length === 40, 'the file to hold a secret of 40 characters');
  stage.tell(`${user},${keyId},${'*'.repeat(secret.length)} (mode ${mode})`);

  // The sandbox stands for AWS, which gave the secret and checks signatures with it.
  const known = [secretFile, path.join(stateDir, 'sandbox', 'account.json')].map((file) => path.resolve(file));
  const others = filesIn(stateDir).filter((file) => !known.includes(path.resolve(file)));
  for (const file of others) expect(!readFileSync(file, 'utf8').includes(secret), `no secret in ${file}`);
  expect(!stage.printed.includes(secret), 'no secret on this page');
  expect(!received.messages.includes(secret), 'no secret in any message from the server');
  expect(received.stderr === '', `nothing on the server's stderr, but: ${received.stderr}`);
  const bytes = Buffer.byteLength(received.messages).toLocaleString('en');
  stage.tell(
    `Looked for it on this page, in all that the server sent (${bytes} bytes) and in its other files ` +
      `(${others.length} of them, ${[...new Set(others.map((file) => path.relative(stateDir, file).split(path.sep)[0]))].join(', ')}): it is not there. Only the sandbox, which gave it, has it ` +
      'in its account.json, as AWS would.',
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
