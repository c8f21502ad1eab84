import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { createAccessKey } from '../../src/actions/create-access-key.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { splitArguments } from '../../src/calls/table-arguments.ts';
import type { Envelope } from '../../src/envelope.ts';
import { Publisher } from '../../src/table/publisher.ts';
import { madeUp } from '../actions/made-up.ts';
import { openProgram, temporaryFolder } from '../actions/program.ts';

const given = (more: object) => splitArguments({ rows: [], ...more }).table;
const envelopeOf = (result: unknown): Envelope => ({ result, error: null, has_error: false });
const ENTRIES = [{ a: 1 }, { a: 2 }, { a: 3 }];
const KEY = [{ result: { AccessKey: { AccessKeyId: 'AKIA', SecretAccessKey: 'hidden' } } }];

function publisher(
  settings: Parameters<typeof openProgram>[1] = {},
  action: ConstructorParameters<typeof Publisher>[0] = listAccessKeys,
) {
  const files = temporaryFolder();
  const program = openProgram({}, { files, ...settings });
  return { files, program, publisher: new Publisher(action, program) };
}

describe('a result that is to go to a file', () => {
  it('is written there, and named with the number of its entries', async () => {
    const { files, publisher: it } = publisher();
    const warnings: string[] = [];
    const envelope = await it.publish(envelopeOf(ENTRIES), given({ output_file: 'out.jsonl' }), warnings);
    expect(envelope).toEqual({ ...envelopeOf(ENTRIES), files: [{ name: 'out.jsonl', entries: 3 }] });
    expect(readFileSync(path.join(files, 'out.jsonl'), 'utf8')).toBe('{"a":1}\n{"a":2}\n{"a":3}\n');
    expect(warnings).toEqual([]);
  });

  it('is written whole where only its beginning is shown', async () => {
    const { files, publisher: it } = publisher({ resultLimit: 10 });
    const envelope = await it.publish(envelopeOf(ENTRIES), given({ output_file: 'out.json' }), []);
    expect(envelope.page).toEqual({ from: 1, to: 1, of: 3 });
    expect(envelope.files?.map(({ name }) => name)).toEqual(['out.json', expect.stringMatching(/^result-/)]);
    expect(JSON.parse(readFileSync(path.join(files, 'out.json'), 'utf8'))).toEqual(ENTRIES);
    expect(it.nextPage(envelope.continue_from ?? '').result).toEqual([{ a: 2 }]);
  });

  it('is not written in a dry run', async () => {
    const { files, publisher: it } = publisher();
    const envelope = await it.publish(envelopeOf(ENTRIES), given({ output_file: 'out.csv', dry_run: true }), []);
    expect(envelope.files).toBeUndefined();
    expect(readdirSync(files)).toEqual([]);
  });

  it('and cannot, is told all the same, with a warning', async () => {
    const { files, publisher: it } = publisher();
    writeFileSync(path.join(files, 'out.csv'), 'mine');
    const warnings: string[] = [];
    const envelope = await it.publish(envelopeOf(ENTRIES), given({ output_file: 'out.csv' }), warnings);
    expect(envelope).toEqual(envelopeOf(ENTRIES));
    expect(warnings).toEqual([
      expect.stringMatching(/^The result was not written to its file: InvalidArguments: .*is there already/),
    ]);
    expect(readFileSync(path.join(files, 'out.csv'), 'utf8')).toBe('mine');
    // Unless an earlier run of this table wrote it.
    const table = { allEntries: () => ENTRIES, isOwn: () => true, writing: async () => {} };
    await it.publish(envelopeOf(ENTRIES), given({ output_file: 'out.csv' }), warnings, table);
    expect(readFileSync(path.join(files, 'out.csv'), 'utf8')).toContain('a\r\n1');
  });

  it('is written with secrets of this program blanked out', async () => {
    const { files, program, publisher: it } = publisher();
    program.redactor.register('a-secret-of-the-connection');
    await it.publish(envelopeOf([{ a: 'a-secret-of-the-connection' }]), given({ output_file: 'out.json' }), []);
    expect(readFileSync(path.join(files, 'out.json'), 'utf8')).not.toContain('a-secret-of-the-connection');
  });

  it('is checked beforehand: its ending, and whether it is there', () => {
    const { files, publisher: it } = publisher();
    writeFileSync(path.join(files, 'out.csv'), 'mine');
    const check =
      (output_file: string, more = {}, isOwn = false) =>
      () =>
        it.checkOutput(given({ output_file, ...more }), isOwn);
    expect(check('out.xlsx')).toThrow(/has to end in/);
    expect(check('out.csv')).toThrow(/is there already/);
    expect(check('../out.csv')).toThrow(/has \.\. in it/);
    expect(check('out.csv', { overwrite: true })).not.toThrow();
    expect(check('out.csv', {}, true)).not.toThrow();
    expect(() => it.checkOutput(given({}))).not.toThrow();
  });
});

