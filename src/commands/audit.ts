// `aws-iam-mcp audit`: checks the audit, or prints its entries. It works while servers write to it.
import { lstatSync } from 'node:fs';
import { cleanLine } from '../clean-text.ts';
import { reasonOf } from '../errors.ts';
import type { CommandOptions } from '../settings/command-options.ts';
import { ChainCheck, type Checked } from '../state/audit-check.ts';
import { type OpenAudit, openAudit } from '../state/audit-files.ts';
import { openStateDir } from '../state/state-dir.ts';
import { EntryFilter } from './audit-filter.ts';
import { asJsonLine, asLine } from './audit-lines.ts';

interface AuditCommand {
  operands: string[];
  settings: { stateDir: string };
  options: CommandOptions;
}

const LIMITS = `What this cannot find out: whether lines were cut off at the end, whether the very last one was altered, and
whether somebody who can write these files has written all of them anew. Against that, keep the last hash at another
place, and give it to the next check:
aws-iam-mcp audit verify --after HASH`;

/**
 * @returns the exit code: 0 where all is well or there is no audit yet, else 1
 * @throws Error with one line where the state dir is somebody else's, or a file of it cannot be read
 */
export function audit(line: AuditCommand, output: NodeJS.WritableStream): number {
  const { stateDir } = line.settings;
  // As when `head` has seen enough.
  output.on('error', () => {});
  const files = openFiles(stateDir);
  try {
    if (!files || files.names.length === 0) return thereIsNone(line, output);
    return line.operands[0] === 'verify' ? verify(stateDir, files, line.options, output) : show(files, line, output);
  } finally {
    files?.close();
  }
}

function openFiles(stateDir: string): OpenAudit | undefined {
  // What is only looked at is not made.
  if (!lstatSync(stateDir, { throwIfNoEntry: false })) return undefined;
  openStateDir(stateDir);
  return openAudit(stateDir);
}

function thereIsNone({ settings, options: { after, json } }: AuditCommand, output: NodeJS.WritableStream): number {
  if (!json) output.write(`There is no audit yet in ${cleanLine(settings.stateDir)}.\n`);
  if (after !== undefined) output.write(`So the entry of ${after} is gone.\n`);
  return after === undefined ? 0 : 1;
}

function verify(stateDir: string, files: OpenAudit, { after }: CommandOptions, output: NodeJS.WritableStream): number {
  const check = new ChainCheck(after);
  for (const name of files.names) {
    try {
      for (const line of files.lines(name)) check.take(line);
    } catch (error) {
      check.cannotRead(name, reasonOf(error));
    }
  }
  const checked = check.finish();
  const isGone = after !== undefined && !checked.hasKnown;
  const count = files.names.length;
  const lines = [
    `The audit in ${cleanLine(stateDir)}: ${count} ${count === 1 ? 'file' : 'files'}, ${entriesOf(checked)}.`,
    ...(checked.unchained > 0 ? [`${linesOf(checked.unchained)} not chained: written before there was a chain.`] : []),
    ...checked.breaks.map((text) => `BROKEN: ${cleanLine(text)}`),
    ...(checked.moreBreaks > 0 ? [`BROKEN: at ${checked.moreBreaks} more places`] : []),
    ...(isGone ? [`BROKEN: no entry has the hash ${after}: it was cut off, or all was written anew`] : []),
    ...(checked.breaks.length === 0 && !isGone ? ['Whole: each entry continues the one before it.'] : []),
    ...(after !== undefined && checked.hasKnown ? [`The entry of ${after} is there.`] : []),
    ...(checked.last ? [`Last hash: ${checked.last.hash} (entry ${checked.last.seq})`] : []),
    '',
    LIMITS,
  ];
  output.write(`${lines.join('\n')}\n`);
  return checked.breaks.length === 0 && !isGone ? 0 : 1;
}

const linesOf = (count: number) => (count === 1 ? '1 earlier line is' : `${count} earlier lines are`);

function entriesOf({ entries, first, last }: Checked): string {
  const many = entries === 1 ? '1 entry' : `${entries} entries`;
  return first && last ? `${many}, from ${cleanLine(first.at, 40)} to ${cleanLine(last.at, 40)}` : many;
}

function show(files: OpenAudit, { options }: AuditCommand, output: NodeJS.WritableStream): number {
  const filter = new EntryFilter(options, Date.now());
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const kept: string[] = [];
  let isAny = false;
  for (const name of files.names) {
    for (const { bytes } of files.lines(name)) {
      const text = bytes.toString('utf8');
      const entry = filter.matching(text);
      if (!entry) continue;
      isAny = true;
      const shown = options.json ? asJsonLine(text) : asLine(entry);
      if (limit === Number.POSITIVE_INFINITY) output.write(`${shown}\n`);
      else if (kept.push(shown) > limit) kept.shift();
    }
  }
  if (kept.length > 0) output.write(`${kept.join('\n')}\n`);
  if (!isAny && !options.json) output.write('No entry of the audit is like that.\n');
  return 0;
}
