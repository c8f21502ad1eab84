// Who answers at this machine, for the record.
import { userInfo } from 'node:os';

/** The name of this process's user, or its number where no name is known for it, as in many containers. */
export function thisUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
