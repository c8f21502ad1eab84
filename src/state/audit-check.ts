// Checks the chain of the audit, line by line over all its files, and names each place where it is broken.
import type { Hash } from 'node:crypto';
import { hashOf, isWhole, linkOf, newHash } from './audit-chain.ts';
import type { Line } from './audit-files.ts';

export interface Checked {
  entries: number;
  /** From before there was a chain. */
  unchained: number;
  first: { seq: number; at: string } | undefined;
  last: { seq: number; at: string; hash: string } | undefined;
  /** One line each. */
  breaks: string[];
  moreBreaks: number;
  /** Whether there is an entry with the hash that was asked for. */
  hasKnown: boolean;
}

const MOST_BREAKS = 100;
// Of entries that are missing and may be found at another place.
const MOST_GAPS = 1_000;

/** Takes the lines one after the other. */
export class ChainCheck {
  readonly #known: string | undefined;
  readonly #checked: Checked = {
    entries: 0,
    unchained: 0,
    first: undefined,
    last: undefined,
    breaks: [],
    moreBreaks: 0,
    hasKnown: false,
  };
  /** Of the lines from the last entry on, which the next one has the hash of. */
  #since: Hash | undefined;
  /** Lines since then that are no entries. */
  #between: Line[] = [];
  /** Ranges of entries that were not where they belong. */
  #missing: { from: number; to: number; isWholeFile: boolean }[] = [];
  #lastFile: string | undefined;

  /** @param known the hash of an entry that has to be there */
  constructor(known?: string) {
    this.#known = known?.toLowerCase();
  }

  take(line: Line): void {
    const link = linkOf(line.bytes);
    if (!link || !isWhole(line.bytes)) this.#takeOther(line);
    else this.#takeEntry(line, link.seq, link.prev);
    if (line.isOpen && isWhole(line.bytes)) this.#found(`${placeOf(line)} has no line break: it was torn at its end`);
    this.#lastFile = line.file;
  }

  /** A file that cannot be read. */
  cannotRead(name: string, why: string): void {
    this.#found(`${name} cannot be read: ${why}`);
  }

  finish(): Checked {
    this.#judgeBetween(undefined);
    for (const { from, to, isWholeFile } of this.#missing) {
      const what = from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing`;
      this.#found(isWholeFile ? `${what}, where one file ends and the next begins: is a file gone?` : what);
    }
    return this.#checked;
  }

  #takeOther(line: Line): void {
    if (this.#checked.entries === 0) {
      if (isWhole(line.bytes)) this.#checked.unchained += 1;
      else this.#found(`${placeOf(line)} is torn, or was altered; it is from before the first entry`);
      this.#since = newHash().update(line.bytes);
      return;
    }
    this.#between.push(line);
    this.#since?.update('\n').update(line.bytes);
  }

  #takeEntry(line: Line, seq: number, prev: string | null): void {
    const checked = this.#checked;
    const last = checked.last?.seq ?? 0;
    const continues = prev === (this.#since?.copy().digest('hex') ?? null);
    const { hash, at } = { hash: hashOf(line.bytes), at: timeOf(line.bytes) };
    checked.entries += 1;
    checked.hasKnown ||= hash === this.#known;
    if (seq <= last) {
      this.#takeLate(line, seq, last);
      return;
    }
    if (seq > last + 1) {
      if (this.#missing.length < MOST_GAPS) {
        this.#missing.push({ from: last + 1, to: seq - 1, isWholeFile: this.#lastFile !== line.file });
      }
    } else if (!continues) this.#found(brokenBefore(line, seq, this.#between.length, checked.unchained));
    this.#judgeBetween(seq === last + 1 ? continues : undefined);
    checked.first ??= { seq, at };
    checked.last = { seq, at, hash };
    this.#since = newHash().update(line.bytes);
  }

  /** An entry whose number was passed already. */
  #takeLate(line: Line, seq: number, last: number): void {
    const gap = this.#missing.find(({ from, to }) => seq >= from && seq <= to);
    if (!gap) {
      this.#found(`${placeOf(line)} is entry ${seq} once more, behind entry ${last}`);
      return;
    }
    this.#missing = this.#missing
      .flatMap((range) =>
        range === gap
          ? [
              { ...gap, to: seq - 1 },
              { ...gap, from: seq + 1 },
            ]
          : range,
      )
      .filter(({ from, to }) => from <= to);
    this.#found(`${placeOf(line)} is entry ${seq}, behind entry ${last}: the order was changed`);
  }

  /** @param isVouchedFor whether the entry behind has their hash: undefined where that cannot be known */
  #judgeBetween(isVouchedFor: boolean | undefined): void {
    for (const line of this.#between) {
      const what = isWhole(line.bytes) ? 'is no entry of the chain' : 'is torn';
      const how = isVouchedFor
        ? ': it was so when the next entry was written'
        : isVouchedFor === undefined && line.isOpen
          ? ': a line was written in part, or is being written'
          : ', or was altered or put there';
      this.#found(`${placeOf(line)} ${what}${how}`);
    }
    this.#between = [];
  }

  #found(what: string): void {
    if (this.#checked.breaks.length < MOST_BREAKS) this.#checked.breaks.push(what);
    else this.#checked.moreBreaks += 1;
  }
}

function brokenBefore(line: Line, seq: number, between: number, unchained: number): string {
  const here = `entry ${seq} (${placeOf(line)})`;
  if (seq > 1) {
    return between > 0
      ? `entry ${seq - 1}, or a line between it and ${here}, was altered or taken out`
      : `entry ${seq - 1} was altered, or what ${here} says of it`;
  }
  return unchained > 0
    ? `the line before ${here} was altered or taken out, or what that entry says of it`
    : `lines before ${here} were taken out, or what that entry says of them was altered`;
}

const placeOf = ({ file, number }: Line) => `line ${number} of ${file}`;

function timeOf(line: Buffer): string {
  const { at } = JSON.parse(line.toString('utf8')) as { at?: unknown };
  return typeof at === 'string' ? at : 'an unknown time';
}
