// The credential report of the account, as IAM has it: generated when it is asked for, which takes a while, and good for
// four hours. It is of this process alone, and kept nowhere.
import { stringify } from 'csv-stringify/sync';
import type { Account } from './account.ts';
import type { AccessKey, User } from './state.ts';

const GOOD_FOR_MS = 4 * 60 * 60 * 1000;

interface Report {
  generatedTime: Date;
  /** CSV. */
  content: string;
  /** By the machine's own clock, which goes on where that of the account may stand still. */
  readyAtMs: number;
}

type Found = { is: 'none' | 'in-progress' | 'expired' } | { is: 'ready'; report: Report };

export class CredentialReports {
  readonly #takesMs: number;
  #report: Report | undefined;

  constructor(takesMs: number) {
    this.#takesMs = takesMs;
  }

  find(account: Account): Found {
    const report = this.#report;
    if (!report) return { is: 'none' };
    if (performance.now() < report.readyAtMs) return { is: 'in-progress' };
    const age = account.now().getTime() - report.generatedTime.getTime();
    return age > GOOD_FOR_MS ? { is: 'expired' } : { is: 'ready', report };
  }

  begin(account: Account): void {
    this.#report = {
      generatedTime: account.now(),
      content: contentOf(account),
      readyAtMs: performance.now() + this.#takesMs,
    };
  }
}

const NOT_APPLICABLE = 'N/A';
const NO_INFORMATION = 'no_information';
const NOT_SUPPORTED = 'not_supported';

const NO_KEY = ['false', NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE];
const NO_CERTIFICATES = ['false', NOT_APPLICABLE, 'false', NOT_APPLICABLE];

const keyColumns = (slot: number) =>
  ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
    (column) => `access_key_${slot}_${column}`,
  );

const HEADER = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...keyColumns(1),
  ...keyColumns(2),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

/** The root user first, then the users by name; no line break at the end. */
function contentOf(account: Account): string {
  const users = account.users().toSorted((a, b) => (a.userName.toLowerCase() < b.userName.toLowerCase() ? -1 : 1));
  return stringify([HEADER, rootRow(account, users), ...users.map(rowOf)], { eof: false });
}

function rootRow(account: Account, users: readonly User[]): string[] {
  const founded = Math.min(account.now().getTime(), ...users.map(({ createDate }) => createDate.getTime()));
  return [
    '<root_account>',
    `arn:aws:iam::${account.id}:root`,
    shownDate(new Date(founded)),
    NOT_SUPPORTED,
    NO_INFORMATION,
    NOT_SUPPORTED,
    NOT_SUPPORTED,
    'true',
    ...NO_KEY,
    ...NO_KEY,
    ...NO_CERTIFICATES,
  ];
}

function rowOf({ userName, arn, createDate, passwordLastUsed, keys: [first, second] }: User): string[] {
  const password = passwordLastUsed
    ? ['true', shownDate(passwordLastUsed), shownDate(createDate), NOT_APPLICABLE]
    : ['false', NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE];
  return [
    userName,
    arn,
    shownDate(createDate),
    ...password,
    'false',
    ...keyValues(first),
    ...keyValues(second),
    ...NO_CERTIFICATES,
  ];
}

/** Of an inactive key, too, it is told when it was made and used. */
function keyValues(key: AccessKey | undefined): string[] {
  if (!key) return NO_KEY;
  const { status, createDate, lastUse } = key;
  const use = lastUse ? [shownDate(lastUse.date), lastUse.region, lastUse.serviceName] : NO_KEY.slice(2);
  return [String(status === 'Active'), shownDate(createDate), ...use];
}

const shownDate = (date: Date) => `${date.toISOString().slice(0, 19)}+00:00`;
