// Which process serves the page of a state dir, so that a person has one. Each puts down a file under a name that is never
// used again: what a killed process left can be removed by anybody.
import { lstatSync, readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { isAlive, THIS_PROCESS } from '../../state/lock-owner.ts';
import { openStateFolder, writePrivateFile } from '../../state/state-dir.ts';
import { isThere, readAs, removeIfPossible } from '../request-files.ts';

const FOLDER = 'page';
const RECORD = '.served.json';
const TAB = '.tab';
// A page that is open asks again as soon as it was answered, and its program looks for news several times a second.
const TAB_IS_OPEN_MS = 4_000;

const recordSchema = z.strictObject({
  owner: z.strictObject({ pid: z.int(), started: z.string(), among: z.string() }),
  port: z.int().min(1).max(65_535),
  at: z.number(),
});
type Record = z.output<typeof recordSchema> & { name: string };

export class PageRecord {
  readonly folder: string;
  readonly #name = `${THIS_PROCESS.pid}-${crypto.randomUUID()}`;

  /** Looking makes no folder. */
  static isMade(stateDir: string): boolean {
    return isThere(path.join(stateDir, FOLDER));
  }

  /** @throws Error where the folder is not this user's alone */
  constructor(stateDir: string) {
    this.folder = openStateFolder(stateDir, FOLDER);
  }

  /** The port on which another process serves, if one does. One of another machine or container cannot be reached. */
  servedBy(): number | undefined {
    return this.#others()[0]?.port;
  }

  /** @returns false where another process has been faster: then it is left to that */
  claim(port: number, now = Date.now()): boolean {
    const record = { owner: THIS_PROCESS, port, at: now };
    writePrivateFile(this.#fileOf(this.#name, RECORD), JSON.stringify(record), { exclusive: true });
    const isFirst = ({ at, name }: Record) => at < now || (at === now && name < this.#name);
    if (!this.#others().some(isFirst)) return true;
    this.release();
    return false;
  }

  release(): void {
    for (const kind of [RECORD, TAB]) removeIfPossible(this.#fileOf(this.#name, kind));
  }

  /** Of the page that this process serves. */
  noteTab(now = Date.now()): void {
    const file = this.#fileOf(this.#name, TAB);
    if (!isThere(file)) writePrivateFile(file, '');
    utimesSync(file, now / 1000, now / 1000);
  }

  /** Whether somebody has the page open, whoever serves it. */
  isTabOpen(now = Date.now()): boolean {
    return [this.#name, ...this.#others().map(({ name }) => name)].some((name) => {
      const stats = lstatSync(this.#fileOf(name, TAB), { throwIfNoEntry: false });
      return stats !== undefined && now < stats.mtimeMs + TAB_IS_OPEN_MS;
    });
  }

  /** Those that are alive, first come first. */
  #others(): Record[] {
    const names = readdirSync(this.folder).filter((name) => name.endsWith(RECORD));
    return names
      .map((name) => name.slice(0, -RECORD.length))
      .filter((name) => name !== this.#name)
      .flatMap((name) => this.#read(name) ?? [])
      .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  }

  #read(name: string): Record | undefined {
    const record = readAs(recordSchema, this.#fileOf(name, RECORD));
    const isRunning = record && isAlive(record.owner);
    if (record && isRunning) return { ...record, name };
    if (isRunning === false) for (const kind of [RECORD, TAB]) removeIfPossible(this.#fileOf(name, kind));
    return undefined;
  }

  #fileOf = (name: string, kind: string) => path.join(this.folder, name + kind);
}
