// Text of a plan for the page: what cannot be seen is written out, every date has its age. Markup is the template's matter.
import { cleanForPage, cleanLine } from '../../clean-text.ts';
import { withAges } from '../../plan/fact-text.ts';

// As in forms: longer than any ARN, since what a person agrees to must not be cut.
const LONGEST_VALUE = 2100;

export function shown(text: string): string {
  return cleanForPage(text, LONGEST_VALUE);
}

/** What the operator of this server wrote: in letters of any language. */
export function shownOfOperator(text: string): string {
  return cleanLine(text, LONGEST_VALUE);
}

export function aged(text: string, now: number): string {
  return withAges(text, new Date(now));
}
