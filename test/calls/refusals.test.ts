// What is refused before anybody was asked is on record: with what was asked for, once, and not without end.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../../src/calls/program.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { call, openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await aSandbox();
});

const fileOf = ({ settings }: Program) => path.join(settings.stateDir, 'audit.jsonl');
const auditOf = (program: Program) =>
  existsSync(fileOf(program))
    ? readFileSync(fileOf(program), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
const deleting = (user_name: string) => ({ user_name, access_key_id: sandbox.company.leakedKeyId });

// Whoever only leaves it to the host reads no facts, by which most of these are refused.
const ASKING = { approval: 'terminal' } as const;

describe('a change that is refused before anybody was asked', () => {
  it('is on record with what was asked for, where, and the code', async () => {
    const program = openProgram({ sandbox }, ASKING);
    await call(program, 'delete_access_key', deleting('nobody'));
    expect(auditOf(program)).toEqual([
      expect.objectContaining({
        event: 'refused',
        tool: 'delete_access_key',
        connection: 'default',
        account: sandbox.account,
        arguments: deleting('nobody'),
        error: 'NoSuchEntity',
      }),
    ]);
  });

  it('is on record once, and not each time that a model repeats it; another one is', async () => {
    const program = openProgram({ sandbox }, ASKING);
    for (let n = 0; n < 9; n += 1) await call(program, 'delete_access_key', deleting('nobody'));
    await call(program, 'delete_access_key', deleting('somebody'));
    expect(auditOf(program).map(({ times }) => times)).toEqual([undefined, 2, 4, 8, undefined]);
    expect(auditOf(program).at(-1)).toMatchObject({ arguments: { user_name: 'somebody' } });
  });

  it('is on record where the server is for reading only, and not where the arguments alone are wrong', async () => {
    const readOnly = openProgram({ sandbox }, { readOnly: true });
    await call(readOnly, 'delete_access_key', deleting('{{ template }}'));
    expect(auditOf(readOnly)).toMatchObject([{ error: 'ReadOnly', arguments: { user_name: '{{ template }}' } }]);
    const program = openProgram({ sandbox }, ASKING);
    await call(program, 'delete_access_key', { user_name: 'x y' });
    expect(auditOf(program)).toEqual([]);
  });

  it('is one entry for a table, with the count and the first rows', async () => {
    const program = openProgram({ sandbox }, ASKING);
    const rows = Array.from({ length: 30 }, (_, n) => ({ user: `nobody-${n}` }));
    await call(program, 'create_access_key', { rows, user_name: '{{ user }}' });
    const [entry, ...others] = auditOf(program);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ event: 'refused', count: 30, error: 'RowsFailed' });
    expect(entry?.rows).toHaveLength(20);
    expect(entry?.rows).toMatchObject([
      { number: 1, arguments: { user_name: 'nobody-0' }, error: 'NoSuchEntity' },
      ...Array.from({ length: 19 }, () => ({})),
    ]);
  });

  it('is on record beside the rows of a table for which somebody is asked', async () => {
    const program = openProgram({ sandbox }, ASKING);
    const rows = [{ user: 'nobody' }, { user: sandbox.company.leakedUser }];
    await call(program, 'create_access_key', { rows, user_name: '{{ user }}' });
    expect(auditOf(program).map(({ event, count }) => ({ event, count }))).toEqual([
      { event: 'refused', count: 1 },
      { event: 'asked', count: 1 },
      { event: 'pending', count: 1 },
    ]);
  });
});

it('a row of a table that a rule refuses is on record with whom it was about, alone or beside others', async () => {
  const program = openProgram({ sandbox, protectedUsers: ['break-glass'] }, { approval: 'terminal' });
  const given = { user_name: '{{ user }}', role_arn: sandbox.company.responderRoleArn };
  const guarded = { number: 1, connection: 'default', error: 'Refused' };
  for (const others of [[], [{ user: 'nobody' }]]) {
    await call(program, 'create_access_key', { ...given, rows: [{ user: 'Break-Glass' }, ...others] });
  }
  const about = { ...given, user_name: 'Break-Glass' };
  const refused = auditOf(program).filter(({ tool }) => tool === 'create_access_key');
  expect(refused).toMatchObject([
    { count: 1, error: 'RowsFailed', rows: [{ ...guarded, arguments: about }] },
    { count: 2, error: 'RowsFailed', rows: [{ ...guarded, arguments: about }, { number: 2 }] },
  ]);
});

describe('a guess at a secret', () => {
  it.each(['delete_access_key', 'list_access_keys'])('by %s is on record, and has no secret in it', async (tool) => {
    const program = openProgram({ sandbox });
    program.redactor.register('hunter2-hunter2-hunter2');
    // Cut before it is redacted, a half of it would be left.
    const role_arn = `arn:aws:iam::111122223333:role/${'x/'.repeat(80)}hunter2-hunter2-hunter2`;
    const guess = { user_name: 'bob', role_arn };
    await call(
      program,
      tool,
      tool === 'list_access_keys' ? guess : { ...guess, access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
    );
    expect(readFileSync(fileOf(program), 'utf8')).not.toContain('hunter2');
    expect(auditOf(program)).toMatchObject([{ event: 'refused', tool, error: 'Refused' }]);
  });
});

it('a read that AWS refuses is not on record', async () => {
  const program = openProgram({ sandbox });
  expect((await call(program, 'list_access_keys', { user_name: 'nobody' })).error).toMatch(/^NoSuchEntity/);
  expect(auditOf(program)).toEqual([]);
});
