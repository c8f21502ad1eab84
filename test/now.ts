import { expect } from 'vitest';

/** The moment that a table's summary tells: in the form of the dates in results. */
export const NOW = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
