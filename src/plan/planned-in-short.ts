// One row of a dry run in one line. What the whole table has in common is told once, by whoever puts the rows together.
import type { Cell } from '../actions/action.ts';
import type { PlannedInShort, RowCall } from '../calls/row-call.ts';
import { cleanLine } from '../clean-text.ts';
import { shownOf } from './fact-text.ts';
import type { PlanRow } from './plan.ts';
import { choicesOf, graveOf, notableOf, severityOf } from './severity.ts';

// Longer than any ARN.
const LONGEST = 2100;

/** @param plan of a change */
export function plannedInShort({ connection, input, roleArn }: RowCall, plan: PlanRow | undefined): PlannedInShort {
  if (!plan) {
    const rendered = { ...input, ...(roleArn !== undefined && { role_arn: roleArn }) };
    return { sentTo: { connection: connection.label }, arguments: rendered };
  }
  const { account, caller, way, effect, cells } = plan;
  const facts = way.facts.map((fact) => [fact.label, shownOf(fact)]);
  return {
    sentTo: { account, caller, connection: connection.label, ...Object.fromEntries(facts) },
    plan: {
      severity: severityOf(plan),
      text: textOf(plan),
      effect,
      warnings: [
        ...graveOf(plan).map((text) => ({ severity: 'grave' as const, text })),
        ...notableOf(plan).map((text) => ({ severity: 'notable' as const, text })),
      ],
      choices: choicesOf(plan),
      // A moment is one row's own, and so is its name.
      cells: cells.flatMap(({ column, shown, at }): [string, string][] =>
        shown === '' || at !== undefined || isName(shown, plan) ? [] : [[column, shown]],
      ),
    },
  };
}

/** `ann · …LE77 · status Active · created 2024-05-02`: names as they are, all else under its column. */
function textOf(plan: PlanRow): string {
  const { cells, target } = plan;
  const names = [target.owner.shown, target.thing.shown].filter(
    (name) => name !== '' && !cells.some(({ shown }) => isSaid(name, shown)),
  );
  const parts = cells.flatMap((cell) => {
    const text = [cell.shown, cell.at?.slice(0, 'YYYY-MM-DD'.length)].filter(Boolean).join(' ');
    return text === '' ? [] : isName(cell.shown, plan) ? [text] : [`${inSentence(cell)} ${text}`];
  });
  return cleanLine([...names, ...parts].join(' · '), LONGEST);
}

function inSentence({ column }: Cell): string {
  return column.charAt(0).toLowerCase() + column.slice(1);
}

function isName(shown: string, { target }: PlanRow): boolean {
  return [target.owner.shown, target.thing.shown].some((name) => isSaid(name, shown));
}

/** As it is, or with a word before it, as of "key …LE77". */
function isSaid(name: string, shown: string): boolean {
  return shown !== '' && (shown === name || name.endsWith(` ${shown}`));
}
