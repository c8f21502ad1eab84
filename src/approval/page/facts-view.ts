// Facts as pairs of a name and what is known, for one row and for what all rows share.
import type { Fact } from '../../actions/action.ts';
import { shownOf } from '../../plan/fact-text.ts';
import { type Html, html, type Part } from './html.ts';
import { aged, shown, shownOfOperator } from './shown.ts';

export function factsView(facts: readonly Fact[], now: number): Html {
  return html`<dl class="facts">${facts.map((fact) => {
    const said = shownOf(fact);
    const clean = fact.fromOperator ? shownOfOperator : shown;
    const value = (text: string) => aged(clean(text), now);
    const all =
      typeof said === 'string' ? value(said) : html`<ul>${said.map((line) => html`<li>${value(line)}</li>`)}</ul>`;
    return pair(shown(fact.label), all);
  })}</dl>`;
}

export function pair(label: string, value: Part): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}
