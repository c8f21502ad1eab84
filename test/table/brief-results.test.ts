// What a model reads of a table, as a whole call gives it.
import { describe, expect, it } from 'vitest';
import { call, openProgram } from '../actions/program.ts';
import { keysOfNewUsers } from '../e2e/tables.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

describe('a dry run of thirty deletions', () => {
  it('says in 7 KB what would happen to each', async () => {
    const sandbox = await aSandbox();
    const program = openProgram({ sandbox }, { resultLimit: 24 * 1024 });
    const table = { rows: keysOfNewUsers(sandbox, 30), user_name: '{{ user }}', access_key_id: '{{ key }}' };
    const envelope = await call(program, 'delete_access_key', { ...table, dry_run: true });
    expect(envelope.result).toHaveLength(30);
    expect(envelope).toMatchObject({ dry_run: { now: { Status: { Active: 30 } } } });
    expect(Buffer.byteLength(JSON.stringify(envelope))).toBeLessThanOrEqual(7 * 1024);
  });
});

describe('a continue_from', () => {
  it('needs no other argument, of a tool with required ones too', async () => {
    const sandbox = await aSandbox();
    const program = openProgram({ sandbox }, { resultLimit: 300 });
    const first = await call(program, 'get_access_key_last_used', {
      rows: keysOfNewUsers(sandbox, 5),
      access_key_id: '{{ key }}',
    });
    const next = await call(program, 'get_access_key_last_used', { continue_from: first.continue_from });
    expect(next).toMatchObject({ error: null, page: { from: (first.page?.to ?? 0) + 1, of: 5 } });
  });
});
