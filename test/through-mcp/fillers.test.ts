// Hosts that mark every field required make models fill in something: what says nothing in an optional field is as if it
// had been left out, and in a required one it is an error that says what belongs there.
import { describe, expect } from 'vitest';
import type * as z from 'zod';
import { ACTIONS } from '../../src/actions/index.ts';
import { tableInput } from '../../src/calls/table-arguments.ts';
import type { Envelope } from '../../src/envelope.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { test } from './start-server.ts';

const FILLERS: [string, unknown][] = [
  ['null', null],
  ['an empty text', ''],
  ['spaces', ' \t '],
  ['0', 0],
  ['false', false],
  ['an empty array', []],
  ['an empty object', {}],
];
const EMPTY_ROWS: [string, unknown][] = [
  ['the text of an empty array', '[]'],
  ['the text of null', ' null '],
  ['the text of an empty object', '{}'],
];

const isOptional = (field: unknown) => (field as z.ZodType).safeParse(undefined).success;

const TOOLS = ACTIONS.map(({ name, input }) => ({
  tool: name,
  required: Object.keys(input.shape).filter((field) => !isOptional(input.shape[field])),
  optional: [
    ...Object.keys(input.shape).filter((field) => isOptional(input.shape[field])),
    ...Object.keys(tableInput.shape),
  ],
}));

// A change is told apart by the request that it finds; no second call waits for an answer to it.
const NOBODY_ANSWERS = { args: ['--approval', 'terminal', '--approval-wait', '0'] };

function valuesFor(required: readonly string[], { company }: Sandbox): Record<string, unknown> {
  const values: Record<string, string> = {
    user_name: company.leakedUser,
    access_key_id: company.leakedKeyId,
    status: 'Inactive',
    policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  };
  return Object.fromEntries(required.map((name) => [name, values[name] ?? expect.unreachable(`no value for ${name}`)]));
}

/** What a call came to, without what differs each time. */
function outcomeOf({ result, error, ...more }: Envelope) {
  const { ResponseMetadata: _, ...plain } = (Array.isArray(result) ? { result } : (result ?? {})) as Envelope;
  return {
    ...more,
    plain,
    error: error?.replace(/[^.]*approve [a-z0-9]+.*/, (told) => told.match(/approve \w+/)?.[0] ?? ''),
  };
}

describe.concurrent('what says nothing', () => {
  test.for(TOOLS)('is absent in each optional field of $tool, and in all at once', async (given, { start, aws }) => {
    const { tool, required, optional } = given;
    const server = await start(NOBODY_ANSWERS);
    const values = { ...valuesFor(required, aws), ...(tool === 'list_policies' && { max_items: 3 }) };
    await server.call(tool, values);
    const plain = outcomeOf(await server.call(tool, values));
    expect(plain.error ?? '').toMatch(/^$|^ApprovalPending/);
    for (const [what, filler] of FILLERS) {
      for (const field of optional.filter((name) => !(name in values))) {
        const outcome = outcomeOf(await server.call(tool, { ...values, [field]: filler }));
        expect(outcome, `${field}: ${what}`).toEqual(plain);
      }
      const all = Object.fromEntries(optional.map((field) => [field, filler]));
      expect(outcomeOf(await server.call(tool, { ...all, ...values })), `all: ${what}`).toEqual(plain);
    }
    for (const [what, rows] of EMPTY_ROWS) {
      expect(outcomeOf(await server.call(tool, { ...values, rows })), what).toEqual(plain);
    }
  });

  test.for(TOOLS)(
    'in a required field of $tool is an error that says what belongs there',
    async (given, { start, aws }) => {
      const { tool, required } = given;
      const server = await start(NOBODY_ANSWERS);
      const values = valuesFor(required, aws);
      const expected: Record<string, RegExp> = {
        user_name: /user_name: .*an IAM user name, which is of letters, digits and/,
        access_key_id: /access_key_id: .*an access key id, which is of capital letters and digits/,
        status: /status: .*one of Active, Inactive/,
        policy_arn: /policy_arn: .*a policy's ARN, such as arn:aws:iam::aws:policy/,
      };
      for (const field of required) {
        for (const [what, filler] of [...FILLERS, ['nothing', undefined] as const]) {
          const { error } = await server.call(tool, { ...values, [field]: filler });
          expect(error, `${field}: ${what}`).toMatch(/^InvalidArguments: /);
          expect(error, `${field}: ${what}`).toMatch(expected[field] ?? /never/);
        }
      }
      expect(aws.log).toEqual([]);
    },
  );

  test('beside a table is absent too, and the table is taken up as the same one', async ({ start }) => {
    const server = await start({ args: ['--approval', 'host'] });
    const table = { rows: '[{"user":"ci-deploy"}]', user_name: '{{ user }}', output_file: 'keys.json' };
    expect(await server.call('list_access_keys', table)).toMatchObject({ error: null });
    const filled = {
      ...table,
      rows: [{ user: 'ci-deploy' }],
      role_arn: '',
      connection: null,
      rows_file: 0,
      resume: true,
    };
    expect(await server.call('list_access_keys', filled)).toMatchObject({ error: null, summary: { succeeded: 1 } });
  });
});
