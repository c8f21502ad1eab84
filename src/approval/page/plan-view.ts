// One plan as a person reads it: what is grave first, in words and in colour, and never cut.
import type { Fact } from '../../actions/action.ts';
import type { Plan, PlanRow } from '../../plan/plan.ts';
import { byRarity, grouped } from '../../plan/row-groups.ts';
import { graveOf, notableOf } from '../../plan/severity.ts';
import { factsView, pair } from './facts-view.ts';
import { type Html, html } from './html.ts';
import { shown } from './shown.ts';
import { tableView } from './table-view.ts';
import { timeline } from './timeline.ts';

export function planView(plan: Plan, id: string, now: number): Html {
  const [only, second] = plan.rows;
  return html`${only && !second ? oneView(only, now) : manyView(plan, id, now)}${leftOutView(plan)}`;
}

/** Each text once, with every row that it is about, and whose: the same on top of a plan and beside its button. */
export function graveView({ rows }: Plan): Html | undefined {
  const texts = byRarity(groupedByText(rows, graveOf));
  if (texts.length === 0) return undefined;
  return html`<ul class="grave">${texts.map(([text, about]) => warning('Grave', text, rows.length > 1 ? namedText(about) : ''))}</ul>`;
}

function namedText(rows: readonly PlanRow[]): string {
  const named = rows.map(({ number, target }) => `${number}: ${shown(target.owner.shown)}`).join(', ');
  return `${rows.length === 1 ? '1 row' : `${rows.length} rows`} (${named})`;
}

function oneView(row: PlanRow, now: number): Html {
  const cells = row.cells.filter(({ shown: text, at }) => text !== '' && at === undefined);
  const notable = notableOf(row);
  return html`${row.number !== undefined && html`<p>Row ${row.number} of a table: the only one that can be done.</p>`}
<dl class="glance">${cells.map(({ column, shown: text }) => pair(shown(column), shown(text)))}</dl>
${timeline(row, now)}
<p class="effect"><strong>What happens:</strong> ${shown(row.effect)}</p>
${notable.length > 0 && html`<ul class="notable">${notable.map((text) => warning('Warning', text, ''))}</ul>`}
${factsView([...whoOf(row), ...row.facts], now)}`;
}

function manyView(plan: Plan, id: string, now: number): Html {
  const { rows } = plan;
  const notable = byRarity(groupedByText(rows, notableOf));
  const effects = byRarity(grouped(rows, ({ effect }) => effect));
  const groups = byRarity(
    grouped(rows, ({ account, caller, connection, way }) => JSON.stringify([account, caller, connection, way])),
  );
  return html`<p class="effect"><strong>What happens in ${effects.length === 1 ? 'each of' : ''} ${rows.length} rows:</strong>
${effects.map(([effect, about]) => html`<span>${shown(effect)}${effects.length > 1 && ` (${rowsText(about)})`} </span>`)}</p>
${groups.map(([, [first, ...others]]) => first && html`<div>${groups.length > 1 && html`<p>${rowsText([first, ...others])}:</p>`}${factsView(whoOf(first), now)}</div>`)}
${notable.length > 0 && html`<ul class="notable">${notable.map(([text, about]) => warning('Warning', text, rowsText(about)))}</ul>`}
${tableView(rows, id, now)}`;
}

/** Who is asked to do it, and where and how it goes. */
function whoOf({ account, caller, connection, way }: PlanRow): Fact[] {
  return [
    { label: 'Account', shown: account },
    { label: 'Acting as', shown: caller },
    { label: 'Connection', shown: connection, fromOperator: true },
    ...way.facts,
  ];
}

function warning(word: string, text: string, about: string): Html {
  return html`<li><strong>${word}${about && `, ${about}`}:</strong> ${shown(text)}</li>`;
}

/** Every number: the table below is in another order. */
function rowsText(rows: readonly PlanRow[]): string {
  const numbers = rows.map(({ number }) => number).join(', ');
  return rows.length === 1 ? `row ${numbers}` : `${rows.length} rows (${numbers})`;
}

function groupedByText(rows: readonly PlanRow[], textsOf: (row: PlanRow) => string[]): [string, PlanRow[]][] {
  const said = rows.flatMap((row) => [...new Set(textsOf(row))].map((text) => ({ row, text })));
  return grouped(said, ({ text }) => text).map(([text, group]) => [text, group.map(({ row }) => row)]);
}

function leftOutView({ leftOut }: Plan): Html | undefined {
  if (leftOut.length === 0) return undefined;
  const reasons = grouped([...leftOut], ({ why }) => why);
  return html`<p>Left out, since ${leftOut.length === 1 ? 'it' : 'they'} cannot be done: ${leftOut.length} of the table's rows</p>
<ul>${reasons.map(([why, rows]) => html`<li>${rows.length === 1 ? 'Row' : 'Rows'} ${rows.map(({ number }) => number).join(', ')}: ${shown(why)}</li>`)}</ul>`;
}
