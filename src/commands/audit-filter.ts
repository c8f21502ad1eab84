// Which entries of the audit a person wants to see.
import type { CommandOptions } from '../settings/command-options.ts';
import { momentOf } from '../settings/moment.ts';

type Texts = Record<string, unknown>;

/** An entry as it stands in a file, where anybody may have written it. */
export interface ShownEntry extends Texts {
  arguments?: unknown;
  rows?: unknown;
}

export class EntryFilter {
  readonly #options: CommandOptions;
  readonly #since: number;
  readonly #until: number;

  /** @param now epoch milliseconds, from which ages are counted */
  constructor(options: CommandOptions, now: number) {
    this.#options = options;
    this.#since = momentOf(options.since ?? '', now) ?? Number.NEGATIVE_INFINITY;
    this.#until = momentOf(options.until ?? '', now) ?? Number.POSITIVE_INFINITY;
  }

  /** @returns the entry of a line that is wanted; undefined also for a line that is torn */
  matching(text: string): ShownEntry | undefined {
    const entry = entryOf(text);
    return entry && this.#isWanted(entry) ? entry : undefined;
  }

  #isWanted(entry: ShownEntry): boolean {
    const { user, accessKey: key, tool, connection, request, event, since, until } = this.#options;
    if (tool !== undefined && entry.tool !== tool) return false;
    if (event !== undefined && entry.event !== event) return false;
    if (request !== undefined && entry.call !== request) return false;
    if (since !== undefined || until !== undefined) {
      const at = Date.parse(String(entry.at));
      if (!(at >= this.#since && at <= this.#until)) return false;
    }
    const parts = partsOf(entry);
    if (connection !== undefined && !parts.some((part) => isConnection(part.connection, connection))) return false;
    if (user !== undefined && !parts.some((part) => isSame(argument(part, 'user_name'), user))) return false;
    return (
      key === undefined ||
      parts.some((part) => argument(part, 'access_key_id')?.toUpperCase().endsWith(key.toUpperCase()))
    );
  }
}

/** The entry itself, and its rows. */
export function partsOf(entry: ShownEntry): Texts[] {
  const rows: unknown[] = Array.isArray(entry.rows) ? entry.rows : [];
  return [entry, ...rows.filter(isObject)];
}

export function argument(part: Texts, name: string): string | undefined {
  const value = isObject(part.arguments) ? part.arguments[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function entryOf(text: string): ShownEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Texts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** IAM has no two users whose names differ in case alone. */
function isSame(text: string | undefined, wanted: string): boolean {
  return text?.toLowerCase() === wanted.toLowerCase();
}

/** In a plan, the sandbox's is followed by what it is. */
function isConnection(text: unknown, label: string): boolean {
  return typeof text === 'string' && (text === label || text.startsWith(`${label} (`));
}
