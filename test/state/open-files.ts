// Linux tells which files a process has open.
import { readdirSync, readlinkSync } from 'node:fs';

/** The paths of all that this process has open below a folder, or that it is. */
export function openFilesBelow(folder: string): string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        // The one by which the folder of descriptors was read is closed again.
        return [];
      }
    })
    .filter((file) => file.startsWith(folder));
}
