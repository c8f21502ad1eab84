// A journal, written and read: whatever byte it ends at, it says of every row what was known when that byte was written.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PreparedRow } from '../../src/calls/prepare.ts';
import type { RowOutcome } from '../../src/calls/row-call.ts';
import { CallError } from '../../src/errors.ts';
import { type JournalOptions, TableJournal } from '../../src/table/journal.ts';
import { digestOf, findJournal, journalFolder } from '../../src/table/journal-file.ts';
import { JournalLock } from '../../src/table/journal-lock.ts';
import { SyncedLines } from '../../src/table/synced-lines.ts';
import { temporaryFolder } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';

const TOOL = 'delete_access_key';

function optionsIn(stateDir: string): JournalOptions & { faults: unknown[] } {
  const faults: unknown[] = [];
  const errorText = (error: unknown) =>
    error instanceof CallError ? `${error.code}: ${error.message}` : String(error);
  return {
    stateDir,
    redact: (value) => value,
    withoutSecrets: (result) => result,
    errorText,
    onFault: (error) => faults.push(error),
    wasSent: () => false,
    faults,
  };
}

const preparedRows = (count: number): PreparedRow[] =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    row: { user: `u${index + 1}` },
    call: aCall({ number: index + 1, input: { user_name: `u${index + 1}` } }),
  }));

function begin(prepared: PreparedRow[], options: JournalOptions) {
  const digest = digestOf(TOOL, prepared);
  return { digest, journal: TableJournal.begin({ tool: TOOL, digest, rows: prepared.length }, prepared, options) };
}

const callOf = ({ call }: PreparedRow) => call as Exclude<typeof call, CallError>;

const OUTCOMES: Record<string, RowOutcome> = {
  done: { is: 'done', result: { ok: 'line\nbreak \u2028 ü' } },
  failed: { is: 'failed', error: new CallError('Refused', 'no') },
  unknown: { is: 'failed', error: new CallError('OutcomeUnknown', 'lost') },
  'not-attempted': { is: 'not-attempted', why: 'the host left' },
};

