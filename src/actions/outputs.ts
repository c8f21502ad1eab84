// The parts that the results of several actions share, as published.
import * as z from 'zod';

export const responseMetadataOutput = z.looseObject({
  RequestId: z.string(),
  HTTPStatusCode: z.number(),
  HTTPHeaders: z.looseObject({}),
  RetryAttempts: z.number(),
});

/** Delete, update and attach answer with nothing else. */
export const emptyAnswerOutput = z.looseObject({ ResponseMetadata: z.looseObject({}) });

/** A row of a list carries its own outcome. */
export const rowOutcome = { error: z.null(), has_error: z.literal(false) };
