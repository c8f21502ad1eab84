// The parts that the results of several actions share, as published.
import * as z from 'zod';

/** Delete, update and attach answer with nothing else. */
export const emptyAnswerOutput = z.looseObject({ ResponseMetadata: z.looseObject({}) });

/** A row of a list carries its own outcome; over a table, also that of a row that failed. */
export const rowOutcome = { error: z.string().nullable(), has_error: z.boolean() };
