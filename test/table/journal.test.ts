// A journal, written and read: whatever byte it ends at, it says of every row what was known when that byte was written.
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PreparedRow } from '../../src/calls/prepare.ts';
import type { RowOutcome } from '../../src/calls/row-call.ts';
import { CallError } from '../../src/errors.ts';
import { type JournalOptions, TableJournal } from '../../src/table/journal.ts';
import { digestOf, findJournal, journalFolder, readJournal } from '../../src/table/journal-file.ts';
import { JournalLock } from '../../src/table/journal-lock.ts';
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
  const digest = digestOf(
    TOOL,
    { user_name: '{{ user }}' },
    prepared.map(({ row }) => row),
  );
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

describe('the journal of a table', () => {
  it('is the newest of the same tool, rows and rendered calls', async () => {
    const options = optionsIn(temporaryFolder());
    const prepared = preparedRows(2);
    const folder = journalFolder(options.stateDir);
    const { digest, journal } = begin(prepared, options);
    await journal.close();
    const newer = `2999-01-01T000000-${TOOL}-${digest.slice(0, 16)}-00000000.jsonl`;
    writeFileSync(path.join(folder, newer), readFileSync(path.join(folder, journal.name)));
    // Names as it would have, and is none.
    writeFileSync(path.join(folder, newer.replace('2999', '3000')), 'torn');
    expect(path.basename(findJournal(options.stateDir, TOOL, digest)?.file ?? '')).toBe(newer);
    expect(findJournal(options.stateDir, 'create_access_key', digest)).toBeUndefined();
    expect(findJournal(options.stateDir, TOOL, digest.replace(/.$/, 'x'))).toBeUndefined();
    expect(readJournal(path.join(folder, newer.replace('2999', '3000')))).toBeUndefined();
  });

  it('is another for another tool, template, row or order of rows, and the same for another order of fields', () => {
    const fields = { user_name: '{{ user }}', access_key_id: '{{ key }}' };
    const rows = [{ user: 'a' }, { user: 'b' }];
    const digests = [
      digestOf(TOOL, fields, rows),
      digestOf('create_access_key', fields, rows),
      digestOf(TOOL, { ...fields, user_name: '{{ user | lower }}' }, rows),
      digestOf(TOOL, { ...fields, connection: 'prod' }, rows),
      digestOf(TOOL, fields, rows.slice(1)),
      digestOf(TOOL, fields, rows.toReversed()),
      digestOf(TOOL, fields, [{ user: 'a', more: 1 }, { user: 'b' }]),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digestOf(TOOL, { access_key_id: '{{ key }}', user_name: '{{ user }}' }, rows)).toBe(digests[0]);
  });
});

describe('a line of a journal', () => {
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

describe('the lock of a journal', () => {
  const refusal = expect.objectContaining({
    code: 'Refused',
    message: expect.stringContaining('another call is at work'),
  });

  it('is held by one call at a time, and free when that is done', () => {
    const file = path.join(temporaryFolder(), 'x.jsonl');
    const lock = new JournalLock(file);
    expect(() => new JournalLock(file)).toThrow(refusal);
    lock.release();
    const next = new JournalLock(file);
    // Whoever releases twice does not take it from the next.
    lock.release();
    expect(() => new JournalLock(file)).toThrow(refusal);
    next.release();
  });

  it('is held against other processes while they run, and not by one that was killed', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'x.jsonl');
    const own = new JournalLock(file);
    const [name = ''] = readdirSync(folder);
    const holder = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    own.release();
    const other = `${file}.other.lock`;
    const heldBy = (changes: object) => writeFileSync(other, JSON.stringify({ ...holder, ...changes }));

    // A process that runs, and one of another machine or container that said so a moment ago.
    for (const running of [{}, { among: 'another host' }]) {
      heldBy(running);
      expect(() => new JournalLock(file)).toThrow(refusal);
      expect(readdirSync(folder)).toEqual(['x.jsonl.other.lock']);
    }
    // None has that number; another one has it by now.
    const gone = process.platform === 'linux' ? [{ pid: 99_999_999 }, { started: '1' }] : [{ pid: 99_999_999 }];
    for (const killed of gone) {
      heldBy(killed);
      new JournalLock(file).release();
      expect(readdirSync(folder)).toEqual([]);
    }
    // It has said nothing for two minutes.
    heldBy({ among: 'another host' });
    const before = new Date(Date.now() - 120_000);
    utimesSync(other, before, before);
    new JournalLock(file).release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
