// What somebody does to an audit behind the program's back, and what the check says of it.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { append, check, currentOf, linesOf } from './audit-of.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = temporaryFolder();
  append(stateDir, ['a', 'b', 'c', 'd', 'e', 'f']);
});

function rewrite(change: (lines: string[]) => string[], file = currentOf(stateDir)): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${change(lines).join('\n')}\n`);
}

const breaks = () => check(stateDir).breaks;

describe('the check of an audit', () => {
  it('finds a line that was altered', () => {
    rewrite((lines) => lines.map((line) => line.replace('"call":"c"', '"call":"C"')));
    expect(breaks()).toEqual(['entry 3 was altered, or what entry 4 (line 4 of audit.jsonl) says of it']);
  });

  it('finds a line that was taken out, and the first ones', () => {
    rewrite((lines) => lines.toSpliced(2, 1));
    expect(breaks()).toEqual(['entry 3 is missing']);
    rewrite((lines) => lines.slice(1));
    expect(breaks()).toEqual(['entry 1 is missing', 'entry 3 is missing'].map((text) => expect.stringContaining(text)));
  });

  it('finds lines that were swapped', () => {
    rewrite(([a = '', b = '', c = '', ...others]) => [a, c, b, ...others]);
    expect(breaks()).toEqual(['line 3 of audit.jsonl is entry 2, behind entry 3: the order was changed']);
  });

  it('finds a line that is there twice', () => {
    rewrite((lines) => lines.toSpliced(3, 0, lines[1] ?? ''));
    expect(breaks()).toEqual(['line 4 of audit.jsonl is entry 2 once more, behind entry 3']);
  });

  it('finds a line of which the end was cut off, and does not take it for a torn one', () => {
    rewrite((lines) => lines.with(2, (lines[2] ?? '').slice(0, 40)));
    expect(breaks()).toEqual(['line 3 of audit.jsonl is torn, or was altered or put there', 'entry 3 is missing']);
  });

  it('finds an earlier line that was altered, as far as the chain knows it', () => {
    writeFileSync(currentOf(stateDir), '{"call":"x"}\n{"call":"y"}\n');
    append(stateDir, ['a']);
    rewrite((lines) => lines.map((line) => line.replace('"y"', '"z"')));
    expect(breaks()).toEqual([expect.stringMatching(/^the line before entry 1 .* was altered or taken out/)]);
  });

  it('finds a numberless beginning: entries whose links were taken out are not taken for earlier ones', () => {
    rewrite((lines) => lines.map((line, index) => (index < 3 ? line.replace(/"seq":.*?,"prev":.*?,/, '') : line)));
    expect(breaks()).toEqual([expect.stringMatching(/^entries 1 to 3 are missing/)]);
  });

  it('finds a file that is gone, renamed or exchanged', () => {
    append(stateDir, ['g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'], 200);
    expect(breaks()).toEqual([]);
    const file = path.join(stateDir, 'audit.7-8.jsonl');
    const other = path.join(stateDir, 'audit.9-10.jsonl');
    renameSync(file, `${file}.away`);
    expect(breaks()).toEqual(['entries 7 to 8 are missing, where one file ends and the next begins: is a file gone?']);
    renameSync(other, file);
    renameSync(`${file}.away`, other);
    expect(breaks().join()).toMatch(/is entry 7, behind entry 10: the order was changed/);
  });

  it('cannot find a tail that was cut off, unless it is given a hash from before', () => {
    const { last } = check(stateDir);
    rewrite((lines) => lines.slice(0, 4));
    expect(check(stateDir)).toMatchObject({ breaks: [], entries: 4 });
    expect(check(stateDir, last?.hash).hasKnown).toBe(false);
    const now = check(stateDir).last?.hash;
    append(stateDir, ['more']);
    expect(check(stateDir, now?.toUpperCase()).hasKnown).toBe(true);
  });

  it('cannot find that all was written anew, unless it is given a hash from before', () => {
    const { last } = check(stateDir);
    rmSync(currentOf(stateDir));
    append(stateDir, ['a', 'b', 'C', 'd', 'e', 'f']);
    expect(check(stateDir)).toMatchObject({ breaks: [], entries: 6 });
    expect(check(stateDir, last?.hash).hasKnown).toBe(false);
  });

  it('finds whatever is done to any byte, or any line, before the last one', () => {
    const whole = readFileSync(currentOf(stateDir));
    const lastAt = whole.lastIndexOf('\n', whole.length - 2) + 1;
    fc.assert(
      fc.property(fc.nat(lastAt - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const altered = Buffer.from(whole);
        altered[at] = (altered[at] ?? 0) ^ by;
        writeFileSync(currentOf(stateDir), altered);
        return check(stateDir).breaks.length > 0;
      }),
      { numRuns: 500 },
    );
    const lines = whole.toString().trimEnd().split('\n');
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: 1 }), (some) => {
        writeFileSync(currentOf(stateDir), `${some.join('\n')}\n`);
        const isBeginning = some.every((line, index) => line === lines[index]);
        return check(stateDir).breaks.length > 0 === !isBeginning;
      }),
      { numRuns: 300 },
    );
  });

  it('names a hundred places and counts the others', () => {
    rewrite((lines) => lines.flatMap((line) => [line, ...Array.from({ length: 40 }, () => line)]));
    expect(check(stateDir)).toMatchObject({ breaks: { length: 100 }, moreBreaks: 140 });
    expect(linesOf(stateDir)).toHaveLength(246);
  });
});
