// A config file in a folder that is thrown away with the test, read as the program reads it.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { readCommandLine } from '../../src/settings/command-line.ts';
import { type LoadedConnections, loadConnections } from '../../src/settings/connections.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export { temporaryFolder } from '../temporary-folder.ts';

export type Environment = Record<string, string>;

/** What a file is written from: an object as JSON over several lines, or a text as it is. */
export type Written = object | string | Buffer;

/** @returns the absolute path of a file that only its owner can read, unless a mode says otherwise */
export function writeConfig(written: Written, mode = 0o600): string {
  const file = path.join(temporaryFolder(), 'config.json');
  const isRaw = typeof written === 'string' || Buffer.isBuffer(written);
  writeFileSync(file, isRaw ? written : JSON.stringify(written, null, 2));
  // The umask has a say in the mode of a new file.
  chmodSync(file, mode);
  return file;
}

/** The settings that come of a file, flags and an environment. */
export async function settingsWith(file: string, flags: string[] = [], env: Environment = {}) {
  const line = await readCommandLine(['--config', file, ...flags], env);
  if (!('settings' in line)) throw new Error(`not a command with settings: ${line.command}`);
  return line.settings;
}

/** Everything from the file to the connections. */
export async function load(written: Written, env: Environment = {}): Promise<LoadedConnections> {
  return loadConnections(await settingsWith(writeConfig(written), [], env), undefined, env);
}

/** The connections alone of a file, each with a label if it has none. */
export async function loadOne(connection: object, env: Environment = {}) {
  const { connections, secrets } = await load({ connections: [{ label: 'one', ...connection }] }, env);
  const [only] = connections.values();
  if (!only) throw new Error('there is no connection');
  return { connection: only, secrets };
}

/** What loading says, without the path of the file; it has to be one line. */
export async function complaint(work: Promise<unknown>): Promise<string> {
  const message = await work.then(
    () => expect.unreachable('it was accepted'),
    (error: Error) => error.message,
  );
  expect(message).toMatch(/^\P{Cc}+$/u);
  return message.replace(/^(aws-iam-mcp: )?\S+config\.json/, 'FILE');
}
