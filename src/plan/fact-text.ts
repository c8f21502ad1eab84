// How one fact reads, in a plan and in what is said when it has changed. Every value is cleaned here.
import type { Fact } from '../actions/action.ts';
import { cleanForPlan, cleanFromOperator, cleanLine } from '../clean-text.ts';

// Longer than any ARN: what a person agrees to must not be cut.
const LONGEST_VALUE = 2100;

/** One line, or a heading and a line for each entry. */
export function describeFact(entry: Fact): string[] {
  const shown = shownOf(entry);
  const label = cleanForPlan(entry.label);
  const clean = entry.fromOperator ? cleanFromOperator : cleanForPlan;
  if (typeof shown === 'string') return [`${label}: ${clean(shown, LONGEST_VALUE)}`];
  return [`${label}:`, ...shown.map((line) => `  - ${clean(line, LONGEST_VALUE)}`)];
}

export function describeValue(value: string): string {
  return cleanForPlan(value, LONGEST_VALUE);
}

/** For what is said when it has changed: that goes into an error, and is cleaned again where a person reads it. */
export function inShort(entry: Fact | undefined): string {
  if (!entry) return 'not there';
  return cleanLine([shownOf(entry)].flat().join('; '));
}

/** For the same, whole. */
export function valueInShort(value: string): string {
  return cleanLine(value, LONGEST_VALUE);
}

/** All that a fact shows, as it was read: not cleaned yet. */
export function shownOf({ shown, movesOn }: Fact): Fact['shown'] {
  if (!movesOn) return shown;
  return typeof shown === 'string' ? `${shown}; ${movesOn.shown}` : [...shown, movesOn.shown];
}

/** Every date of the form that plans use gets its age, as it is when a person reads. */
export function withAges(text: string, now: Date): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/g, (date) => withAge(date, now));
}

function withAge(date: string, now: Date): string {
  return `${ageOf(date, now)} (${date})`;
}

/** @param date ISO 8601 */
export function ageOf(date: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(date)) / 60_000));
  if (minutes === 0) return 'just now';
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : minutes < 730 * 24 * 60
          ? [Math.round(minutes / 60 / 24), 'day']
          : [Math.round(minutes / 60 / 24 / 365), 'year'];
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
