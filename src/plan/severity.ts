// How much a row needs a person's attention, in one word.
import type { PlanRow } from './plan.ts';

export type Severity = 'grave' | 'notable' | 'plain';

export function severityOf({ way, grave, notKnown, warnings }: PlanRow): Severity {
  if (way.grave.length > 0 || grave.length > 0) return 'grave';
  return notKnown.length > 0 || warnings.length > 0 ? 'notable' : 'plain';
}
