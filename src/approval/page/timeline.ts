// A small picture of when things were, from the cells of a row that are moments: made here, so that no script is needed.

import { ageOf } from '../../plan/fact-text.ts';
import type { PlanRow } from '../../plan/plan.ts';
import { type Html, html } from './html.ts';
import { shown } from './shown.ts';

const [WIDTH, EDGE, LINE_Y] = [640, 12, 34];
// Above and below the line by turns, so that what is close together stays readable.
const TEXT_Y = [18, 58];

interface Moment {
  label: string;
  at: number;
  age: string;
}

/** @returns nothing where no moment is known */
export function timeline({ cells }: Pick<PlanRow, 'cells'>, now: number): Html | undefined {
  const moments = cells
    .flatMap(({ column, at }) => {
      const time = at === undefined ? Number.NaN : Date.parse(at);
      return Number.isNaN(time) ? [] : [{ label: shown(column), at: time, age: ageOf(at ?? '', new Date(now)) }];
    })
    .sort((a, b) => a.at - b.at);
  const [first] = moments;
  if (!first) return undefined;
  const all: Moment[] = [...moments, { label: 'Now', at: now, age: '' }];
  const last = Math.max(...all.map(({ at }) => at));
  const xOf = (at: number) =>
    Math.round(last === first.at ? WIDTH - EDGE : EDGE + ((at - first.at) / (last - first.at)) * (WIDTH - 2 * EDGE));
  return html`<figure class="timeline"><svg viewBox="0 0 ${WIDTH} 68" role="img" aria-label="${said(moments)}">
<line x1="${EDGE}" y1="${LINE_Y}" x2="${WIDTH - EDGE}" y2="${LINE_Y}" class="axis"/>
${all.map((moment, index) => point(moment, xOf(moment.at), TEXT_Y[index % 2] ?? 0, moment.label === 'Now'))}
</svg></figure>`;
}

function point({ label, age }: Moment, x: number, y: number, isNow: boolean): Html {
  const anchor = x < WIDTH / 4 ? 'start' : x > (WIDTH * 3) / 4 ? 'end' : 'middle';
  return html`<circle cx="${x}" cy="${LINE_Y}" r="${isNow ? 4 : 6}" class="${isNow ? 'now' : 'moment'}"/>
<text x="${anchor === 'middle' ? x : anchor === 'start' ? EDGE - 6 : WIDTH - EDGE + 6}" y="${y}" text-anchor="${anchor}">${label}${age && ` ${age}`}</text>`;
}

function said(moments: Moment[]): string {
  return `In time: ${moments.map(({ label, age }) => `${label} ${age}`).join(', ')}.`;
}
