// Who answers at this machine, for the record.
import { userInfo } from 'node:os';

/** The name of this process's user, or its number where no name is known for it, as in many containers. */
export function thisUser(read: () => { username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
