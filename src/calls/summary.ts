// How many rows of a table came to what.
import type { Summary } from '../envelope.ts';
import { assertNever } from '../errors.ts';
import type { RowOutcome } from './row-call.ts';

export function summaryOf(outcomes: Iterable<RowOutcome>): Summary {
  const summary: Summary = { rows: 0, succeeded: 0, failed: 0, not_attempted: 0 };
  for (const { is } of outcomes) {
    summary.rows += 1;
    switch (is) {
      case 'failed':
        summary.failed += 1;
        break;
      case 'not-attempted':
        summary.not_attempted += 1;
        break;
      case 'done':
      case 'planned':
        summary.succeeded += 1;
        break;
      default:
        assertNever(is);
    }
  }
  return summary;
}

export function describeSummary({ succeeded, failed, not_attempted }: Summary): string {
  return `${succeeded} succeeded, ${failed} failed, ${not_attempted} not attempted`;
}
