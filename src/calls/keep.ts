// Which of what a read came to is in its result: that for which a condition over a row and its outcome is true.
import * as z from 'zod';
import { type Action, isChange } from '../actions/action.ts';
import { isList } from '../actions/outputs.ts';
import { CallError } from '../errors.ts';
import { decideEach, type Seen } from '../templates/render.ts';
import { failureOfAll, templateFailure, wholeFailure } from './render-rows.ts';
import type { GivenTable, Row } from './row.ts';

const FIELD = 'keep';

export class Keep {
  readonly #condition: { field: string; text: string; known: string[] };
  readonly #table: GivenTable;

  /**
   * @param table without rows for a call that has none
   * @throws CallError InvalidArguments for a call of which nothing could be left out
   */
  constructor(text: string, action: Action, table?: GivenTable) {
    if (isChange(action) || !(table || isList(action))) {
      throw new CallError(
        'InvalidArguments',
        `${FIELD}: chooses results of a list or of a table of reads, and this call is neither`,
        { field: FIELD },
      );
    }
    this.#condition = { field: FIELD, text, known: fieldsOf(action.output) };
    this.#table = table ?? { rows: [], now: Date.now() };
  }

  /**
   * Before anything is sent for what could then not be chosen.
   * @param rows that will be tried
   * @throws CallError InvalidArguments for a condition that is wrong whatever comes back
   */
  async check(rows: readonly Row[]): Promise<void> {
    await this.#decide(rows.map((row) => ({ row })));
  }

  /**
   * @param found of each row, what its read answered, or one thing on its list
   * @returns whether each is kept, or why that cannot be told
   * @throws CallError InvalidArguments for a condition that fails alike in all of them
   */
  async of(found: readonly { row: Row; result: unknown }[]): Promise<(boolean | CallError)[]> {
    const decisions = await this.#decide(found.map(({ row, result }) => ({ row, result: fieldsIn(result) })));
    const alike = failureOfAll(decisions);
    if (alike) throw wholeFailure(FIELD, alike, this.#table);
    return decisions.map((decision) => (typeof decision === 'boolean' ? decision : templateFailure(FIELD, decision)));
  }

  #decide(seen: readonly Seen[]): ReturnType<typeof decideEach> {
    return decideEach(this.#condition, seen, this.#table.now).catch((error: unknown) => {
      throw wholeFailure(FIELD, error, this.#table, { what: 'field', names: this.#condition.known });
    });
  }
}

/** The names by which a condition finds the fields of what an action answers, those of objects in it included. */
function fieldsOf(output: z.ZodType): string[] {
  if (output instanceof z.ZodOptional || output instanceof z.ZodNullable) return fieldsOf(output.unwrap() as z.ZodType);
  if (output instanceof z.ZodArray) return fieldsOf(output.element as z.ZodType);
  if (!(output instanceof z.ZodObject)) return [];
  const fields = Object.entries(output.shape as Record<string, z.ZodType>);
  return [...new Set(fields.flatMap(([name, field]) => [name, ...fieldsOf(field)]))];
}

/** The same of one answer, with their values: a field's own name wins over that of a field within another. */
function fieldsIn(result: unknown): Row {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return {};
  const within = Object.values(result).map(fieldsIn);
  return Object.fromEntries([...within, result as Row].flatMap((fields) => Object.entries(fields)));
}
