// Dates in the form of results, `2026-08-30T07:14:39+00:00`, and how others are read.
import { isNull, Refused, textOf, type Value } from './values.ts';

const ISO =
  /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[-+]\d\d(?::?\d\d)?)?)?\s*$/i;
const DAY = 86_400_000;
// Of years with four digits.
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

export interface Moment {
  milliseconds: number;
  /** Whether there was a time of day; without one it is the first moment of the day in UTC. */
  hasTime: boolean;
}

/**
 * A date alone or with a time, a fraction and a zone; without a zone it is UTC.
 * @see https://www.rfc-editor.org/rfc/rfc3339
 */
export function momentOf(text: string): Moment | undefined {
  const found = text.length <= 50 ? ISO.exec(text) : null;
  if (!found) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = found;
  const numbers = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers;
  const atDay = new Date(0);
  atDay.setUTCFullYear(y, mo - 1, d);
  if (atDay.getUTCMonth() !== mo - 1 || atDay.getUTCDate() !== d || h > 23 || mi > 59 || s > 60) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const inDay = ((h * 60 + mi - offset) * 60 + s + Number(`0.${fraction}`)) * 1000;
  return { milliseconds: atDay.getTime() + inDay, hasTime: found[4] !== undefined };
}

/** In minutes. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || !/^[-+]/.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || '0')];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** @throws Refused */
export function dateText(milliseconds: number): string {
  if (!(milliseconds >= EARLIEST && milliseconds <= LATEST)) throw new Refused('the date is out of range');
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}

/** @throws Refused */
export function daysAgo(now: number, days: Value): string {
  const number = typeof days === 'string' && days.trim() !== '' ? Number(days) : days;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new Refused('expected a number of days');
  return dateText(now - number * DAY);
}

/**
 * In days, with a fraction: of a date, its age; null for null and for an empty cell.
 * @throws Refused
 */
export function ageInDays(now: number, date: Value): number | null {
  if (isNull(date) || date === '') return null;
  return (now - dateIn(date)) / DAY;
}

// A number of so many is one of milliseconds: as seconds, the year would have five digits.
const MOST_SECONDS = 1e11;

/**
 * Of a text, or of seconds or milliseconds since 1970.
 * @throws Refused
 */
export function dateIn(value: Value): number {
  const text = textOf(value);
  const moment = momentOf(text);
  if (moment) return moment.milliseconds;
  if (!/^\s*\d{9,13}(\.\d+)?\s*$/.test(text)) throw new Refused('expected a date such as 2026-08-30T07:14:39+00:00');
  const number = Number(text);
  return number < MOST_SECONDS ? number * 1000 : number;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/**
 * By Python's codes, in UTC.
 * @throws Refused
 */
export function formatDate(milliseconds: number, format: string): string {
  dateText(milliseconds);
  const date = new Date(milliseconds);
  const iso = date.toISOString();
  const codes: Record<string, string> = {
    Y: iso.slice(0, 4),
    y: iso.slice(2, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    f: `${iso.slice(20, 23)}000`,
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    z: '+0000',
    Z: 'UTC',
    s: String(Math.floor(milliseconds / 1000)),
    B: MONTHS[date.getUTCMonth()] ?? '',
    b: (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
    A: DAYS[date.getUTCDay()] ?? '',
    a: (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
    '%': '%',
  };
  return format.replace(/%(.)/gs, (_, code: string) => {
    const text = Object.hasOwn(codes, code) ? codes[code] : undefined;
    if (text === undefined) throw new Refused('the format has a code that is not known');
    return text;
  });
}
