import { describe, expect, it } from 'vitest';
import { escapeFormula, unescapeFormula } from '../../src/table/formula.ts';

describe('the apostrophe before a formula', () => {
  it('is put there and taken away, whatever was there before', () => {
    for (const text of ['=', '+1', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', "'=", "''@x", "'''''-"]) {
      expect(escapeFormula(text)).toBe(`'${text}`);
      expect(unescapeFormula(`'${text}`)).toBe(text);
    }
    for (const text of ['', 'a', "'", "''", "'a", ' =', "' =", 'a=', '’=']) {
      expect(escapeFormula(text)).toBe(text);
      expect(unescapeFormula(text)).toBe(text);
    }
    expect(unescapeFormula('=1')).toBe('=1');
  });

  it('does not mind millions of them', () => {
    // Enough for a regular expression that goes back over them to run out of stack.
    const many = "'".repeat(5_000_000);
    expect(escapeFormula(many)).toHaveLength(many.length);
    expect(unescapeFormula(`${many}=`)).toHaveLength(many.length);
  });
});
