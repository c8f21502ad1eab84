import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson, withLongNumbers } from '../../src/table/json-scan.ts';

const LONG = '12345678901234567891';
const asRead = async (text: string) => {
  const { documents, longNumbers } = await scanJson(text, 64, 1000);
  return documents.map((document) => JSON.parse(withLongNumbers(text, document, longNumbers)));
};

describe('an integer that no number of JavaScript holds', () => {
  it('is a text with all of its digits, in each of several documents', async () => {
    expect(await asRead(`{"id":${LONG}}\n{"id":1,"of":[${LONG},-${LONG}]}\n{"id":2}\n${LONG}`)).toEqual([
      { id: LONG },
      { id: 1, of: [LONG, `-${LONG}`] },
      { id: 2 },
      LONG,
    ]);
  });

  it('is left alone within a text, with a fraction, and where no digit would be lost', async () => {
    expect(await asRead(`["${LONG}",${LONG}.5,1e30,12345678901234560,9007199254740991]`)).toEqual([
      [LONG, Number(`${LONG}.5`), 1e30, 12345678901234560, 9007199254740991],
    ]);
  });

  it('changes nothing of any other document', async () => {
    const document = fc.jsonValue({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 5 }), async (values) => {
        const whole = JSON.parse(JSON.stringify(values)) as unknown[];
        const texts = whole.map((value) => JSON.stringify(value, (_, inner) => (Number.isInteger(inner) ? 7 : inner)));
        expect(await asRead(texts.join('\n'))).toEqual(texts.map((text) => JSON.parse(text)));
      }),
    );
  });
});
