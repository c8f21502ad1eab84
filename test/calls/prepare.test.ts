import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { deleteAccessKey } from '../../src/actions/delete-access-key.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { callsOf, type PreparedRow, prepareRows } from '../../src/calls/prepare.ts';
import type { Row } from '../../src/calls/row.ts';
import { CallError } from '../../src/errors.ts';
import { TemplateError } from '../../src/templates/render.ts';
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
  prepareRows(listAccessKeys, fields, rows && { rows, now: Date.now() }, program);

/** What a row comes to: its rendered fields, or the error. */
const outcomeOf = ({ call }: PreparedRow) => (call instanceof CallError ? `${call.code}: ${call.message}` : call.input);

describe('the rows of a table', () => {
  it.each([
    [
      'a mistyped column among many',
      '{{ usr_name }}',
      "no column 'usr_name'; did you mean user_name? the columns are c0",
    ],
    ['a habit', '{{ null }}', "no column 'null'; did you mean none? the columns are c0"],
    [
      'a column that templates write otherwise',
      '{{ key-id }}',
      "no column 'key'; the column 'key-id' is written row['key-id']; the columns are c0",
    ],
  ])('get one error that says what is meant by %s', async (_, user_name, message) => {
    const columns = Array.from({ length: 20 }, (_each, index) => [`c${index}`, 'x'.repeat(9)]);
    const row = Object.fromEntries([...columns, ['user_name', 'ann'], ['key-id', 'x']]);
    await expect(list({ user_name }, [row, row])).rejects.toMatchObject({
      code: 'InvalidArguments',
      message: expect.stringContaining(message),
    });
  });

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
    await expect(list({ user_name: endless }, [{ user: 'ann' }])).rejects.toMatchObject({
      code: 'InvalidArguments',
      message: expect.stringMatching(/took more than/),
      cause: expect.any(TemplateError),
    });
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
    await expect(
      list({ user_name: 'ann', connection: '{{ team }}' }, [{ where: 'prod' }], program()),
    ).rejects.toMatchObject({
      code: 'InvalidArguments',
      message: "connection: there is no column 'team'; the columns are where",
    });
  });

  it('leads no change to a connection for reading only', async () => {
    const rows = [{ where: 'prod' }, { where: 'dev' }];
    const key = { user_name: 'ann', access_key_id: 'AKIAALICEALICEALI001', connection: '{{ where }}' };
    const prepared = await prepareRows(deleteAccessKey, key, { rows, now: Date.now() }, program());
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

  it('says of a name that is not there that it has no rows', async () => {
    for (const field of ['user_name', 'connection']) {
      const [only] = await list({ user_name: 'ann', [field]: '{{ user }}' }, undefined, programWith());
      expect(only && outcomeOf(only)).toBe(
        `InvalidArguments: ${field}: user is undefined; there are no names; this call has no rows: give rows or rows_file, or the value itself`,
      );
    }
  });
});

describe('the calls of rows', () => {
  const limitOf = async (callTimeout: number, deadline?: number) => {
    const program = openProgram({}, { callTimeout });
    const prepared = await prepareRows(listAccessKeys, { user_name: 'ann' }, undefined, program, deadline);
    const [call] = callsOf(prepared);
    if (!call) throw new Error('no call');
    expect(call.warnings).toEqual([]);
    onTestFinished(() => call.limit.stop());
    return call.limit;
  };

  it('are those that can be tried', async () => {
    const prepared = await list({ user_name: '{{ user }}' }, [{ user: 'ann' }, { user: 'a b' }, { user: 'ben' }]);
    expect(callsOf(prepared).map(({ number, input }) => [number, input])).toEqual([
      [1, { user_name: 'ann' }],
      [3, { user_name: 'ben' }],
    ]);
    expect(prepared[1]?.call).toMatchObject({ code: 'InvalidArguments', field: 'user_name' });
  });

  it('have the time of the settings, of which none has passed before they are sent', async () => {
    const limit = await limitOf(0.2);
    await sleep(300);
    expect(limit.signal.aborted).toBe(false);
    limit.start();
    await sleep(300);
    expect(limit.signal.aborted).toBe(true);
  });

  it('end before their host gives them up', async () => {
    const limit = await limitOf(60, performance.now() + 50);
    limit.start();
    await sleep(150);
    expect(limit.signal.aborted).toBe(true);
  });

  it('have the role that was rendered apart from what is sent', async () => {
    const role = 'arn:aws:iam::111122223333:role/{{ role }}';
    const [prepared] = await list({ user_name: 'ann', role_arn: role }, [{ role: 'ops' }]);
    expect(prepared?.call).toMatchObject({
      number: 1,
      input: { user_name: 'ann' },
      roleArn: 'arn:aws:iam::111122223333:role/ops',
    });
    expect(prepared && outcomeOf(prepared)).not.toHaveProperty('role_arn');
  });

  it('are none for a template that fails, which names its field', async () => {
    const [prepared] = await list({ user_name: '{{ nobody }}' }, [{ user: 'ann' }, { nobody: 'ben' }]);
    expect(prepared?.call).toMatchObject({ code: 'InvalidArguments', field: 'user_name' });
  });
});