describe('a journal', () => {
  it(
    'that ends at any byte tells the last state of each row that was written whole',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('sent', ...Object.keys(OUTCOMES))), {
            maxLength: 12,
          }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          async (events, where) => {
            const options = optionsIn(temporaryFolder());
            const prepared = preparedRows(5);
            const { digest, journal } = begin(prepared, options);
            for (const [number, what] of events) {
              const call = callOf(prepared[number - 1] as PreparedRow);
              const outcome = OUTCOMES[what];
              if (outcome) journal.settled(call, outcome);
              else await journal.sending(call);
            }
            await journal.close();
            expect(options.faults).toEqual([]);

            const file = path.join(journalFolder(options.stateDir), journal.name);
            const bytes = readFileSync(file);
            const cut = bytes.subarray(0, Math.floor(where * (bytes.length + 1)));
            writeFileSync(file, cut);
            // A line without its break is whole, too, when it is JSON.
            const whole = cut
              .toString('utf8')
              .split('\n')
              .filter((line) => line.endsWith('}') && isJson(line)).length;
            const state = findJournal(options.stateDir, TOOL, digest);
            expect(state === undefined).toBe(whole === 0);
            const expected = new Map(events.slice(0, Math.max(0, whole - 1)));
            expect(new Map([...(state?.rows ?? [])].map(([number, line]) => [number, line.state]))).toEqual(expected);
          },
        ),
        { numRuns: 60 },
      ),
    60_000,
  );

  it('that ends in half a line is gone on with, and the half line is passed over', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = preparedRows(2);
    const { digest, journal } = begin(prepared, options);
    await journal.sending(callOf(prepared[0] as PreparedRow));
    await journal.close();
    const file = path.join(journalFolder(options.stateDir), journal.name);
    writeFileSync(file, '{"row":2,"state":"do', { flag: 'a' });
    const again = TableJournal.resume(file, new JournalLock(file), options);
    again.settled(callOf(prepared[0] as PreparedRow), OUTCOMES.done as RowOutcome);
    await again.close();
    const state = findJournal(options.stateDir, TOOL, digest);
    expect([...(state?.rows.entries() ?? [])].map(([number, { state }]) => [number, state])).toEqual([[1, 'done']]);
    expect(state?.rows.get(1)?.result).toEqual({ ok: 'line\nbreak \u2028 ü' });
  });

  it('leaves a row unknown that an earlier call sent and this one did not do, for whatever reason', async () => {
    const options = { ...optionsIn(temporaryFolder()), wasSent: (number: number | undefined) => number !== 5 };
    const prepared = preparedRows(5);
    const { digest, journal } = begin(prepared, options);
    const outcomes = ['done', 'failed', 'unknown', 'not-attempted', 'failed'];
    for (const [index, what] of outcomes.entries()) {
      journal.settled(callOf(prepared[index] as PreparedRow), OUTCOMES[what] as RowOutcome);
    }
    await journal.close();
    const rows = findJournal(options.stateDir, TOOL, digest)?.rows;
    const states = outcomes.map((_, index) => rows?.get(index + 1)?.state);
    expect(states).toEqual(['done', 'unknown', 'unknown', 'unknown', 'failed']);
    expect(rows?.get(2)?.error).toBe('Refused: no');
  });

  it('has the rows that could not be rendered from the start, is 0600, and leaves no lock', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = [...preparedRows(1), { number: 2, row: {}, call: new CallError('InvalidArguments', 'no user') }];
    const { digest, journal } = begin(prepared, options);
    const folder = journalFolder(options.stateDir);
    expect(readdirSync(folder)).toHaveLength(2);
    await journal.close();
    expect(readdirSync(folder)).toEqual([journal.name]);
    expect(statSync(path.join(folder, journal.name)).mode & 0o777).toBe(0o600);
    expect(findJournal(options.stateDir, TOOL, digest)?.rows.get(2)).toMatchObject({
      state: 'failed',
      error: 'InvalidArguments: no user',
    });
  });

  it('has no secret that the action answered, and nothing that is to be redacted', async () => {
    const options = {
      ...optionsIn(temporaryFolder()),
      withoutSecrets: (result: unknown) => ({ ...(result as object), Password: '(not shown)' }),
      redact: <T>(value: T) => JSON.parse(JSON.stringify(value).replaceAll('s3cret', '•')) as T,
    };
    const prepared = preparedRows(1);
    const call = { ...callOf(prepared[0] as PreparedRow), input: { user_name: 's3cret' } };
    const { journal } = begin(prepared, options);
    await journal.sending(call);
    journal.settled(call, { is: 'done', result: { Password: 'hidden' } });
    await journal.close();
    const text = readFileSync(path.join(journalFolder(options.stateDir), journal.name), 'utf8');
    expect(text).not.toMatch(/hidden|s3cret/);
    expect(text).toContain('"Password":"(not shown)"');
  });

  it('that cannot be made is refused', () => {
    const stateDir = temporaryFolder();
    writeFileSync(path.join(stateDir, 'journals'), 'a file');
    expect(() => begin(preparedRows(1), optionsIn(stateDir))).toThrow(
      expect.objectContaining({ code: 'Refused', message: expect.stringMatching(/^the journal cannot be written/) }),
    );
  });
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

