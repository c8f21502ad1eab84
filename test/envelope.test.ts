import { describe, expect, it } from 'vitest';
import { type Envelope, envelopeText, ordered } from '../src/envelope.ts';

const envelope: Envelope = {
  result: [{ a: 1 }, { b: 'é\n' }],
  dry_run: {},
  odd: 1,
  change: {},
  warnings: ['w'],
  files: [],
  continue_from: 't.1',
  page: { from: 1, to: 1, of: 2 },
  summary: { rows: 1, succeeded: 1, failed: 0, not_attempted: 0 },
  has_error: false,
  error: null,
};
const ORDER = 'error has_error summary page continue_from files warnings change dry_run odd result'.split(' ');

describe('an envelope', () => {
  it('has first what must be read first, and its result last', () => {
    expect(Object.keys(ordered(envelope))).toEqual(ORDER);
    expect(ordered(envelope)).toEqual(envelope);
    expect(Object.keys(ordered({ result: null, error: 'X: y', has_error: true }))).toEqual([
      'error',
      'has_error',
      'result',
    ]);
  });

  it('is JSON of the same order as a text, with a line for each entry of its result', () => {
    const text = envelopeText(envelope);
    expect(JSON.parse(text)).toEqual(envelope);
    expect(Object.keys(JSON.parse(text))).toEqual(ORDER);
    expect(text.split('\n').slice(1)).toEqual(['{"a":1},', '{"b":"é\\n"}', ']}']);
  });

  it('is one line where its result is not a list of several', () => {
    for (const result of [null, { a: 1 }, [], [{ a: 1 }]]) {
      const text = envelopeText({ ...envelope, result });
      expect(text).not.toContain('\n');
      expect(JSON.parse(text)).toEqual({ ...envelope, result });
    }
  });
});
