// A result that is too long for a model's window: all of it goes to a file, what fits is shown, and the rest comes from
// the file when it is asked for.
import { randomBytes } from 'node:crypto';
import type { Row } from '../calls/row.ts';
import type { Envelope, ResultFile } from '../envelope.ts';
import { CallError } from '../errors.ts';
import type { TableFiles } from './files.ts';

/** Which result, and how many of its entries were shown. */
const TOKEN = /^([a-z_]+-[0-9a-f]{16})\.(\d{1,9})$/;
const fileOf = (id: string) => `result-${id}.jsonl`;

/** Where a result is kept and how much of it is shown. */
interface Shelf {
  files: TableFiles;
  tool: string;
  /** Of `result` as JSON, in bytes; 0 for no limit. */
  limit: number;
}

/**
 * Keeps the envelope's `result` within the limit.
 * @throws CallError Refused when the file cannot be written
 */
export function fitted(envelope: Envelope, { files, tool, limit }: Shelf, holdsSecrets: boolean): Envelope {
  const short = shortened(envelope, limit);
  if (short === envelope || !short.page) return envelope;
  const { to, of } = short.page;
  const id = `${tool}-${randomBytes(8).toString('hex')}`;
  const name = fileOf(id);
  const lines = (envelope.result as Row[]).map((entry) => `${JSON.stringify(entry)}\n`);
  files.write(name, lines.join(''), 'result', { overwrite: false });
  const file: ResultFile = { name, entries: of, ...(holdsSecrets && { holds_secrets: true }) };
  return { ...short, files: [...(envelope.files ?? []), file], continue_from: `${id}.${to}` };
}

/** The first entries, as many as fit; the same envelope where all do. */
export function shortened(envelope: Envelope, limit: number): Envelope {
  const { result } = envelope;
  if (!Array.isArray(result) || limit === 0) return envelope;
  const count = fitting(result, limit);
  if (count >= result.length) return envelope;
  return { ...envelope, result: result.slice(0, count), page: { from: 1, to: count, of: result.length } };
}

/** @throws CallError InvalidArguments for a token that is not of this tool, or whose file is gone */
export function nextPage(token: string, { files, tool, limit }: Shelf): Envelope {
  const [, id = '', at = '0'] = TOKEN.exec(token) ?? [];
  if (!id.startsWith(`${tool}-`)) {
    throw new CallError('InvalidArguments', 'continue_from: give back exactly what an earlier result of this tool had');
  }
  const name = fileOf(id);
  const lines = files.read(name, 'continue_from').toString('utf8').trimEnd().split('\n');
  const from = Number(at);
  const rest = lines.slice(from);
  if (rest.length === 0) throw new CallError('InvalidArguments', 'continue_from: that result has no more entries');
  const entries = rest.map((line) => entryOf(line));
  const count = limit === 0 ? rest.length : fitting(entries, limit);
  const result = entries.slice(0, count);
  const to = from + count;
  const failed = result.filter(({ has_error }) => has_error === true).length;
  return {
    result,
    error: failed > 0 ? `RowsFailed: ${failed} of these ${count} entries failed` : null,
    has_error: failed > 0,
    page: { from: from + 1, to, of: lines.length },
    files: [{ name, entries: lines.length }],
    ...(to < lines.length && { continue_from: `${id}.${to}` }),
  };
}

function entryOf(line: string): Row {
  try {
    return JSON.parse(line);
  } catch {
    throw new CallError('InvalidArguments', 'continue_from: the file of that result was changed since; call anew');
  }
}

/** How many of the entries go into so many bytes of a JSON array: at least one, or nobody would ever get further. */
function fitting(entries: readonly unknown[], limit: number): number {
  let bytes = 2;
  let count = 0;
  for (const entry of entries) {
    bytes += Buffer.byteLength(JSON.stringify(entry)) + (count > 0 ? 1 : 0);
    if (bytes > limit) break;
    count += 1;
  }
  return Math.max(1, count);
}
