// What is grave in a plan, said again right where a person types: what stood above may have left the screen by then.
import { describeGrave, describeGraveTexts, describeTarget, type GraveKind, graveKinds } from './describe-warnings.ts';
import { describeValue } from './fact-text.ts';
import type { Plan } from './plan.ts';

/** What a person still has before their eyes. */
export const MOST_BESIDE = 15;

const SCREEN_WIDTH = 80;
// Of a kind with more rows, the rows stand above.
const MOST_NAMED = 3;

/** All grave lines, where they are few; else how many rows and of which kinds, the rarest first. @param most lines */
export function besidePrompt(plan: Plan, most = MOST_BESIDE): string[] {
  const [only, second] = plan.rows;
  if (only && !second) return describeGrave(only);
  const kinds = graveKinds(plan.rows);
  const all = kinds.flatMap((kind) => [...describeGraveTexts(kind), ...rowsOf(kind)]);
  if (heightOf(all) <= most) return all;
  const which = graveCount(plan) ?? 'WARNING: how requests get to AWS is grave';
  const count = `${which}, of ${kinds.length === 1 ? '1 kind' : `${kinds.length} kinds`}: scroll up to read each`;
  if (most === 1) return [count];
  const described = kinds.map(describeKind);
  // At least one, however long: the rarest.
  let shown = 1;
  while (shown < kinds.length && heightOf([count, ...described.slice(0, shown + 1)]) < most) shown += 1;
  const rest = kinds.length - shown;
  return [count, ...described.slice(0, shown), ...(rest > 0 ? [`  and ${rest} more kinds`] : [])];
}

/** Of single rows: of the way that requests go, its own warnings say more. Undefined where there are none. */
export function graveCount({ rows }: Plan): string | undefined {
  const grave = rows.filter((row) => row.grave.length > 0).length;
  if (grave === 0) return undefined;
  if (rows.length === 1) return 'WARNING: this change is grave';
  return `WARNING: ${grave} of ${rows.length} rows ${grave === 1 ? 'is' : 'are'} grave`;
}

function rowsOf({ rows, isOfWay }: GraveKind): string[] {
  return isOfWay ? [] : rows.map((row) => `  row ${row.number}: ${describeTarget(row)}`);
}

function describeKind({ texts, rows }: GraveKind): string {
  const named = rows.map((row) => `row ${row.number}: ${describeTarget(row)}`);
  const which = rows.length > MOST_NAMED ? `${rows.length} rows` : named.join('; ');
  return `  ${which}: ${texts.map(describeValue).join('; ')}`;
}

/** On a screen: a long line takes several. */
function heightOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / SCREEN_WIDTH)), 0);
}
