// Conditions over rows: which rows they choose, and that no typo ever chooses all of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideEach, type Seen, TemplateError } from '../../src/templates/render.ts';

const NOW = Date.parse('2026-08-30T07:14:39.5Z');

const decide = (text: string, seen: Seen[], known?: string[]) =>
  decideEach({ field: 'where', text, ...(known && { known }) }, seen, NOW);

/** Whether it chooses a row. */
async function chooses(text: string, row: Record<string, unknown>): Promise<boolean> {
  const [outcome] = await decide(text, [{ row }]);
  if (typeof outcome !== 'boolean') throw outcome ?? new Error('no outcome');
  return outcome;
}

async function complaint(text: string, seen: Seen[], known?: string[]): Promise<TemplateError> {
  const error = await decide(text, seen, known).then(
    (outcomes) => expect.unreachable(`came to ${outcomes}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TemplateError);
  return error as TemplateError;
}

const ROW = { user: 'ci-deploy', active: 'true', n: null, tags: ['a'], 'User name': 'x', used: '2026-01-01T00:00:00Z' };

describe('a condition', () => {
  it.each([
    ["user == 'ci-deploy'", true],
    ["{{ user == 'ci-deploy' }}", true],
    [" {{- user != 'ci-deploy' -}} ", false],
    ["{{ access_key_1_active == 'true' and user != '<root_account>' }}", true],
    ['access_key_1_active == true', true],
    ['access_key_1_active', true],
    ['access_key_2_active', false],
    ['not access_key_2_active', true],
    ['access_key_2_active or missing_mfa', false],
    ["'x' if access_key_2_active else false", false],
    ["(note or 'none') == 'none'", true],
    ["(access_key_2_active or user) == 'ci-deploy'", true],
    ["(access_key_1_active and user) == 'ci-deploy'", true],
    ["'deploy' in user and user not in ['a', 'b']", true],
    ["row['User name'] | upper == 'ANN'", true],
    ["user.split('-')[1].startswith('dep')", true],
    ['n', false],
    ['not n', true],
    ['n is none and n is undefined and n is not defined', true],
    ['n < 3 or n > 3 or n <= 3 or n >= 3 or "a" in n', false],
    ['used < days_ago(90)', true],
    ['used is none or used < days_ago(365)', false],
    ['age_days(used) > 240', true],
    ["'TRUE'", true],
    ["row['us' ~ 'er'] == 'ci-deploy'", true],
  ])('in any form decides a row: %s', async (text, outcome) => {
    const row = { ...ROW, access_key_1_active: 'true', access_key_2_active: 'false', missing_mfa: false, note: '' };
    expect(await chooses(text, { ...row, 'User name': 'ann' })).toBe(outcome);
  });

  it('chooses the same rows of a CSV file and of one with true and false', async () => {
    for (const text of [
      'a',
      'not a',
      "a == 'true'",
      'a == true',
      'a is true',
      "a != 'False'",
      'a and b',
      'a or false',
    ]) {
      for (const [csv, json] of [
        ['true', true],
        ['false', false],
        ['False', false],
      ] as const) {
        expect(await chooses(text, { a: csv, b: 'true' })).toBe(await chooses(text, { a: json, b: true }));
      }
    }
  });

  it('takes what one row lacks and another has for null', async () => {
    const rows = [{ who: { name: 'ann' }, x: 1 }, { who: {} }, { who: null }, {}].map((row) => ({ row }));
    expect(await decide("who.name == 'ann'", rows)).toEqual([true, false, false, false]);
    expect(await decide('who.name is none', rows)).toEqual([false, true, true, true]);
    expect(await decide('x < 3', rows)).toEqual([true, false, false, false]);
    expect(await decide("who.name.startswith('a') or who.name | upper == 'B'", rows)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('sees what a read came to by its own names, before columns', async () => {
    const seen = [
      {
        row: { Status: 'column' },
        result: { UserName: 'a', LastUsedDate: '2026-08-01T00:00:00+00:00', Status: 'Active' },
      },
      { row: { Status: 'column' }, result: { UserName: 'b', Status: 'Active' } },
    ];
    expect(await decide('LastUsedDate is none or LastUsedDate < days_ago(90)', seen)).toEqual([false, true]);
    expect(await decide("Status == 'Active' and row.Status == 'column' and result.Status != row.Status", seen)).toEqual(
      [true, true],
    );
  });

  it('may name what is known though nothing has it', async () => {
    const seen = [{ row: { a: 1 }, result: { UserName: 'b', Owner: null } }];
    const known = ['LastUsedDate', 'Owner'];
    expect(await decide('LastUsedDate is none', seen, known)).toEqual([true]);
    expect(await decide('result.LastUsedDate is none and Owner.name is none', seen, known)).toEqual([true]);
    expect((await complaint('LastUsedDat is none', seen, known)).missing).toBe('LastUsedDat');
    expect((await complaint('UserName.x is none', seen, known)).missing).toBe('UserName.x');
  });

  it.each([
    ['user', 'neither true nor false, but a text: write a comparison'],
    ['tags', 'neither true nor false, but a list'],
    ['1', 'neither true nor false, but a number'],
    ['user + 1 > 3', 'invalid operation, at'],
    ['user | from_json', 'from_json: the text is not JSON'],
    ["not row['ty' ~ 'po']", 'there is no such name'],
  ])('that comes to nothing fails its row alone: %s', async (text, message) => {
    const [outcome] = await decide(text, [{ row: ROW }]);
    expect(outcome).toBeInstanceOf(TemplateError);
    expect((outcome as TemplateError).message).toContain(message);
    expect((outcome as TemplateError).message).not.toContain('ci-deploy');
  });

  it.each([
    ['', 'not a condition: write one expression'],
    ['{% if user %}true{% endif %}', 'not a condition: write one expression'],
    ['{{ user }}{{ n }}', 'not a condition: write one expression'],
    ["user = 'x'", 'write == to compare'],
    ["user == 'x' && n", "write 'and' and 'or'"],
    ['n == null', 'did you mean none?'],
    ['User name', "the column 'User name' is written row['User name']"],
    ['user | uper', 'unknown filter uper; did you mean upper'],
    ['user is non', 'unknown test non; did you mean'],
    ['length(user) > 1', 'unknown function length'],
    ["user.startwith('a')", 'unknown method startwith; did you mean startswith?'],
    ['usr', "usr is undefined; did you mean user? there are user, active, n, tags, row['User name'], used, row"],
    ['{% for x in range(9999) %}{% endfor %}', 'not a condition'],
    [`n ${'or n '.repeat(1900)}`, 'nested too deep'],
    [`${'x'.repeat(10_001)}`, 'at most 10000 are read'],
    ["'x'.count('') or [1] * 1000000000", 'the condition took more than 100 ms and was stopped'],
  ])('that is wrong whatever the rows are fails as a whole: %s', async (text, message) => {
    expect((await complaint(text, [{ row: ROW }, { row: ROW }])).message).toContain(message);
  });

  it('takes what some texts of JSON lack for null, and what no item has for an error', async () => {
    const rows = ['{"on": true}', '{"off": [{"a": 1}]}'].map((text) => ({
      row: { text, tags: [{ k: 'a' }, { v: 1 }] },
    }));
    expect(await decide('(text | from_json).on', rows)).toEqual([true, false]);
    expect(await decide("(text | from_json).get('on', false) is none", rows)).toEqual([false, false]);
    expect(await decide("(text | from_json)['off'][0].a == 1", rows)).toEqual([false, true]);
    expect(await decide("tags | rejectattr('v') | list | length == 1", rows)).toEqual([true, true]);
    expect(await decide("tags | map(attribute='k') | first == 'a'", rows)).toEqual([true, true]);
    expect(await decide('(tags[2] | default({})).k is none', [{ row: { tags: [1, 2, null] } }])).toEqual([true]);
    expect((await complaint('(text | from_json).off[0].b is none', rows)).missing).toBe('(text | from_json).off[0].b');
  });

  it('is checked where there are no rows', async () => {
    expect(await decide('anything == 3', [])).toEqual([]);
    expect((await complaint('a b', [])).message).toContain('not a condition');
  });

  it('is decided for many rows, with one moment for all', async () => {
    const rows = Array.from({ length: 3000 }, (_, number) => ({ row: { number, at: '2026-08-30T07:14:39Z' } }));
    const outcomes = await decide('number % 2 == 0 and now() == at', rows);
    expect(outcomes).toEqual(rows.map(({ row }) => row.number % 2 === 0));
  });
});

describe('a name that no row has', () => {
  it.each([
    'not (text | from_json).typo',
    "(text | from_json)['typo'] is none",
    "(text | from_json).get('typo') != 3",
    "(text | from_json).get('typo', 3) == 3",
    "(text | from_json | attr('typo')) is none",
    "(objects | first).typo != 'x'",
    '(object if n is none else object).typo is none',
    "(object or object).typo != 'x'",
    "(object | default({})).typo != 'x'",
    "(user | split('-') | last).typo is none",
    "user[0].typo != 'x'",
    "not objects | selectattr('typo') | list",
    "objects | rejectattr('typo', 'eq', 3) | list | length == 2",
    "objects | map(attribute='typo') | first is none",
    "'x' not in objects | map(attribute='k.typo', default='') | list",
    "objects | selectattr('k', 'eq', 1) | rejectattr('typo') | list | length == 1",
    "objects | sort(attribute='typo') | length > 0",
  ])('is an error in what the condition has worked out itself: %s', async (text) => {
    const row = { ...ROW, text: '{"a": 1}', objects: [{ k: 1 }, { k: 2 }], object: { k: 3 } };
    const { missing, message } = await complaint(text, [{ row }, { row: { ...row, user: 'b-b' } }]);
    expect(missing).toContain('typo');
    expect(message).not.toContain("'x'");
  });

  it('is an error in each row where the name comes out of the row', async () => {
    for (const text of ['not object[user]', 'object | attr(user) is none', 'object.get(user) is none']) {
      const [outcome] = await decide(text, [
        { row: { user: 'b', object: { a: 1 } } },
        { row: { user: 'a', object: { a: 1 } } },
      ]);
      expect(outcome).toBeInstanceOf(TemplateError);
    }
  });

  const hole = 'ty_po';
  // With a hole for a name in each place where one may stand.
  const leaf = fc.constantFrom('user', 'n', 'active', "'x'", '3', 'true', 'none', "row['User name']", 'tags');
  const withTypo = fc.letrec<{ typo: string }>((tie) => ({
    typo: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        hole,
        `row.${hole}`,
        `row['${hole}']`,
        `row.get('${hole}')`,
        `user.${hole}`,
        `(row | attr('${hole}'))`,
      ),
      fc
        .tuple(tie('typo'), leaf, fc.nat(16))
        .map(
          ([a, b, form]) =>
            [
              `(${a} < ${b})`,
              `(${b} >= ${a})`,
              `(${a} == ${b})`,
              `(${b} != ${a})`,
              `(not ${a})`,
              `(${a} in ${b})`,
              `(${b} not in ${a})`,
              `(${b} and ${a})`,
              `(${b} or ${a})`,
              `(${a} is none)`,
              `(${a} is not defined)`,
              `(${a} | default('x'))`,
              `(${b} | replace('x', ${a}))`,
              `(${a} | length > 0)`,
              `([${b}, ${a}] | length > 1)`,
              `(${b} if ${a} else ${b})`,
              `(${a} ~ ${b})`,
            ][form] ?? a,
        ),
    ),
  })).typo;

  it('is an error in any place of any condition, and chooses no row', async () => {
    await fc.assert(
      fc.asyncProperty(withTypo, async (text) => {
        const { missing } = await complaint(text, [{ row: ROW }, { row: { ...ROW, user: 'b' } }]);
        expect(missing).toContain(hole);
      }),
      { numRuns: 300 },
    );
  });
});
