// Strings that somebody has thought about, in every field of every tool. None may reach AWS or a person's eyes but
// those that IAM's own patterns allow. That no output has a raw control character is checked for every server.
import { describe, expect } from 'vitest';
import type * as z from 'zod';
import { ACTIONS } from '../../src/actions/index.ts';
import { personWho } from '../e2e/person.ts';
import { UNSEEN } from '../e2e/recorded-streams.ts';
import { test } from './start-server.ts';

const HOSTILE: Record<string, string> = {
  'control characters': 'a\u0001\u0007\u001b[2J\u009bb',
  NUL: 'bob\0root',
  newlines: 'bob\r\nWARNING: agreed\n',
  'a line separator': 'bob\u2028root',
  'a bidirectional override': 'bob\u202etoor\u202c',
  'bidirectional isolates': '\u2066bob\u2069\u200f',
  'invisible letters': 'b\u200bo\u2060b\ufeffx',
  'tags that spell a message': `bob${[...'yes'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}`,
  'a lone surrogate': 'bob\ud800x',
  'the other lone surrogate': '\udfffbob',
  emoji: 'bob👩‍🚀',
  'letters that look like others': 'bоb',
  'digits of another script': '٣bob',
  HTML: '<img src=x onerror=alert(1)>',
  Markdown: '[click](https://example.com) **agreed** `x`',
  'a template that makes two lines': '{{ "bob\\nroot" }}',
  'a template that makes a template': '{% raw %}{{ 7*7 }}{% endraw %}',
  'a path': '../../etc/passwd',
  'a path of Windows': '..\\..\\secrets',
  'a shell': '$(reboot); `id` | cat',
  'a query': 'bob&Action=DeleteUser&UserName=root',
  'a header': 'bob\r\nX-Evil: 1',
  '10,000 characters': 'x'.repeat(10_000),
  '10,000 characters of several bytes': '👩'.repeat(10_000),
  'spaces alone': '   ',
};

// What a caller might really send, and in which a hostile string is put.
const GOOD = {
  user_name: 'ci-deploy',
  access_key_id: 'AKIA0123456789ABCDEF',
  status: 'Inactive',
  policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  role_arn: 'arn:aws:iam::111122223333:role/responder',
  policy_usage_filter: 'PermissionsPolicy',
  scope: 'Local',
  only_attached: 'True',
  with_last_used: 'True',
  max_items: '25',
  connection: 'default',
};
type Field = keyof typeof GOOD;

const FIELDS = ACTIONS.map(({ name, input }) => {
  const fields = Object.keys(input.shape).map((field) => {
    if (!(field in GOOD)) throw new Error(`${name} has a field ${field} that is not tested`);
    return field as Field;
  });
  const own = fields.filter((field) => field !== 'role_arn' && field !== 'connection');
  const optional = fields.filter((field) => (input.shape[field] as z.ZodType).safeParse(undefined).success);
  return { tool: name, good: Object.fromEntries(own.map((field) => [field, GOOD[field]])), fields, optional };
});

// Where IAM's service model leaves room for a path, and so for `../`.
const PATTERNS_WITH_PATHS: { [F in Field]?: RegExp } = {
  policy_arn: /^arn:aws:iam::aws:policy\/[\w+=,.@/-]+$/,
  role_arn: /^arn:aws:iam::111122223333:role\/[\w+=,.@/-]+$/,
};

