// The text of a table's file for a host that shows it to a person: without the secrets that stand in it.
import type { Row } from '../calls/row.ts';
import { CallError } from '../errors.ts';
import type { Redactor } from '../redact.ts';
import { shownName } from './file-name.ts';
import { utf8Of } from './file-text.ts';
import { hideSecretsIn, namesSecret } from './hide-secrets.ts';
import { namedTable } from './named-table.ts';
import { MOST_VALUES } from './problem.ts';
import { readRows } from './read-rows.ts';

/** @throws CallError InvalidArguments for a file that is no text of a table */
export function checkShown(name: string): void {
  const table = namedTable(name);
  const isText = table?.part === undefined && table?.format !== 'xlsx' && !/\.gz$/i.test(name);
  if (table && isText) return;
  throw new CallError(
    'InvalidArguments',
    `the file: ${shownName(name)} is not a table in text that is shown: open it yourself`,
  );
}

/**
 * Which texts are secrets is found by reading the file as a table.
 * @throws CallError InvalidArguments for bytes that are no text, and for a file with secrets in which they cannot be found
 */
export async function shownText(name: string, bytes: Buffer, redactor: Redactor): Promise<string> {
  const text = utf8Of(name, bytes).toString();
  return redactor.text(await hideSecretsIn(text, await rowsIn(name, bytes, text), redactor));
}

async function rowsIn(name: string, bytes: Buffer, text: string): Promise<Row[]> {
  try {
    const { rows, unusable } = await readRows(name, bytes, { most: MOST_VALUES, option: '' });
    if (![...unusable.keys()].some(namesSecret)) return rows;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // In JSON, a secret stands beside its name.
    if (/\.(?:json|jsonl|ndjson)$/i.test(name) || !namesSecret(text)) return [];
  }
  throw new CallError(
    'InvalidArguments',
    `the file: ${shownName(name)} names secrets, and cannot be read as a table in which to hide them: open it yourself`,
  );
}
