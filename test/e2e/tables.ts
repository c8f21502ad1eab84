// What tests of tables share: users with keys, files dropped in the folder, and the rows of a result.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../../src/envelope.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn } from './aws-account.ts';

export interface KeyOfUser extends Record<string, string> {
  user: string;
  key: string;
}

/** As many new users, with a key each. */
export function keysOfNewUsers(aws: Sandbox, count: number): KeyOfUser[] {
  return Array.from({ length: count }, (_, index) => {
    const user = `leaver-${String(index + 1).padStart(3, '0')}`;
    aws.createUser(user);
    return { user, key: aws.createKey(user).accessKeyId };
  });
}

/** Two connections, one of which sees the account under another number; with reference values of their own. */
export function twoConnections(folder: string, endpoints: { prod: string; test: string }, aws: Sandbox) {
  const file = path.join(folder, 'config.json');
  const { accessKeyId: accessKey } = aws.credentials;
  const connection = { region: 'us-east-1', accessKey, secretKey: '{{ env.OPERATOR_SECRET }}' };
  const connections = [
    { label: 'prod', ...connection, endpoint: endpoints.prod, referenceValues: { team: 'ops', target: 'Inactive' } },
    { label: 'test', ...connection, endpoint: endpoints.test, referenceValues: { team: 'dev', target: 'Inactive' } },
    { label: 'audit', ...connection, endpoint: endpoints.prod, readOnly: true },
  ];
  writeFileSync(file, JSON.stringify({ defaultConnection: 'prod', connections }), { mode: 0o600 });
  return { args: ['--config', file], env: { OPERATOR_SECRET: aws.credentials.secretAccessKey } };
}

/** Arguments over such rows, which turn the keys off. */
export const TURN_OFF = { user_name: '{{ user }}', access_key_id: '{{ key }}', status: 'Inactive' };

/** Puts a file where tables are looked for, as a person does. */
export function dropFile(stateDir: string, name: string, text: string | Buffer): void {
  const folder = path.join(stateDir, 'files');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, name), text);
}

export function fileText(stateDir: string, name: string): string {
  return readFileSync(path.join(stateDir, 'files', name), 'utf8');
}

export function linesOfFile(stateDir: string, name: string): Entry[] {
  return fileText(stateDir, name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
}

export interface Entry extends Record<string, unknown> {
  input: Record<string, unknown>;
  result?: unknown;
  error: string | null;
  has_error: boolean;
}

/** Waits for so many changes, for as long as the test may take: reading the facts of a table takes its time. */
export async function untilChanged(aws: Sandbox, count: number): Promise<void> {
  while (changesIn(aws).length < count) await sleep(5);
}

/** The rows of a table's result. */
export function entriesOf({ result }: Envelope): Entry[] {
  if (!Array.isArray(result)) throw new Error(`no rows in ${JSON.stringify(result)}`);
  return result as Entry[];
}
