// What is said to a person who mistyped something before the program ran: one line, safe to print on any
// terminal, with the nearest thing they may have meant.
import { closest, distance } from 'fastest-levenshtein';
import { cleanLine } from '../clean-text.ts';

/** The command line or the environment asks for something that does not exist. The message is one whole line. */
export class UsageError extends Error {
  /** @param problem a clause without a full stop; @param meant what the person probably wanted to write, if known */
  constructor(problem: string, meant?: string) {
    super(`aws-iam-mcp: ${problem}${meant === undefined ? '.' : `; did you mean ${meant}?`} See aws-iam-mcp --help`);
    this.name = 'UsageError';
  }
}

const SHOWN_CHARACTERS = 60;

/** The person's own text, made safe to repeat to them: invisible characters written out, cut at 60 characters. */
export const shown = (text: string): string => cleanLine(text, SHOWN_CHARACTERS);

/**
 * The candidate that `word` was probably meant to be, or undefined when none is reasonably near: the beginning of
 * a candidate (three letters or more), or at most three edits and at most half of the candidate's letters away.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.slice(0, SHOWN_CHARACTERS).toLowerCase();
  if (typed === '' || candidates.length === 0) return undefined;
  const begun = candidates.filter((candidate) => typed.length >= 3 && candidate.startsWith(typed));
  if (begun.length === 1) return begun[0];
  const best = closest(typed, candidates);
  return distance(typed, best) <= Math.min(3, Math.floor(best.length / 2)) ? best : undefined;
}
