// Processes that write to one audit at the same time keep one chain, also when some of them are killed.
import { execFile, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bundled } from '../approval/bundled.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { append, check, entriesOf } from './audit-of.ts';

const SCRIPT = '../state/appending-process.ts';
const LONG = 120_000;

describe('processes that write to one audit', () => {
  test(
    'at the same time keep one chain with every entry of each',
    async () => {
      const stateDir = temporaryFolder();
      const script = await bundled(SCRIPT);
      const run = (name: string) => promisify(execFile)(process.execPath, [script, stateDir, name, '200']);
      await Promise.all([run('one'), run('two')]);
      expect(check(stateDir)).toMatchObject({ breaks: [], entries: 400, last: { seq: 400 } });
      const calls = entriesOf(stateDir).map(({ call }) => String(call));
      for (const name of ['one', 'two']) {
        expect(calls.filter((call) => call.startsWith(name))).toEqual(
          Array.from({ length: 200 }, (_, index) => `${name}-${index + 1}`),
        );
      }
      expect(readdirSync(stateDir)).toEqual(['audit.jsonl']);
    },
    LONG,
  );

  test(
    'and are killed leave what they were told was written, and hold up nobody',
    async () => {
      const stateDir = temporaryFolder();
      const script = await bundled(SCRIPT);
      for (const enough of [1, 5, 9]) {
        const child = spawn(process.execPath, [script, stateDir, `killed-${enough}`, '10000']);
        const written = await new Promise<number>((resolve) => {
          let said = '';
          child.stdout.on('data', (data: Buffer) => {
            said += data;
            if (said.split('\n').length > enough) child.kill('SIGKILL');
          });
          child.on('close', () => resolve(said.split('\n').filter(Boolean).length));
        });
        append(stateDir, [`after-${enough}`]);
        const calls = entriesOf(stateDir).map(({ call }) => String(call));
        expect(calls.filter((call) => call.startsWith(`killed-${enough}-`)).length).toBeGreaterThanOrEqual(written);
      }
      expect(check(stateDir).breaks).toEqual([]);
      expect(readdirSync(stateDir)).toEqual(['audit.jsonl']);
    },
    LONG,
  );
});