describe('a result with secrets in it', () => {
  it('marks its files, and warns; without a file there is nothing to guard', async () => {
    const warnings: string[] = [];
    const { publisher: it } = publisher({ secrets: 'inline' }, createAccessKey);
    const envelope = await it.publish(envelopeOf(KEY), given({ output_file: 'keys.json' }), warnings);
    expect(envelope.files).toEqual([{ name: 'keys.json', entries: 1, holds_secrets: true }]);
    expect(warnings).toEqual(['The files named have secret access keys in them: guard them.']);
    expect((await it.publish(envelopeOf(KEY), given({}), warnings)).files).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('marks none where no secret is shown', async () => {
    const hidden = { AccessKeyId: 'AKIA', SecretAccessKey: '(not shown)' };
    const { publisher: it } = publisher({ secrets: 'inline' }, createAccessKey);
    const envelope = await it.publish(
      envelopeOf([{ result: { AccessKey: hidden } }]),
      given({ output_file: 'x.json' }),
      [],
    );
    expect(envelope.files).toEqual([{ name: 'x.json', entries: 1 }]);
  });

  it('knows them by where the action says they are: in a single result, in each row of a table, in a list', async () => {
    const secrets = { 'Login.Password': 'passwords', Code: 'recovery codes' };
    const one = { Login: { Password: 'hidden', Name: 'ann' }, Code: null };
    const files = async (action: Action, result: unknown) => {
      const warnings: string[] = [];
      const { publisher: it } = publisher({ secrets: 'inline' }, action);
      const envelope = await it.publish(envelopeOf(result), given({ output_file: 'x.json' }), warnings);
      return { marked: envelope.files?.[0]?.holds_secrets, warnings };
    };
    const warnings = ['The files named have passwords and recovery codes in them: guard them.'];
    expect(await files(madeUp({ secrets }), one)).toEqual({ marked: true, warnings });
    expect(await files(madeUp({ secrets }), [{ result: null }, { result: one }])).toEqual({ marked: true, warnings });
    expect(await files(madeUp({ secrets }), [{ result: { Password: 'x' } }])).toMatchObject({ warnings: [] });
    expect(await files({ ...listAccessKeys, secrets }, [{ a: 1 }, one])).toEqual({ marked: true, warnings });
    expect(await files(madeUp(), one)).toMatchObject({ warnings: [] });
  });

  it('hides them in a later page, where the operator has them in files by now, and marks the file all the same', async () => {
    const entries = [1, 2].map(() => ({ result: { AccessKey: { SecretAccessKey: 'a secret of twenty' } } }));
    const inline = publisher({ secrets: 'inline', resultLimit: 10 }, createAccessKey);
    const { continue_from = '' } = await inline.publisher.publish(envelopeOf(entries), given({}), []);
    expect(JSON.stringify(inline.publisher.nextPage(continue_from))).toContain('a secret of twenty');
    const later = publisher({ files: inline.files }, createAccessKey).publisher.nextPage(continue_from);
    expect(JSON.stringify(later)).not.toContain('a secret of twenty');
    expect(later.files).toEqual([expect.objectContaining({ holds_secrets: true })]);
  });
});
