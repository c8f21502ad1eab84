// Which rows of a table a call is about: those for which its condition is true. The others are left out unseen.
import { setImmediate as rest } from 'node:timers/promises';
import { CallError } from '../errors.ts';
import type { Redactor } from '../redact.ts';
import { decideEach } from '../templates/render.ts';
import { attempt } from './attempt.ts';
import { refuseSecrets } from './refuse-secrets.ts';
import { failureOfAll, templateFailure, wholeFailure } from './render-rows.ts';
import type { GivenTable, Row } from './row.ts';

export interface ChosenRow {
  /** In the table, from 1. */
  number?: number;
  row: Row;
  /** Why no template may see it, or the condition says neither true nor false of it. */
  refused?: CallError;
}

// After so long, other calls have their turn.
const MOMENT_MS = 25;

/** @throws CallError InvalidArguments for a condition that is wrong whatever the rows are */
export async function chooseRows(table: GivenTable, redactor: Redactor): Promise<ChosenRow[]> {
  const checked = await checkRows(table.rows, redactor);
  if (table.where === undefined) return checked;
  const where = { field: 'where', text: table.where };
  const seen = checked.filter(({ refused }) => !refused);
  const decisions = await decideEach(where, seen, table.now).catch((error: unknown) => {
    throw wholeFailure(where.field, error, table);
  });
  const alike = failureOfAll(decisions);
  if (alike) throw wholeFailure(where.field, alike, table);
  const next = decisions.values();
  return checked.flatMap((row) => {
    if (row.refused) return row;
    const decision = next.next().value;
    if (typeof decision === 'boolean' || decision === undefined) return decision ? row : [];
    return { ...row, refused: templateFailure(where.field, decision) };
  });
}

/** A row with a secret is refused before a template sees it: a template could hand the secret out in pieces. */
async function checkRows(rows: readonly Row[], redactor: Redactor): Promise<ChosenRow[]> {
  const checked: ChosenRow[] = [];
  let rested = performance.now();
  for (const [index, row] of rows.entries()) {
    const refused = attempt(() => refuseSecrets(row, redactor));
    checked.push({ number: index + 1, row, ...(refused instanceof CallError && { refused }) });
    if (performance.now() - rested < MOMENT_MS) continue;
    await rest();
    rested = performance.now();
  }
  return checked;
}
