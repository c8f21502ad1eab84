import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FOLDER } from './driver.ts';

/** The version of a package that a folder here pins. */
export function versionOf(folder: string, name: string): string {
  const file = path.join(FOLDER, folder, 'package.json');
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  const version = dependencies[name];
  if (version === undefined) throw new Error(`${file} has no ${name}`);
  return version;
}
