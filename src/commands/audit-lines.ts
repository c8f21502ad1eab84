// An entry of the audit as one line for a terminal.
import { cleanLine, unseenInJson } from '../clean-text.ts';
import { argument, partsOf, type ShownEntry } from './audit-filter.ts';

const MOST_CHARACTERS = 160;
const MOST_NAMES = 3;

/** The JSON as it is, with whatever could steer a terminal written as JSON can write it: the same value. */
export function asJsonLine(text: string): string {
  return unseenInJson(text.replaceAll('\r', ' '));
}

/** Time, event and tool; whom it is about; where; who agreed or declined; what went wrong. */
export function asLine(entry: ShownEntry): string {
  const parts = partsOf(entry);
  const { at, event, tool, connection, account, agreedBy, declinedBy, error, call, count, times } = entry;
  const fields = [
    text(at),
    text(event).padEnd(15),
    text(tool),
    named('user', namesIn(parts, 'user_name')),
    named('key', namesIn(parts, 'access_key_id')),
    named('policy', namesIn(parts, 'policy_arn')),
    named('role', namesIn(parts, 'role_arn')),
    typeof count === 'number' ? `rows=${count}` : '',
    named('connection', connection === undefined ? valuesIn(parts, 'connection') : [text(connection)]),
    named('account', account === undefined ? valuesIn(parts, 'account') : [text(account)]),
    summaryOf(entry.summary),
    agreedBy === undefined ? '' : `agreed=${text(agreedBy)}`,
    declinedBy === undefined ? '' : `declined=${text(declinedBy)}`,
    error === undefined ? '' : `error=${text(error)}`,
    typeof times === 'number' ? `times=${times}` : '',
    `request=${text(call)}`,
  ];
  return fields.filter((field) => field !== '').join(' ');
}

function named(name: string, values: string[]): string {
  if (values.length === 0) return '';
  const more = values.length > MOST_NAMES ? `,…(${values.length})` : '';
  return `${name}=${values.slice(0, MOST_NAMES).join(',')}${more}`;
}

function namesIn(parts: ShownEntry[], name: string): string[] {
  return unique(parts.flatMap((part) => argument(part, name) ?? []));
}

function valuesIn(parts: ShownEntry[], name: string): string[] {
  return unique(parts.flatMap((part) => (typeof part[name] === 'string' ? [part[name]] : [])));
}

const unique = (values: string[]) => [...new Set(values)].map(text);

// What a model chose must not read as another field.
const BARE = /^[\w+.@:/*\\{}-]*$/;

function summaryOf(summary: unknown): string {
  if (typeof summary !== 'object' || summary === null) return '';
  return Object.entries(summary)
    .filter(([, value]) => typeof value === 'number' && value > 0)
    .map(([name, value]) => `${text(name)}=${value}`)
    .join(' ');
}

function text(value: unknown): string {
  if (typeof value !== 'string') return '';
  const cleaned = cleanLine(value, MOST_CHARACTERS);
  return BARE.test(cleaned) ? cleaned : `"${cleaned.replaceAll('"', "'")}"`;
}
