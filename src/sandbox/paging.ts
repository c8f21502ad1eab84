// Cuts a listing into pages. A marker is opaque and sealed: one that was made up, changed, or taken from another
// listing is refused, so a client that builds its own is found out.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { validationError } from './parameters.ts';
import type { XmlObject } from './query-protocol.ts';
import type { Listed } from './state.ts';

export interface PageSettings {
  /** The most a page holds, whatever MaxItems asks for. */
  pageSize: number;
  /** Puts an empty page with IsTruncated=true before each page, the first one too. */
  emptyPages: boolean;
}

export interface Paging {
  /** What is listed: a marker is good for the same listing only. */
  listing: string;
  marker?: string;
  maxItems?: string;
}

export interface Page<T> {
  items: T[];
  /** IsTruncated and Marker, to be put into the answer. */
  tail: XmlObject;
}

interface Position {
  after: number;
  emptyPageShown: boolean;
}

/** Entries on a page where the caller does not say. */
const IAM_DEFAULT = 100;

const START: Position = { after: 0, emptyPageShown: false };

export class Pager {
  private readonly settings: PageSettings;
  private readonly sealKey = randomBytes(32);

  constructor(settings: PageSettings) {
    this.settings = settings;
  }

  /**
   * @param items all of the listing, in the order of their sequence
   * @throws QueryError ValidationError "Invalid Marker."
   */
  page<T extends Listed>(items: readonly T[], paging: Paging): Page<T> {
    const { after, emptyPageShown } = paging.marker === undefined ? START : this.open(paging.listing, paging.marker);
    if (this.settings.emptyPages && !emptyPageShown) {
      return this.truncated(paging.listing, [], { after, emptyPageShown: true });
    }
    const size = Math.min(Number(paging.maxItems ?? IAM_DEFAULT), this.settings.pageSize);
    const left = after === 0 ? items : items.filter((item) => item.sequence > after);
    const shown = left.slice(0, size);
    const last = shown.at(-1);
    if (last && left.length > size) {
      return this.truncated(paging.listing, shown, { after: last.sequence, emptyPageShown: false });
    }
    return { items: shown, tail: { IsTruncated: false } };
  }

  private truncated<T>(listing: string, items: T[], next: Position): Page<T> {
    const position = `${next.after}.${next.emptyPageShown ? 1 : 0}`;
    const marker = Buffer.concat([this.seal(listing, position), Buffer.from(position)]).toString('base64url');
    return { items, tail: { IsTruncated: true, Marker: marker } };
  }

  private open(listing: string, marker: string): Position {
    const bytes = Buffer.from(marker, 'base64url');
    const seal = bytes.subarray(0, 16);
    const position = bytes.subarray(16).toString();
    // Decoding overlooks a stray letter at the end; a marker is good letter by letter or not at all.
    const isWhole = seal.length === 16 && bytes.toString('base64url') === marker;
    if (!isWhole || !timingSafeEqual(seal, this.seal(listing, position))) {
      throw validationError('Invalid Marker.');
    }
    const [after, emptyPageShown] = position.split('.');
    return { after: Number(after), emptyPageShown: emptyPageShown === '1' };
  }

  private seal(listing: string, position: string): Buffer {
    return createHmac('sha256', this.sealKey).update(`${listing}\n${position}`).digest().subarray(0, 16);
  }
}
