// The parts that the results of several actions share, as published.
import * as z from 'zod';
import type { Action } from './action.ts';

/** Delete, update and attach answer with nothing but ResponseMetadata. */
export const emptyAnswerOutput = z.looseObject({});

/** Whether it answers with a list, of which each thing is an entry of its own. */
export function isList({ output }: Pick<Action, 'output'>): boolean {
  return output instanceof z.ZodArray;
}
