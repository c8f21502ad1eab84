import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteAccessKey } from '../../src/actions/delete-access-key.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { CallError } from '../../src/envelope.ts';
import { type PreparedRow, prepareRows } from '../../src/rows/prepare-rows.ts';
import type { Row } from '../../src/table/row.ts';
import { connectionTo, openProgram } from '../actions/program.ts';

function programWith(...connections: Parameters<typeof connectionTo>[0][]) {
  const program = openProgram({});
  if (connections.length === 0) return program;
  return {
    ...program,
    connections: new Map(connections.map((given) => [given.label ?? '', connectionTo(given)])),
    defaultLabel: undefined,
  };
}

const list = (fields: Record<string, unknown>, rows: Row[] | undefined, program = programWith()) =>
  prepareRows(listAccessKeys, fields, rows, program);

/** What a row comes to: its rendered fields, or the error. */
const outcomeOf = ({ call }: PreparedRow) => (call instanceof CallError ? `${call.code}: ${call.message}` : call.input);

describe('the rows of a table', () => {
  it('come to one call or one error each, in order, numbered from 1, whatever is in them', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ user: fc.oneof(fc.constantFrom('ann', ' ben '), fc.string()) }), { maxLength: 20 }),
        async (rows) => {
          const prepared = await list({ user_name: '{{ user }}' }, rows);
          expect(prepared.map(({ row }) => row)).toEqual(rows);
          expect(prepared.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
          for (const { row, call } of prepared) {
            const user = String(row.user).trim();
            if (call instanceof CallError) {
              expect(call.code).toBe('InvalidArguments');
              expect(user).not.toMatch(/^[\w+=,.@-]{1,128}$/);
            } else expect(call.input.user_name).toBe(user);
          }
        },
      ),
      { numRuns: 30 },
    ));

  it('are rendered each in its own scope: nothing of another row can be seen', async () => {
    const rows = [{ user: 'ann', only: 'here' }, { user: 'ben' }, { user: 'cleo', only: 'x' }];
    const prepared = await list({ user_name: '{{ user }}.{{ only }}' }, rows);
    expect(prepared.map(outcomeOf)).toEqual([
      { user_name: 'ann.here' },
      expect.stringMatching(/^InvalidArguments: user_name: .*only/),
      { user_name: 'cleo.x' },
    ]);
  });

  it('of none come to nothing', async () => {
    expect(await list({ user_name: '{{ user }}' }, [])).toEqual([]);
  });

  it('are refused as a whole for a field that is none, and for a template that never ends', async () => {
    await expect(list({ user_nam: 'x' }, [{ user: 'ann' }])).rejects.toMatchObject({ code: 'InvalidArguments' });
    const endless = "{{ user.count('') }}";
    await expect(list({ user_name: endless }, [{ user: 'ann' }])).rejects.toMatchObject({ code: 'InvalidArguments' });
  });
});

describe('a template for the connection', () => {
  const program = () =>
    programWith(
      { label: 'prod', referenceValues: { team: 'ops', user: 'not this' } },
      { label: 'dev', referenceValues: { team: 'devs' }, readOnly: true },
    );

  it('is rendered first, and the others see the reference values of what it names, below the columns', async () => {
    const rows = [
      { where: 'prod', user: 'ann' },
      { where: 'dev', user: 'ben' },
      { where: 'qa', user: 'cleo' },
    ];
    const fields = { user_name: '{{ user }}-{{ team }}', connection: '{{ where }}' };
    expect((await list(fields, rows, program())).map(outcomeOf)).toEqual([
      { user_name: 'ann-ops' },
      { user_name: 'ben-devs' },
      expect.stringMatching(/^UnknownConnection: .*'qa'.*prod, dev/),
    ]);
  });

  it('sees no reference values itself', async () => {
    const [row] = await list({ user_name: 'ann', connection: '{{ team }}' }, [{ where: 'prod' }], program());
    expect(row && outcomeOf(row)).toMatch(/^InvalidArguments: connection: .*team/);
  });

  it('leads no change to a connection for reading only', async () => {
    const rows = [{ where: 'prod' }, { where: 'dev' }];
    const key = { user_name: 'ann', access_key_id: 'AKIAALICEALICEALI001', connection: '{{ where }}' };
    const prepared = await prepareRows(deleteAccessKey, key, rows, program());
    expect(prepared.map(outcomeOf)).toEqual([
      { user_name: 'ann', access_key_id: 'AKIAALICEALICEALI001' },
      "ReadOnly: the connection 'dev' is for reading only",
    ]);
  });
});

describe('a call without a table', () => {
  it('is one row without a number, whose templates see the reference values alone', async () => {
    const program = programWith({ label: 'prod', referenceValues: { team: 'ops' } });
    const [only, second] = await list({ user_name: '{{ team }}', connection: 'prod' }, undefined, program);
    expect(second).toBeUndefined();
    expect(only).not.toHaveProperty('number');
    expect(only && outcomeOf(only)).toEqual({ user_name: 'ops' });
  });
});
