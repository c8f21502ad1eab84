// The account that all sandboxes on one state dir share: a file, read before and written after whatever is done with the
// account, by one process at a time. It is replaced as a whole, so a process that is killed leaves it as it was, or as
// it is after. The secrets in it are made up, and open nothing but the sandbox.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { reasonOf } from '../errors.ts';
import { withFolderLock } from '../state/folder-lock.ts';
import { openStateFolder, readPrivateFile, writePrivateFile } from '../state/state-dir.ts';
import { ACCOUNT_ID, Account } from './account.ts';
import { accountOf, KNOWN_VERSIONS, operatorKeyOf, recordOf, versionOf } from './account-record.ts';
import { foundCompany } from './company.ts';

const FOLDER = 'sandbox';
const FILE = 'account.json';

/** Where the account is between two requests. */
export interface AccountKeeper {
  /**
   * Runs `work` with the newest account and the lock held, then saves it, even if `work` throws.
   * @throws AccountUnusable, FolderBusy: nothing was done
   */
  exclusively<T>(work: () => T): T;
}

/** One process has it, and it ends with that process. */
export const MEMORY: AccountKeeper = { exclusively: (work) => work() };

/** In one line, which says what to do. */
export class AccountUnusable extends Error {}

export class KeptAccount implements AccountKeeper {
  /** Becomes another one with each change by another process; what was taken from it before is not to be kept. */
  readonly account: Account;
  readonly #stateDir: string;
  readonly #file: string;
  /** What was last read or written. */
  #text: string | undefined;

  /**
   * Opens the account in a state dir, and founds the company where there is none.
   * @param options.reset founds a new company in any case
   */
  static open(stateDir: string, { now, reset }: { now: () => Date; reset: boolean }): KeptAccount {
    const kept = new KeptAccount(stateDir, now);
    kept.#locked(() => {
      removeHalfWritten(path.dirname(kept.#file));
      if (reset) kept.#found();
      else if (!kept.#refresh()) kept.#found();
    });
    return kept;
  }

  private constructor(stateDir: string, now: () => Date) {
    this.account = new Account(ACCOUNT_ID, now);
    this.#stateDir = stateDir;
    this.#file = fileIn(stateDir);
  }

  exclusively<T>(work: () => T): T {
    return this.#locked(() => {
      // A file that somebody has removed is written anew.
      if (!this.#refresh()) this.#text = undefined;
      try {
        return work();
      } finally {
        this.#save();
      }
    });
  }

  #locked<T>(work: () => T): T {
    const folder = path.dirname(this.#file);
    if (this.#text === undefined || !existsSync(folder)) openStateFolder(this.#stateDir, FOLDER);
    return withFolderLock({ folder, what: "the sandbox's account" }, work);
  }

  /** @returns whether there is a file */
  #refresh(): boolean {
    const text = textOf(this.#file);
    if (text === undefined) return false;
    // The whole text is compared: times and sizes of files can be the same for two that differ.
    if (text !== this.#text) {
      this.account.adopt(usable(this.#file, text, this.account.now));
      this.#text = text;
    }
    return true;
  }

  /** The operator keeps their key, if there was one: processes that run have it, and sign with it. */
  #found(): void {
    const key = operatorKeyIn(this.#file);
    const company = new Account(ACCOUNT_ID, this.account.now);
    foundCompany(company, key && { accessKeyId: key.accessKeyId, secret: key.secretAccessKey });
    this.account.adopt(company);
    this.#save();
  }

  #save(): void {
    const text = recordOf(this.account);
    if (text === this.#text) return;
    // When this fails, the account is what the file says: it is read again.
    this.#text = undefined;
    try {
      writePrivateFile(this.#file, text);
    } catch (error) {
      throw new AccountUnusable(`${this.#file} cannot be written (${reasonOf(error)}): choose another --state-dir`);
    }
    this.#text = text;
  }
}

/** @returns undefined where none is kept; nothing is made then */
export function keptAccountIn(stateDir: string, now: () => Date): Account | undefined {
  const file = fileIn(stateDir);
  const text = textOf(file);
  return text === undefined ? undefined : usable(file, text, now);
}

/** What killed processes left. Nobody else is writing while the account is held. */
function removeHalfWritten(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.tmp')) rmSync(path.join(folder, entry.name), { force: true });
  }
}

const fileIn = (stateDir: string) => path.join(path.resolve(stateDir), FOLDER, FILE);

/** @returns undefined for a file that is not there */
function textOf(file: string): string | undefined {
  try {
    return readPrivateFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, `cannot be read (${reasonOf(error)})`);
  }
}

function usable(file: string, text: string, now: () => Date): Account {
  const version = versionOf(text);
  if (version !== undefined && !KNOWN_VERSIONS.has(version))
    throw unusable(file, 'is of another version of this program');
  try {
    return accountOf(text, now);
  } catch {
    throw unusable(file, 'is damaged');
  }
}

function operatorKeyIn(file: string) {
  try {
    return operatorKeyOf(accountOf(readPrivateFile(file), () => new Date()));
  } catch {
    return undefined;
  }
}

function unusable(file: string, why: string): AccountUnusable {
  return new AccountUnusable(`${file} ${why}: delete it, or start once with --sandbox-reset, for a new company`);
}
