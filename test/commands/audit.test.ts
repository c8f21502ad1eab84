// `aws-iam-mcp audit` on folders as servers leave them, and on folders as nobody should find them.
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../src/commands/audit.ts';
import { Redactor } from '../../src/redact.ts';
import { parseCommandLine, UsageError } from '../../src/settings/command-line.ts';
import { Audit } from '../../src/state/audit.ts';
import { appendEntry } from '../../src/state/audit-chain.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
});

const file = () => path.join(stateDir, 'audit.jsonl');

function run(...args: string[]): { code: number; text: string; lines: string[] } {
  const line = parseCommandLine(['audit', ...args, '--state-dir', stateDir], {});
  if (!('settings' in line)) return expect.unreachable();
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const code = audit(line, output);
  return { code, text, lines: text.split('\n').filter(Boolean) };
}

function complaint(...args: string[]): string {
  try {
    parseCommandLine(args, {});
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return expect.unreachable(`accepted: ${args.join(' ')}`);
}

const change = { tool: 'update_access_key', connection: 'prod', account: '111122223333' };
const alice = { user_name: 'alice', access_key_id: 'AKIAIOSFODNN7EXAMPLE' };

function write(): void {
  const entries = [
    { at: '2026-11-01T00:00:00.000Z', call: 'aaaaaa', event: 'asked', ...change, arguments: alice },
    {
      at: '2026-11-02T00:00:00.000Z',
      call: 'aaaaaa',
      event: 'done',
      ...change,
      arguments: alice,
      agreedBy: 'terminal aaaaaa root',
    },
    {
      at: '2026-11-03T00:00:00.000Z',
      call: 'bbbbbb',
      event: 'asked',
      tool: 'delete_access_key',
      count: 2,
      rows: [
        {
          number: 1,
          connection: 'dev (the built-in sandbox)',
          account: '444455556666',
          arguments: { user_name: 'Bob', access_key_id: 'AKIAIOSFODNN70000BOB' },
        },
        { number: 2, connection: 'prod', account: '111122223333', arguments: { user_name: 'carol' } },
      ],
    },
    {
      at: '2026-11-04T00:00:00.000Z',
      call: 'cccccc',
      event: 'refused',
      tool: 'sts:AssumeRole',
      arguments: { role_arn: 'arn:aws:iam::999988887777:role/x' },
      error: 'Refused',
      times: 4,
    },
  ];
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  for (const entry of entries) appendEntry(stateDir, () => JSON.stringify(entry));
}

describe('audit show', () => {
  it('prints one line an entry, the newest last', () => {
    write();
    expect(run('show')).toMatchObject({
      code: 0,
      lines: [
        '2026-11-01T00:00:00.000Z asked           update_access_key user=alice key=AKIAIOSFODNN7EXAMPLE connection=prod account=111122223333 request=aaaaaa',
        '2026-11-02T00:00:00.000Z done            update_access_key user=alice key=AKIAIOSFODNN7EXAMPLE connection=prod account=111122223333 agreed="terminal aaaaaa root" request=aaaaaa',
        '2026-11-03T00:00:00.000Z asked           delete_access_key user=Bob,carol key=AKIAIOSFODNN70000BOB rows=2 connection="dev (the built-in sandbox)",prod account=444455556666,111122223333 request=bbbbbb',
        '2026-11-04T00:00:00.000Z refused         sts:AssumeRole role=arn:aws:iam::999988887777:role/x error=Refused times=4 request=cccccc',
      ],
    });
  });

  it.each([
    [['--user', 'ALICE'], 'aa'],
    [['--user', 'bob'], 'b'],
    [['--user', 'ali'], ''],
    [['--access-key', 'mple'], 'aa'],
    [['--access-key', 'AKIAIOSFODNN70000BOB'], 'b'],
    [['--tool', 'sts:AssumeRole'], 'c'],
    [['--connection', 'dev'], 'b'],
    [['--connection', 'prod'], 'aab'],
    [['--request', 'aaaaaa', '--event', 'done'], 'a'],
    [['--since', '2026-11-03'], 'bc'],
    [['--until', '2026-11-03T00:00:00Z', '--since', '2026-11-02T00:00+00:00'], 'ab'],
    [['--since', '1m'], ''],
    [['--limit', '2'], 'bc'],
    [['--limit', '1', '--user', 'alice'], 'a'],
  ])('with %j prints those alone, as text and as JSON', (args, calls) => {
    write();
    const called = run('show', ...args).lines.map((line) => /request=(.)/.exec(line)?.[1]);
    expect(called.join('')).toBe(calls);
    if (calls === '') expect(run('show', ...args).text).toBe('No entry of the audit is like that.\n');
    const written = readFileSync(file(), 'utf8').split('\n');
    const json = run('show', '--json', ...args).lines;
    expect(json.map((line) => (JSON.parse(line) as { call: string }).call[0]).join('')).toBe(calls);
    for (const line of json) expect(written).toContain(line);
  });

  it('says who declined', () => {
    const entry = { at: 'x', call: 'eeeeee', event: 'refused', tool: 't', error: 'ApprovalDeclined' };
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    appendEntry(stateDir, () => JSON.stringify({ ...entry, declinedBy: 'page ana' }));
    expect(run('show').lines.at(-1)).toContain(' declined="page ana" error=ApprovalDeclined ');
  });

  it('lets nothing that a model or a file says steer the terminal, or pass for another field', () => {
    write();
    const evil = {
      at: 'x\u001b[2J',
      call: 'd\u202e',
      event: 'asked',
      tool: 't',
      arguments: { user_name: 'bob agreed="root" \u009b' },
    };
    appendFileSync(file(), `${JSON.stringify(evil)}\n{"torn\n`);
    const { text, lines } = run('show');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(lines.at(-1)).toContain(`user="bob agreed='root' \\u{9b}"`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(run('show', '--json').text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('audit verify', () => {
  it('says what there is, that it is whole, the last hash, and what it cannot find out', () => {
    write();
    const { code, text } = run('verify');
    expect(code).toBe(0);
    expect(text).toContain('1 file, 4 entries, from 2026-11-01T00:00:00.000Z to 2026-11-04T00:00:00.000Z.');
    expect(text).toContain('Whole: each entry continues the one before it.');
    expect(text).toMatch(/cut off at the end.*last one was altered.*written all of them anew/s);
    const [, hash = ''] = /Last hash: ([\da-f]{64}) \(entry 4\)/.exec(text) ?? [];
    new Audit(stateDir, new Redactor()).record({ call: 'x', event: 'sent', tool: 't' });
    expect(run('verify', '--after', hash)).toMatchObject({ code: 0, text: expect.stringContaining('is there') });
    writeFileSync(file(), readFileSync(file(), 'utf8').split('\n').slice(0, 3).join('\n').concat('\n'));
    expect(run('verify').code).toBe(0);
    expect(run('verify', '--after', hash)).toMatchObject({
      code: 1,
      text: expect.stringContaining(`BROKEN: no entry has the hash ${hash}`),
    });
  });

  it('ends with 1 and names each break', () => {
    write();
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"user_name":"alice"', '"user_name":"Alice"'));
    const { code, text } = run('verify');
    expect(code).toBe(1);
    expect(text).toContain('BROKEN: entry 1 was altered');
    expect(text).not.toContain('Whole');
  });

  it('says that it is not whole where a file is there that has no entries', () => {
    write();
    writeFileSync(path.join(stateDir, 'audit.1-1.jsonl'), 'no line');
    expect(run('verify')).toMatchObject({
      code: 1,
      text: expect.stringContaining('BROKEN: line 1 of audit.1-1.jsonl is torn'),
    });
  });

  it.skipIf(process.getuid?.() !== 0)('says which file it may not read, since it is of somebody else', async () => {
    write();
    const { chownSync } = await import('node:fs');
    const foreign = path.join(stateDir, 'audit.1-1.jsonl');
    writeFileSync(foreign, '');
    chownSync(foreign, 12345, 12345);
    expect(run('verify')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/BROKEN: audit\.1-1\.jsonl cannot be read: .*belongs to user 12345/),
    });
  });

  it('counts lines of an earlier version', () => {
    mkdirSync(stateDir, { mode: 0o700 });
    writeFileSync(file(), '{"call":"x"}\n', { mode: 0o600 });
    write();
    expect(run('verify')).toMatchObject({ code: 0, text: expect.stringContaining('1 earlier line is not chained') });
    expect(run('show').lines).toHaveLength(5);
  });
});

describe.each(['verify', 'show'])('audit %s', (view) => {
  it('says that there is no audit yet, and makes none', () => {
    expect(run(view)).toMatchObject({ code: 0, text: `There is no audit yet in ${stateDir}.\n` });
    expect(existsSync(stateDir)).toBe(false);
    mkdirSync(stateDir, { mode: 0o700 });
    expect(run(view)).toMatchObject({ code: 0, text: `There is no audit yet in ${stateDir}.\n` });
  });

  it.skipIf(process.platform === 'win32')('refuses a link in place of the folder, or of the audit', () => {
    write();
    const real = stateDir;
    stateDir = `${real}-link`;
    symlinkSync(real, stateDir);
    expect(() => run(view)).toThrow(/is a symbolic link/);
    stateDir = path.join(temporaryFolder(), 'other');
    mkdirSync(stateDir);
    symlinkSync(path.join(real, 'audit.jsonl'), file());
    expect(() => run(view)).toThrow();
  });

  it.skipIf(process.getuid?.() !== 0)('refuses the folder of somebody else', async () => {
    write();
    const { chownSync } = await import('node:fs');
    chmodSync(stateDir, 0o777);
    chownSync(stateDir, 12345, 12345);
    expect(() => run(view)).toThrow(/belongs to user 12345/);
  });
});

describe('the options of audit', () => {
  it.each([
    [['audit'], 'audit takes verify or show; there is neither'],
    [['audit', 'verfy'], 'audit takes verify or show, not "verfy"; did you mean verify?'],
    [['audit', 'show', 'more'], 'audit takes one verify|show; "more" is too many'],
    [['audit', 'verify', '--user', 'x'], '--user belongs to audit show alone'],
    [['audit', 'show', '--after', 'a'.repeat(64)], '--after belongs to audit verify alone'],
    [['audit', 'verify', '--json'], '--json belongs to doctor and audit show alone'],
    [['--since', '2h'], '--since belongs to audit show alone'],
    [['approve', '--limit=3'], '--limit belongs to audit show alone'],
    [['audit', 'show', '--usr', 'x'], 'unknown option --usr; did you mean --user?'],
    [['audit', 'show', '--user'], '--user needs a value: --user NAME'],
    [['audit', 'show', '--user', '--json'], '--user needs a value: --user NAME'],
    [['audit', 'show', '--user=a', '--user=b'], '--user is given twice'],
    [['audit', 'show', '--since', '2026-13-01'], '--since must be a date such as'],
    [['audit', 'show', '--since', '5w'], '--since must be a date such as'],
    [['audit', 'show', '--event', 'reffused'], 'did you mean refused?'],
    [['audit', 'show', '--limit', '0'], '--limit must be a whole number from 1, not "0"'],
    [
      ['audit', 'show', '--access-key', 'abc'],
      '--access-key must be an access key id, or its last four characters, not "abc"',
    ],
    [['audit', 'verify', '--after', 'x'], '--after must be a hash of 64 hexadecimal digits, not "x"'],
  ])('%j is refused', (args, message) => {
    expect(complaint(...args)).toContain(message);
  });
});
