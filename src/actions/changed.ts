// What a change has changed, as an envelope says beside the result: whom and what by their names, and what became of it.
import * as z from 'zod';

/** Null for what there was not, or what nobody has read. */
const state = z.union([z.string(), z.boolean(), z.null()]);

/** As a schema too, since it waits in a table's journal. A text names something; a pair says what it was and what it is. */
export const changedSchema = z.record(
  z.string(),
  z.union([z.string(), z.strictObject({ before: state, after: state })]),
);

export type Changed = z.output<typeof changedSchema>;
