// The folder below which tables' files are read and written. Apart from files.ts, which is loaded with the first table.
import path from 'node:path';
import type { Settings } from '../settings/settings.ts';

/** Absolute: the operator's, or the default one in the state dir. */
export function filesFolder({ files, stateDir }: Pick<Settings, 'files' | 'stateDir'>): string {
  return files ?? path.join(stateDir, 'files');
}
