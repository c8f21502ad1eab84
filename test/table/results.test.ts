import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import { TableFiles } from '../../src/table/files.ts';
import { fitted, nextPage } from '../../src/table/results.ts';
import { temporaryFolder } from '../actions/program.ts';

const TOOL = 'list_policies';
const envelopeOf = (result: unknown): Envelope => ({ result, error: null, has_error: false });
const shown = (limit: number, folder = temporaryFolder(), tool = TOOL) => ({
  files: new TableFiles(folder, false),
  tool,
  limit,
  folder,
});
const bytesOf = (result: unknown) => Buffer.byteLength(JSON.stringify(result));

const anEntry = fc.record({
  input: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
  has_error: fc.boolean(),
});

describe('a result of any entries, at any limit', () => {
  it('is read back page by page to exactly what it was, no page too long but one of a single entry', () => {
    const folder = temporaryFolder();
    fc.assert(
      fc.property(fc.array(anEntry, { maxLength: 25 }), fc.integer({ min: 1, max: 1500 }), (entries, limit) => {
        const whole = JSON.parse(JSON.stringify(entries));
        const options = shown(limit, folder);
        let page = fitted(envelopeOf(whole), options, false);
        const pages = [page];
        while (page.continue_from !== undefined) {
          page = nextPage(page.continue_from, options);
          pages.push(page);
        }
        expect(pages.flatMap(({ result }) => result)).toEqual(whole);
        let next = 1;
        for (const { result, page: place } of pages) {
          const items = result as unknown[];
          if (items.length > 1) expect(bytesOf(items)).toBeLessThanOrEqual(limit);
          if (pages.length > 1) expect(place).toEqual({ from: next, to: next + items.length - 1, of: whole.length });
          next += items.length;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is left as it is when it fits to the byte, when there is no limit, and when it is no array', () => {
    const result = [{ a: 'é' }, { b: 1 }];
    for (const limit of [0, bytesOf(result)]) {
      const options = shown(limit);
      expect(fitted(envelopeOf(result), options, false)).toEqual(envelopeOf(result));
      expect(readdirSync(options.folder)).toEqual([]);
    }
    expect(fitted(envelopeOf(result), shown(bytesOf(result) - 1), false).page).toEqual({ from: 1, to: 1, of: 2 });
    expect(fitted(envelopeOf({ a: 'long' }), shown(1), false)).toEqual(envelopeOf({ a: 'long' }));
  });
});

describe('the file of a result', () => {
  it('is marked where it has secrets, and stands after one that the caller named', () => {
    const envelope = { ...envelopeOf([{ a: 1 }, { a: 2 }]), files: [{ name: 'mine.csv', entries: 2 }] };
    expect(fitted(envelope, shown(10), true).files).toEqual([
      { name: 'mine.csv', entries: 2 },
      { name: expect.stringMatching(/^result-list_policies-[0-9a-f]{16}\.jsonl$/), entries: 2, holds_secrets: true },
    ]);
  });
});

describe('a page', () => {
  it('says how many of its entries failed', () => {
    const options = shown(40);
    const failed = { error: 'Code: no', has_error: true };
    const { continue_from = '' } = fitted(envelopeOf([{ a: 1 }, failed, { a: 2 }]), options, false);
    expect(nextPage(continue_from, { ...options, limit: 0 })).toMatchObject({
      error: 'RowsFailed: 1 of these 2 entries failed',
      has_error: true,
    });
  });

  it('is refused for a token that is not of this tool, leads elsewhere, or is at the end', () => {
    const options = shown(10);
    const { continue_from = '' } = fitted(envelopeOf([{ a: 1 }, { a: 2 }]), options, false);
    const [id] = continue_from.split('.');
    const refused = (token: string, message: RegExp, tool = TOOL) =>
      expect(() => nextPage(token, { ...options, tool })).toThrow(
        expect.objectContaining({ code: 'InvalidArguments', message: expect.stringMatching(message) }),
      );
    refused(continue_from, /of this tool/, 'list_access_keys');
    // The end of another tool's name.
    refused(continue_from, /of this tool/, 'list');
    for (const token of ['', '.1', `${id}`, `${id}.x`, `${id}.1.1`, `../${continue_from}`, `${id}.9999999999`]) {
      refused(token, /of this tool/);
    }
    refused(`${id}.2`, /no more entries/);
    writeFileSync(path.join(options.folder, `result-${id}.jsonl`), '{"a":1}\n{"a":');
    refused(continue_from, /was changed since/);
  });
});
