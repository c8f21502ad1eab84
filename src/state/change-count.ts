// How many changes a connection has sent within the last hour, over all processes on one state dir. Each puts a line into
// a file of the hour before it sends, and then reads what is there: the order of the lines settles who was first, so that
// of two processes at the limit one gets through at most. No lock is needed, and one that is killed holds nobody up.
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { cleanLine } from '../clean-text.ts';
import { CallError, reasonOf } from '../errors.ts';
import { parsedAs } from './parsed-json.ts';
import { pause } from './pause.ts';
import { appendPrivateLine, openStateFolder, readPrivateFile } from './state-dir.ts';

const FOLDER = 'changes';
const HOUR_MS = 60 * 60 * 1000;
// Ten thousand changes an hour are a tenth of it.
const LARGEST_FILE = 32 * 1024 * 1024;
// A line that another process is just writing is whole a moment later.
const MOST_LOOKS = 5;
const BETWEEN_LOOKS_MS = 5;
// What takes longer counts from its end.
const SENT_AT_ONCE_MS = 1000;

/** Of one id, the last line counts. `at` is in epoch milliseconds. */
const lineSchema = z.strictObject({ id: z.string().min(1), at: z.number(), count: z.int().min(0) });
type Line = z.output<typeof lineSchema>;
/** With the file in which it stands first. */
type Entry = Line & { file: string };

export interface Taken {
  /** @param sent how many were sent in the end */
  settle(sent: number): void;
}

export interface Left {
  left: number;
  /** When as many as are wanted can be sent: epoch milliseconds. Undefined where that is never. */
  possibleAt: number | undefined;
}

export class ChangeCount {
  readonly #stateDir: string;
  /** A file system may not tell capitals from small letters. */
  readonly #start: string;
  readonly #most: number;

  /** @param label of a connection */
  constructor(stateDir: string, label: string, most: number) {
    this.#stateDir = stateDir;
    this.#start = `${Buffer.from(label).toString('hex')}-`;
    this.#most = most;
  }

  /** @throws CallError Refused, here as below, where the files cannot be read or written */
  left(wanted: number, now = Date.now()): Left {
    return kept(() => leftBeside([...this.#entries(now).values()], { wanted, most: this.#most, now }));
  }

  /** @returns what is left where that is not enough */
  take(count: number, now = Date.now()): Taken | Left {
    const wanted = { wanted: count, most: this.#most, now };
    return kept(() => {
      const before = this.left(count, now);
      if (before.left < count) return before;
      const own: Entry = { id: crypto.randomUUID(), at: now, count, file: this.#fileOf(now) };
      this.#append(own);
      const left = leftBeside(notLaterThan(own, this.#entries(now)), wanted);
      if (left.left >= count) return { settle: (sent) => this.#settle(own, sent) };
      this.#append({ ...own, count: 0 });
      return left;
    });
  }

  #settle(own: Entry, sent: number): void {
    const now = Date.now();
    if (sent === own.count && now - own.at < SENT_AT_ONCE_MS) return;
    this.#append({ ...own, at: now, count: sent, file: this.#fileOf(now) });
  }

  #append({ file, ...line }: Entry): void {
    appendPrivateLine(path.join(this.#folder(), file), JSON.stringify(line), { fsync: true });
  }

  /** Of the last hour and, where clocks differ, of later ones; by their ids, in the order in which they came. */
  #entries(now: number): Map<string, Entry> {
    const folder = this.#folder();
    const entries = new Map<string, Entry>();
    for (const file of readdirSync(folder)
      .filter((name) => this.#isOfThis(name))
      .sort()) {
      if (file < this.#fileOf(now - 2 * HOUR_MS)) rmSync(path.join(folder, file), { force: true });
      for (const line of readLines(path.join(folder, file))) {
        entries.set(line.id, { ...line, file: entries.get(line.id)?.file ?? file });
      }
    }
    return entries;
  }

  #isOfThis = (name: string) => name.startsWith(this.#start) && name.endsWith('.jsonl');
  #fileOf = (at: number) => `${this.#start}${String(Math.floor(at / HOUR_MS)).padStart(9, '0')}.jsonl`;
  #folder = () => openStateFolder(this.#stateDir, FOLDER);
}

/** Of those in other files it is not known which was first: so each makes room for the other. */
function notLaterThan(own: Entry, entries: ReadonlyMap<string, Entry>): Entry[] {
  const ids = [...entries.keys()];
  const place = ids.indexOf(own.id);
  if (place < 0) throw new Error('what was just written is not there');
  return [...entries.values()].filter(({ file, id }, index) => id !== own.id && (index < place || file !== own.file));
}

function leftBeside(
  entries: readonly Entry[],
  { wanted, most, now }: { wanted: number; most: number; now: number },
): Left {
  const counted = entries.filter(({ at }) => at > now - HOUR_MS).sort((a, b) => a.at - b.at);
  let sent = counted.reduce((sum, { count }) => sum + count, 0);
  const left = Math.max(0, most - sent);
  if (wanted > most) return { left, possibleAt: undefined };
  let possibleAt = now;
  for (const { at, count } of counted) {
    if (sent + wanted <= most) break;
    sent -= count;
    possibleAt = at + HOUR_MS;
  }
  return { left, possibleAt };
}

/** @throws Error for a file that has anything else in it, or half a line: then nobody knows what was sent */
function readLines(file: string): Line[] {
  for (let looks = 1; ; looks += 1) {
    const size = lstatSync(file, { throwIfNoEntry: false })?.size;
    // An old one, which somebody has removed.
    if (size === undefined) return [];
    if (size > LARGEST_FILE) throw new Error(`${file} is too large`);
    const text = readPrivateFile(file);
    if (!text.endsWith('\n') && text !== '' && looks < MOST_LOOKS) {
      pause(BETWEEN_LOOKS_MS);
      continue;
    }
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    return lines.map((line, index) => {
      const parsed = parsedAs(lineSchema, line);
      if (!parsed) throw new Error(`line ${index + 1} of ${file} is not one of its own: move the file away`);
      return parsed;
    });
  }
}

function kept<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CallError) throw error;
    const why = cleanLine(reasonOf(error), 600);
    throw new CallError('Refused', `how many changes were sent in the last hour is not known (${why})`, {
      cause: error,
    });
  }
}
