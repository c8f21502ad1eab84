import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog, logInternal } from '../../src/state/log.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MEBIBYTE = 1024 * 1024;
let root: string;
let stateDir: string;
let file: string;

beforeEach(() => {
  root = temporaryFolder();
  stateDir = path.join(root, 'state');
  file = path.join(stateDir, 'server.log');
});
afterEach(() => {
  vi.restoreAllMocks();
});

const asIs = (text: string) => text;
const lines = () =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  it('writes one JSON line for each event, with time, level and fields', () => {
    const log = createLog('debug', stateDir, asIs);
    log.error('failed', { code: 'Timeout', attempts: 3, final: true });
    log.info('started');
    log.debug('sent');
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'error', event: 'failed', code: 'Timeout', attempts: 3, final: true }),
      expect.objectContaining({ level: 'info', event: 'started', pid: process.pid }),
      expect.objectContaining({ level: 'debug', event: 'sent' }),
    ]);
    const age = Date.now() - Date.parse(String(lines()[0]?.time));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(60_000);
  });

  it.each([
    ['error', ['error']],
    ['info', ['error', 'info']],
    ['debug', ['error', 'info', 'debug']],
  ] as const)('at level %s writes %j', (level, written) => {
    const log = createLog(level, stateDir, asIs);
    for (const severity of ['error', 'info', 'debug'] as const) log[severity]('x');
    expect(lines().map((line) => line.level)).toEqual(written);
  });

  it('makes nothing before the first line, and nothing ever at level off', () => {
    createLog('debug', stateDir, asIs);
    createLog('off', stateDir, asIs).error('x');
    expect(existsSync(stateDir)).toBe(false);
  });

  it('adds to what earlier runs wrote', () => {
    createLog('info', stateDir, asIs).info('first');
    createLog('info', stateDir, asIs).info('second');
    expect(lines().map((line) => line.event)).toEqual(['first', 'second']);
  });

  it.skipIf(process.platform === 'win32')('lets only this user read it', () => {
    createLog('info', stateDir, asIs).info('x');
    expect([statSync(stateDir).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('takes secrets out of every string before it cuts it', () => {
    const redact = (text: string) => text.replaceAll('hunter2', '***');
    // The secret lies across the 500th character: cut first, half of it would have stayed.
    createLog('info', stateDir, redact).info('used hunter2', { text: `${'x'.repeat(497)}hunter2`, short: 'hunter2' });
    expect(readFileSync(file, 'utf8')).not.toMatch(/hun/);
    expect(lines()[0]).toMatchObject({ event: 'used ***', short: '***' });
  });

  it('cuts a long value at 500 characters', () => {
    createLog('info', stateDir, asIs).info('x', { exact: 'y'.repeat(500), long: 'y'.repeat(501) });
    expect(lines()[0]).toMatchObject({ exact: 'y'.repeat(500), long: `${'y'.repeat(500)}… (501 characters)` });
  });

  it('writes control and bidirectional characters out', () => {
    createLog('info', stateDir, asIs).info('x', { hostile: 'a\n\u001b[2J\u009b\u202e\u2028\u{e0041}b' });
    expect(readFileSync(file, 'utf8')).toMatch(/^[\x20-\x7e]+\n$/);
    expect(lines()[0]?.hostile).toBe('a\\u{a}\\u{1b}[2J\\u{9b}\\u{202e}\\u{2028}\\u{e0041}b');
  });

  it('does not let a field take the place of time, level or event', () => {
    createLog('info', stateDir, asIs).info('true event', { event: 'forged', level: 'forged', time: 'forged' });
    expect(lines()[0]).toMatchObject({ event: 'true event', level: 'info', time: expect.stringMatching(/^\d{4}-/) });
  });

  it('sets a file over 5 MiB aside when it opens it, in place of the one set aside before', () => {
    mkdirSync(stateDir);
    writeFileSync(`${file}.1`, 'oldest');
    writeFileSync(file, 'old');
    truncateSync(file, 5 * MEBIBYTE + 1);
    createLog('info', stateDir, asIs).info('new');
    expect(lines().map((line) => line.event)).toEqual(['new']);
    expect(statSync(`${file}.1`).size).toBe(5 * MEBIBYTE + 1);
  });

  it('leaves a file of 5 MiB where it is', () => {
    mkdirSync(stateDir);
    writeFileSync(file, '');
    truncateSync(file, 5 * MEBIBYTE);
    createLog('info', stateDir, asIs).info('new');
    expect(existsSync(`${file}.1`)).toBe(false);
  });

  it('never throws and never speaks elsewhere when it cannot write', () => {
    const spoken = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    writeFileSync(stateDir, 'a file where the folder should be');
    const log = createLog('debug', stateDir, asIs);
    expect(() => log.error('x', { a: 1 })).not.toThrow();
    expect(() => log.error('again')).not.toThrow();
    const broken = createLog('debug', path.join(root, 'other'), () => {
      throw new Error('redact failed');
    });
    expect(() => broken.error('x')).not.toThrow();
    for (const write of spoken) expect(write).not.toHaveBeenCalled();
  });

  it('goes on in the file that it has opened, also when another server has set that aside', () => {
    const log = createLog('info', stateDir, asIs);
    log.info('before');
    renameSync(file, `${file}.1`);
    log.info('after');
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.1`, 'utf8')).toMatch(/"before".*\n.*"after"/);
  });

  it('does not try again when its file could not be opened, which would slow every call down', () => {
    writeFileSync(stateDir, 'a file where the folder should be');
    const log = createLog('info', stateDir, asIs);
    log.info('first');
    rmSync(stateDir);
    log.info('second');
    expect(existsSync(stateDir)).toBe(false);
  });
});

describe('a fault of this program', () => {
  const logged = (error: unknown) => {
    const kind = logInternal(error, createLog('error', stateDir, asIs));
    return { kind, line: lines()[0] };
  };

  it('is in the log with its kind, words and place, and only the kind is told', () => {
    const { kind, line } = logged(new TypeError('x is not a function'));
    expect(kind).toBe('TypeError');
    expect(line).toMatchObject({
      level: 'error',
      event: 'internal',
      name: 'TypeError',
      message: 'x is not a function',
      stack: expect.stringContaining('log.test.ts'),
    });
  });

  it('is one too when something was thrown that is no error, or an error without a place', () => {
    expect(logged('just a text')).toMatchObject({ kind: 'Error', line: { name: 'Error', message: 'just a text' } });
    rmSync(file);
    expect(logged(Object.assign(new Error('x'), { stack: undefined })).line).toMatchObject({ message: 'x', stack: '' });
  });

  it('is told by a kind of one short line, whatever somebody has called it', () => {
    const error = Object.assign(new Error('x'), { name: `a\n${'b'.repeat(80)}` });
    expect(logged(error).kind).toBe(`a\\u{a}${'b'.repeat(58)}… (82 characters)`);
  });
});