describe('a row in which a known secret stands', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

  it.each([
    ['as a value', { user: 'ann', note: secret }],
    ['within a longer one', { user: 'ann', note: `key=${secret};` }],
    ['deep inside', { user: 'ann', note: { a: [{ b: secret }] } }],
    ['as the name of a column', { user: 'ann', [secret]: 'note' }],
    ['in a URL', { user: 'ann', note: encodeURIComponent(secret) }],
  ])('is refused before a template sees it: %s', async (_, row) => {
    const program = programWith();
    program.redactor.register(secret);
    const rows = [{ user: 'ben', note: 'x' }, row, { user: 'cleo', note: 'y' }];
    // In pieces, no redaction would know it any more.
    const prepared = await list(
      { user_name: '{{ user }}{% for c in row.note %}{% endfor %}', role_arn: '' },
      rows,
      program,
    );
    expect(prepared.map(outcomeOf)).toEqual([
      { user_name: 'ben' },
      'Refused: a value of this call has a secret of this program in it: take it out',
      { user_name: 'cleo' },
    ]);
    const bySlice = await list({ user_name: "{{ row['note'][:8] | replace('/', '') }}" }, [row], program);
    expect(bySlice.map(outcomeOf)).toEqual([
      'Refused: a value of this call has a secret of this program in it: take it out',
    ]);
  });

  it('is refused where the template is in the connection, too, and where nothing is a template', async () => {
    const program = programWith({ label: 'ann' });
    program.redactor.register(secret);
    for (const connection of ['{{ user }}', 'ann']) {
      const prepared = await list({ user_name: 'bob', connection }, [{ user: 'ann', note: secret }], program);
      expect(prepared.map(outcomeOf)).toEqual([
        'Refused: a value of this call has a secret of this program in it: take it out',
      ]);
    }
  });
});

describe('columns with dots', () => {
  /** The longest that something else had to wait for its turn meanwhile, in milliseconds. */
  async function longestBlock(work: () => Promise<unknown>): Promise<number> {
    let longest = 0;
    let last = performance.now();
    const look = () => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    };
    const timer = setInterval(look, 1);
    await work();
    look();
    clearInterval(timer);
    return longest;
  }

  // Some 150 names of 64 parts each: 10,000 parts, the most that are taken.
  const names = Array.from({ length: 156 }, (_, n) => Array.from({ length: 64 }, (_, part) => `${n}${part}`).join('.'));
  const header = Object.fromEntries(names.map((name) => [name, 'x']));

  it('of a large table keep nothing else waiting for long', { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => ({ user: `u${n}`, ...header }));
    // With nothing to render, they are no work at all.
    const idle = await longestBlock(() => list({ user_name: 'ann' }, rows));
    // As wide as this, the engine itself may need more time than it has: that is an error, and one that comes soon.
    const busy = await longestBlock(() => list({ user_name: '{{ user }}' }, rows).catch(() => {}));
    // It was minutes. What counts is 250 ms, which hold on an idle machine; this leaves room for a busy one.
    expect(Math.max(idle, busy)).toBeLessThan(2000);
  });

  it('leave other calls their turn while rows are searched for secrets', async () => {
    const program = programWith();
    program.redactor.register('some-secret');
    let now = 0;
    // Each row seems to take a while.
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 30;
      return now;
    });
    onTestFinished(() => void vi.restoreAllMocks());
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await list(
      { user_name: 'ann' },
      Array.from({ length: 20 }, () => ({ user: 'ann' })),
      program,
    );
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(20);
  });

  it('are worked out for each header that there is', async () => {
    const rows = [{ 'a.user': 'ann' }, { 'a.user': 'ben', a: { user: 'column' } }, { 'a.user': 'cleo' }];
    expect((await list({ user_name: '{{ a.user }}' }, rows)).map(outcomeOf)).toEqual([
      { user_name: 'ann' },
      { user_name: 'column' },
      { user_name: 'cleo' },
    ]);
  });
});
