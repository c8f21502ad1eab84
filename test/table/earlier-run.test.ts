// What is known of an earlier run when another takes it up.
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { updateAccessKey } from '../../src/actions/update-access-key.ts';
import { EarlierRun } from '../../src/table/earlier-run.ts';
import { TableJournal } from '../../src/table/journal.ts';
import { digestOf, journalFolder } from '../../src/table/journal-file.ts';
import { JournalLock } from '../../src/table/journal-lock.ts';
import { madeUp } from '../actions/made-up.ts';
import { temporaryFolder } from '../actions/program.ts';

const TOOL = updateAccessKey.name;

/** @returns the file of a journal of two rows, of which nothing has been sent */
async function aJournal(stateDir: string) {
  const digest = digestOf(TOOL, []);
  const options = {
    stateDir,
    redact: <T>(value: T) => value,
    withoutSecrets: (result: unknown) => result,
    errorText: String,
    onFault: () => {},
    wasSent: () => false,
  };
  const journal = TableJournal.begin({ tool: TOOL, digest, rows: 2 }, [], options);
  await journal.close();
  return { digest, file: path.join(journalFolder(stateDir), journal.name) };
}

/** A lock as another process of this machine leaves it, which is killed when somebody looks whether it still runs. */
function heldByOneThatEnds(file: string, lastWords: () => void) {
  const own = new JournalLock(file);
  const folder = path.dirname(file);
  const name = readdirSync(folder).find((other) => other.endsWith('.lock')) ?? '';
  const holder = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  own.release();
  writeFileSync(`${file}.other.lock`, JSON.stringify({ ...holder, pid: 99_999_999 }));
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    lastWords();
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  onTestFinished(() => kill.mockRestore());
}

describe('a journal that is taken up', () => {
  it('is read again once nobody else has it, who may have done another row meanwhile', async () => {
    const stateDir = temporaryFolder();
    const { digest, file } = await aJournal(stateDir);
    heldByOneThatEnds(file, () =>
      appendFileSync(file, '{"row":1,"state":"sent"}\n{"row":1,"state":"done","result":7}\n'),
    );
    const earlier = EarlierRun.find(stateDir, updateAccessKey, digest);
    expect([...earlier.settled]).toEqual([[1, { is: 'done', result: 7 }]]);
    earlier.hold();
    earlier.release();
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('and is none any more by then is not taken up, nor kept from others', async () => {
    const stateDir = temporaryFolder();
    const { digest, file } = await aJournal(stateDir);
    heldByOneThatEnds(file, () => writeFileSync(file, 'torn'));
    expect(() => EarlierRun.find(stateDir, updateAccessKey, digest)).toThrow(
      expect.objectContaining({ code: 'InvalidArguments', message: expect.stringContaining('no earlier call') }),
    );
    rmSync(file);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });
});

describe('a row of which nobody knows whether it was done', () => {
  const lines = [
    { row: 1, state: 'unknown', error: 'NetworkError: lost: really', message: 'lost: really' },
    { row: 2, state: 'failed', error: 'Throttling: busy', message: 'busy' },
    { row: 2, state: 'sent' },
  ];
  const settled = async (action: Action) => {
    const stateDir = temporaryFolder();
    const { digest, file } = await aJournal(stateDir);
    appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const earlier = EarlierRun.find(stateDir, { ...action, name: TOOL }, digest);
    earlier.release();
    return [...earlier.settled].map(([row, outcome]) => [
      row,
      outcome.is === 'failed' && (outcome.error as Error).message.split('; it is not repeated')[0],
    ]);
  };

  it('is not repeated where that might make a second, and says what is known of the last attempt', async () => {
    expect(await settled(madeUp({ sends: { CreateAccessKey: 'once' } }))).toEqual([
      [1, 'lost: really'],
      [2, 'it was sent by a process that ended before the answer came'],
    ]);
  });

  it('is taken up where a second time does no harm', async () => {
    expect(await settled(madeUp())).toEqual([]);
  });
});