describe.concurrent('a hostile text', () => {
  test.for(FIELDS)('in a field of $tool goes no further', async ({ tool, good, fields, optional }, { start, aws }) => {
    const server = await start({ person: personWho.declines() });
    const wrong: string[] = [];
    for (const field of fields) {
      for (const [what, text] of Object.entries(HOSTILE)) {
        for (const value of [text, GOOD[field] + text, text + GOOD[field]]) {
          if (isHarmless(field, value, optional)) continue;
          const { error } = await server.call(tool, { ...good, [field]: value });
          wrong.push(...problemsWith(error ?? 'no error', field).map((problem) => `${field}, ${what}: ${problem}`));
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(aws.log).toEqual([]);
  });

  test('that IAM itself allows is asked for as it stands, and found not to be there', async ({ start, aws }) => {
    const server = await start({ person: personWho.declines() });
    for (const user_name of ['__proto__', 'constructor', '..', '=cmd', '@SUM', '-rf']) {
      expect((await server.call('list_access_keys', { user_name })).error).toContain(
        `NoSuchEntity: The user with name ${user_name} cannot be found.`,
      );
    }
    const policy_arn = 'arn:aws:iam::aws:policy/../../ReadOnlyAccess';
    const { error } = await server.call('attach_user_policy', { user_name: 'tom.okafor', policy_arn });
    expect(error).toMatch(/^NoSuchEntity: .*Nothing was changed\.$/);
    expect(aws.log.find(({ operation }) => operation === 'GetPolicy')?.parameters.PolicyArn).toBe(policy_arn);
  });
});

describe.concurrent('a value of another kind', () => {
  const VALUES = {
    'an array': [['ci-deploy']],
    'an object': { $ne: null },
    'an object that cannot be a text': { toString: 1, valueOf: 1 },
    'a number': 5.5,
    'a number below all': -1,
    nothing: null,
    'deep nesting': JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown,
  };

  test.for(FIELDS)(
    'in a field of $tool is refused as such',
    async ({ tool, good, fields, optional }, { start, aws }) => {
      const server = await start({ person: personWho.declines() });
      const wrong: string[] = [];
      for (const field of fields) {
        for (const [what, value] of Object.entries(VALUES)) {
          // In an optional field, null means absent.
          if (value === null && optional.includes(field)) continue;
          const { error } = await server.call(tool, { ...good, [field]: value });
          wrong.push(...problemsWith(error ?? 'no error', field).map((problem) => `${field}, ${what}: ${problem}`));
        }
      }
      expect(wrong).toEqual([]);
      expect(aws.log).toEqual([]);
    },
  );
});

describe.concurrent('a hostile name of a field', () => {
  test('is no field, whatever it is', async ({ start, aws }) => {
    const server = await start();
    for (const name of [...Object.values(HOSTILE), 'constructor', 'toString', 'hasOwnProperty']) {
      const { error } = await server.call('list_access_keys', { user_name: 'ci-deploy', [name]: 'x' });
      expect(error).toMatch(/^InvalidArguments: '.*' is no field/);
      expect(error).not.toMatch(UNSEEN);
      expect(error?.length).toBeLessThan(500);
    }
    expect(aws.log).toEqual([]);
  });

  test('__proto__ changes nothing about what is asked for', async ({ startRaw, aws }) => {
    const host = startRaw();
    await host.initialize();
    const args = '{"__proto__":{"user_name":"tom.okafor","connection":"x"},"user_name":"ci-deploy"}';
    host.write(
      `{"jsonrpc":"2.0","id":"p","method":"tools/call","params":{"name":"list_access_keys","arguments":${args}}}\n`,
    );
    await host.streams.until(() => host.messages().find(({ id }) => id === 'p'));
    for (const { parameters } of aws.log) expect(parameters.UserName).toBe('ci-deploy');
  });
});

/** What is the good value after all, once surrounding space is gone, or absent, or allowed by IAM's own pattern. */
function isHarmless(field: Field, value: string, optional: readonly Field[]): boolean {
  const text = value.trim();
  if (text === GOOD[field] || (text === '' && optional.includes(field))) return true;
  const pattern = PATTERNS_WITH_PATHS[field];
  return pattern?.test(text) === true && text.length <= 2048;
}

function problemsWith(error: string, field: Field): string[] {
  const [code] = error.split(':');
  const isRefused = code === 'InvalidArguments' || (field === 'connection' && code === 'UnknownConnection');
  return [
    ...(isRefused ? [] : [`not refused, but: ${error}`]),
    ...(code === 'InvalidArguments' && !error.includes(`${field}:`) ? [`does not name the field: ${error}`] : []),
    ...(UNSEEN.test(error) ? [`unescaped: ${JSON.stringify(error)}`] : []),
    ...(error.length > 500 ? [`${error.length} characters: ${error.slice(0, 100)}`] : []),
  ];
}
