// AWS's shared config files: where they are, and whether they have changed.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The config file and the credentials file, whether they are there or not. */
export function awsConfigFiles(): string[] {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const folder = path.join(homedir(), '.aws');
  return [
    AWS_CONFIG_FILE || path.join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE || path.join(folder, 'credentials'),
  ];
}

/** Differs when one of the files has changed. Costs a stat call for each; '' is no file. */
export function stateOf(files: readonly string[]): string {
  return files
    .map((file) => {
      if (file === '') return '';
      try {
        const { ino, size, mtimeMs } = statSync(file);
        return `${ino} ${size} ${mtimeMs}`;
      } catch {
        // Not there, or out of reach: whoever needs it says so, and says it better.
        return '';
      }
    })
    .join('|');
}
