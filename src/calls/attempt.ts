// Of many rows, each may be made or fail by itself.
import { CallError } from '../errors.ts';

/** @returns what is made, or the failure of this row alone. @throws whatever is no CallError */
export function attempt<T>(make: () => T): T | CallError {
  try {
    return make();
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
}

/** @throws CallError where that is what was made */
export function orThrow<T>(made: T | CallError | undefined): T {
  if (made === undefined) throw new Error('a row was lost');
  if (made instanceof CallError) throw made;
  return made;
}
