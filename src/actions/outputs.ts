// The parts that the results of several actions share, as published.
import * as z from 'zod';

/** Delete, update and attach answer with nothing but ResponseMetadata. */
export const emptyAnswerOutput = z.looseObject({});
