// The output file of a table that is taken up again, and of one that failed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, openProgram, temporaryFolder } from '../actions/program.ts';
import { changesIn } from '../e2e/aws-account.ts';
import { keysOfNewUsers, TURN_OFF } from '../e2e/tables.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const TOOL = 'update_access_key';
const FAULT = { kind: 'error', status: 400, code: 'InvalidInput', message: 'no' } as const;

async function halfDone() {
  const sandbox = await aSandbox();
  const files = temporaryFolder();
  const program = openProgram({ sandbox }, { files });
  const table = { rows: keysOfNewUsers(sandbox, 2), ...TURN_OFF, output_file: 'off.csv' };
  sandbox.order({ operation: 'UpdateAccessKey', times: 1, fault: FAULT });
  expect((await call(program, TOOL, table)).summary).toMatchObject({ succeeded: 1, failed: 1 });
  const file = path.join(files, 'off.csv');
  return { sandbox, program, file, resume: (more = {}) => call(program, TOOL, { ...table, resume: true, ...more }) };
}

describe('the output file of a table that is taken up again', () => {
  it('is replaced as long as it is what the earlier calls wrote, each time', async () => {
    const { file, resume } = await halfDone();
    expect(readFileSync(file, 'utf8')).toContain('InvalidInput');
    expect(await resume()).toMatchObject({ error: null, summary: { done_earlier: 1, done_now: 1 } });
    expect(readFileSync(file, 'utf8')).not.toContain('InvalidInput');
    expect(await resume()).toMatchObject({ error: null, warnings: [expect.not.stringContaining('not written')] });
  });

  it('is kept, and nothing is sent, when somebody has changed it or put another one there', async () => {
    const { sandbox, file, resume } = await halfDone();
    writeFileSync(file, 'mine');
    const sent = changesIn(sandbox).length;
    expect((await resume()).error).toMatch(
      /^InvalidArguments: output_file: 'off\.csv' is not, or no longer, what the earlier call wrote: choose another name, or set overwrite/,
    );
    expect((await resume({ dry_run: true })).error).toMatch(/^InvalidArguments: output_file: /);
    expect(changesIn(sandbox)).toHaveLength(sent);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await resume({ overwrite: true })).toMatchObject({ error: null, files: [{ name: 'off.csv', entries: 2 }] });
    expect(readFileSync(file, 'utf8')).not.toBe('mine');
  });

  it('is not taken for its own under a name to which the earlier call did not write', async () => {
    const { file, resume } = await halfDone();
    writeFileSync(path.join(path.dirname(file), 'other.csv'), 'mine');
    expect((await resume({ output_file: 'other.csv' })).error).toMatch(/'other\.csv' is there already/);
    expect(await resume({ output_file: 'new.csv' })).toMatchObject({ error: null, files: [{ name: 'new.csv' }] });
  });
});

describe('the output file of a call that failed as a whole', () => {
  it('is not written, and the error says so', async () => {
    const files = temporaryFolder();
    const program = openProgram({ sandbox: await aSandbox() }, { files });
    const rows = [{ user: 'nobody' }, { user: 'no one' }];
    for (const given of [{ rows, user_name: '{{ user }}' }, { user_name: 'nobody' }, { rows: [{}], user_name: 5 }]) {
      const { error, files: named } = await call(program, 'list_access_keys', { ...given, output_file: 'out.json' });
      expect(error).toMatch(/\. 'out\.json' was not written\.$/);
      expect(named).toBeUndefined();
    }
    expect(existsSync(path.join(files, 'out.json'))).toBe(false);
  });
});