describe('a line of a journal', () => {
  const linesOf = ({ stateDir }: JournalOptions, { name }: TableJournal) =>
    readFileSync(path.join(journalFolder(stateDir), name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? line : (JSON.parse(line) as unknown)));

  it('has when it was written, and the first one which call it is', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = preparedRows(2);
    const digest = digestOf(TOOL, []);
    const head = { tool: TOOL, digest, rows: 2, output_file: '/tmp/out.csv' };
    const journal = TableJournal.begin(head, prepared, options);
    const call = { ...callOf(prepared[0] as PreparedRow), account: '111122223333', roleArn: 'arn:role' };
    await journal.sending(call);
    journal.settled(call, OUTCOMES.done as RowOutcome);
    journal.settled(call, { is: 'done', result: undefined });
    journal.settled(call, { is: 'planned', would: {}, inShort: { sentTo: {} } });
    await journal.close();
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(linesOf(options, journal)).toEqual([
      { journal: 1, at, ...head },
      {
        row: 1,
        state: 'sent',
        at,
        connection: 'default',
        account: '111122223333',
        arguments: { user_name: 'u1', role_arn: 'arn:role' },
      },
      { row: 1, at, state: 'done', result: { ok: 'line\nbreak \u2028 ü' } },
      { row: 1, at, state: 'done', result: null },
      { row: 1, at, state: 'not-attempted' },
    ]);
  });

  it('says of a call that takes it up when that was, after a break', async () => {
    const options = optionsIn(temporaryFolder());
    const { journal } = begin(preparedRows(1), options);
    await journal.close();
    const file = path.join(journalFolder(options.stateDir), journal.name);
    const again = TableJournal.resume(file, new JournalLock(file), options);
    await again.close();
    expect(linesOf(options, again).slice(1)).toEqual(['', { resumed: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }]);
  });

  it('has of a fault of this program that nobody knows whether the row was done', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = preparedRows(1);
    const { journal } = begin(prepared, options);
    journal.settled(callOf(prepared[0] as PreparedRow), { is: 'failed', error: new TypeError('a fault') });
    await journal.close();
    expect(linesOf(options, journal).at(-1)).toMatchObject({ state: 'unknown', error: 'TypeError: a fault' });
  });

  it('has the endpoint without a login in it', async () => {
    const options = optionsIn(temporaryFolder());
    const [prepared] = preparedRows(1);
    const { journal } = begin([prepared as PreparedRow], options);
    const call = { ...callOf(prepared as PreparedRow), endpoint: 'https://ana:opensesame@iam.example/' };
    await journal.sending(call);
    await journal.close();
    const text = readFileSync(path.join(options.stateDir, 'journals', journal.name), 'utf8');
    expect(text).toContain('iam.example');
    expect(text).not.toContain('opensesame');
  });
});

describe('a journal that cannot be written any more', () => {
  const full = new Error('ENOSPC: no space left on device');
  /** From now on, nothing is written. */
  function fillDisk(): void {
    vi.spyOn(SyncedLines.prototype, 'append').mockRejectedValue(full);
    onTestFinished(() => void vi.restoreAllMocks());
  }

  it('refuses the row that is to be sent, and reports what was to be said of one that is over', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = preparedRows(1);
    const call = callOf(prepared[0] as PreparedRow);
    const { journal } = begin(prepared, options);
    fillDisk();
    await expect(journal.sending(call)).rejects.toMatchObject({
      code: 'Refused',
      message: 'the journal cannot be written (ENOSPC: no space left on device)',
      cause: full,
    });
    expect(options.faults).toEqual([]);
    journal.settled(call, OUTCOMES.done as RowOutcome);
    await journal.close();
    expect(options.faults).toEqual([full]);
  });

  it('has no row sent whose journal has no beginning, which nobody could read', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = preparedRows(1);
    fillDisk();
    const { journal } = begin(prepared, options);
    vi.restoreAllMocks();
    await expect(journal.sending(callOf(prepared[0] as PreparedRow))).rejects.toMatchObject({ code: 'Refused' });
    await journal.close();
    expect(options.faults).toEqual([full]);
  });

  it('is free for another call when its file cannot be opened or closed', async () => {
    const options = optionsIn(temporaryFolder());
    const { journal } = begin(preparedRows(1), options);
    const file = path.join(journalFolder(options.stateDir), journal.name);
    vi.spyOn(SyncedLines.prototype, 'close').mockRejectedValueOnce(full);
    onTestFinished(() => void vi.restoreAllMocks());
    await expect(journal.close()).rejects.toBe(full);

    rmSync(file);
    mkdirSync(file);
    expect(() => TableJournal.resume(file, new JournalLock(file), options)).toThrow(
      expect.objectContaining({
        code: 'Refused',
        message: expect.stringMatching(/^the journal cannot be written \(EISDIR/),
      }),
    );
    expect(() => new JournalLock(file).release()).not.toThrow();
  });
});
