// Every row of a table, the worst first. It can be read as it is; the page's script makes it sortable and filterable.
import type { PlanRow } from '../../plan/plan.ts';
import { planTable } from '../../plan/plan-table.ts';
import { bySeverity, graveOf, notableOf, severityOf } from '../../plan/severity.ts';
import { factsView } from './facts-view.ts';
import { type Html, html } from './html.ts';
import { shown } from './shown.ts';

const WORDS = { grave: 'Grave', notable: 'Warning', plain: '' } as const;
const RANKS = { grave: 0, notable: 1, plain: 2 } as const;

export function tableView(rows: readonly PlanRow[], id: string, now: number): Html {
  const { shared, columns, lines } = planTable(bySeverity(rows), new Date(now));
  return html`${shared.length > 0 && html`<p>In every row: ${shared.map(({ column, text }) => `${column} ${text}`).join('; ')}</p>`}
<div class="filter" hidden><label for="filter-${id}">Show rows with</label> <input id="filter-${id}" type="search" class="filter-rows" autocomplete="off"> <span class="filter-count" role="status"></span></div>
<div class="scroll" tabindex="0" role="region" aria-label="All ${rows.length} rows"><table>
<thead><tr>${['Note', 'Row', ...columns, 'All that is known'].map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${lines.map(({ row, texts }) => line(row, columns, texts, now))}</tbody>
</table></div>`;
}

function line(row: PlanRow, columns: string[], texts: string[], now: number): Html {
  const severity = severityOf(row);
  return html`<tr class="${severity}"><td data-sort="${RANKS[severity]}">${WORDS[severity] && html`<strong>${WORDS[severity]}</strong>`}</td>
<th scope="row" data-sort="${row.number}">${row.number}</th>
${columns.map((column, index) => html`<td${sortKey(row, column)}>${texts[index]}</td>`)}
<td>${details(row, now)}</td></tr>`;
}

/** What is grave of a row stands open, the rest is one click away. */
function details(row: PlanRow, now: number): Html {
  const given = Object.entries(row.arguments).map(([label, value]) => ({ label, shown: value }));
  return html`${graveOf(row).map((text) => html`<p>${shown(text)}</p>`)}<details><summary>Facts of row ${row.number}</summary>
${notableOf(row).map((text) => html`<p><strong>Warning:</strong> ${shown(text)}</p>`)}${factsView([...given, ...row.facts], now)}</details>`;
}

/** Moments are shown by their age, and sorted by when they were. */
function sortKey({ cells }: PlanRow, column: string): Html | undefined {
  const at = cells.find((cell) => shown(cell.column) === column)?.at;
  return at === undefined ? undefined : html` data-sort="${Date.parse(at)}"`;
}
