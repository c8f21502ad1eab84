// The options of `aws-iam-mcp audit`, which no other command takes: command line and help derive from this list.
import { AUDIT_EVENTS, type AuditEvent } from '../state/audit-events.ts';
import { nearest } from './usage-error.ts';

export const AUDIT_VIEWS = ['verify', 'show'] as const;
export type AuditView = (typeof AUDIT_VIEWS)[number];

interface AuditOption {
  flag: string;
  valueName: string;
  of: AuditView;
  /** Without a full stop. */
  meaning: string;
  /** @returns what is wrong with a value, completing "--flag …", and what was probably meant */
  check?: (value: string) => { text: string; meant?: string | undefined } | undefined;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(?<count>\d{1,6})(?<unit>[mhd])$/;
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** @returns epoch milliseconds, or undefined for what is neither a date (2026-11-28, 2026-11-28T04:00Z) nor an age (2h) */
export function momentOf(text: string, now: number): number | undefined {
  const { count, unit } = AGO.exec(text)?.groups ?? {};
  if (count !== undefined) return now - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

const isMoment: AuditOption['check'] = (value) =>
  momentOf(value, 0) === undefined
    ? { text: 'must be a date such as 2026-11-28 or 2026-11-28T04:00Z, or an age such as 30m, 2h or 7d' }
    : undefined;

const isEvent: AuditOption['check'] = (value) =>
  AUDIT_EVENTS.includes(value as AuditEvent)
    ? undefined
    : { text: `must be one of ${AUDIT_EVENTS.join(', ')}`, meant: nearest(value, AUDIT_EVENTS) };

const options = [
  {
    flag: 'since',
    valueName: 'WHEN',
    of: 'show',
    meaning: 'Not before this: a date, or an age such as 2h or 7d',
    check: isMoment,
  },
  { flag: 'until', valueName: 'WHEN', of: 'show', meaning: 'Not after this', check: isMoment },
  { flag: 'user', valueName: 'NAME', of: 'show', meaning: 'About this IAM user, in the entry or any of its rows' },
  {
    flag: 'key',
    valueName: 'ID',
    of: 'show',
    meaning: 'About this access key: its id, or the last four characters of it',
    check: (value) =>
      value.length < 4 ? { text: 'must be an access key id, or its last four characters' } : undefined,
  },
  { flag: 'tool', valueName: 'TOOL', of: 'show', meaning: 'Of this tool; sts:AssumeRole for roles' },
  { flag: 'connection', valueName: 'LABEL', of: 'show', meaning: 'On this connection' },
  { flag: 'request', valueName: 'ID', of: 'show', meaning: 'Of this request' },
  { flag: 'event', valueName: 'EVENT', of: 'show', meaning: `One of ${AUDIT_EVENTS.join(', ')}`, check: isEvent },
  {
    flag: 'limit',
    valueName: 'COUNT',
    of: 'show',
    meaning: 'The last so many',
    check: (value) => (/^[1-9]\d{0,8}$/.test(value) ? undefined : { text: 'must be a whole number from 1' }),
  },
  {
    flag: 'after',
    valueName: 'HASH',
    of: 'verify',
    meaning: 'Also check that the entry of this hash, which an earlier verify printed, is still there',
    check: (value) => (/^[\da-f]{64}$/i.test(value) ? undefined : { text: 'must be a hash of 64 hexadecimal digits' }),
  },
] as const satisfies AuditOption[];

export const AUDIT_OPTIONS: readonly (AuditOption & { flag: AuditFlag })[] = options;
type AuditFlag = (typeof options)[number]['flag'];

/** As they were typed: `check` has let them pass. */
export type Typed = Partial<Record<AuditFlag, string>>;

/** @param rawName as it was typed: `--since` */
export function auditOptionNamed(rawName: string): (AuditOption & { flag: AuditFlag }) | undefined {
  return AUDIT_OPTIONS.find(({ flag }) => rawName === `--${flag}`);
}
