import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accessProblem, ownerProblem } from '../../src/settings/trusted-file.ts';
import { complaint, settingsWith, temporaryFolder, writeConfig } from './config-folder.ts';

const POSIX = process.platform !== 'win32';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const withKeys = (secretKey: string) => ({
  connections: [{ label: 'prod', accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey }],
});
const having = (fields: object) => ({ connections: [{ label: 'prod', ...fields }] });

describe('a config file that cannot be read', () => {
  it('is named when it is not there', async () => {
    const file = path.join(temporaryFolder(), 'config.json');
    expect(await complaint(settingsWith(file))).toBe('FILE: there is no such file');
  });

  it('is refused when it is a folder', async () => {
    const folder = path.join(temporaryFolder(), 'config.json');
    mkdirSync(folder);
    expect(await complaint(settingsWith(folder))).toBe('FILE: this is not a file');
  });

  it.runIf(POSIX)('is refused without waiting when it is a named pipe', async () => {
    const pipe = path.join(temporaryFolder(), 'config.json');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    expect(await complaint(settingsWith(pipe))).toBe('FILE: this is not a file');
  });

  it('is refused when it is larger than any config file', async () => {
    const file = writeConfig(`{"profile": "${'x'.repeat(1024 * 1024)}"}`);
    expect(await complaint(settingsWith(file))).toBe('FILE: larger than 1 MB');
  });

  it('is refused when it is not UTF-8, as some Windows tools write it', async () => {
    const file = writeConfig(Buffer.from('\uFEFF{"readOnly": true}', 'utf16le'));
    expect(await complaint(settingsWith(file))).toBe('FILE: expected a text in UTF-8');
  });
});

describe.runIf(POSIX)('a config file with a secret in it', () => {
  it.each([0o640, 0o604, 0o644])('is refused with mode %o', async (mode) => {
    const file = writeConfig(withKeys(SECRET), mode);
    expect(await complaint(settingsWith(file))).toBe(
      `FILE:6: connections[0].secretKey: holds a secret, and others can read or write the file: chmod 600 ${file}`,
    );
  });

  it.each([
    [
      'a session token',
      { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: '{{ env.S }}', sessionToken: SECRET },
      'sessionToken',
    ],
    ['a secret reference value', { referenceValues: { pw: { secret: SECRET } } }, 'referenceValues.pw'],
    ["a proxy's password", { remoteAgent: 'http://bob:correct-horse@proxy:3128' }, 'remoteAgent'],
    ["a proxy's password beside templates", { remoteAgent: 'http://{{ u }}:correct-horse@{{ host }}' }, 'remoteAgent'],
    ["a proxy's token", { remoteAgent: 'http://correct-horse@proxy' }, 'remoteAgent'],
  ])('is refused for %s', async (_, fields, field) => {
    const file = writeConfig(having(fields), 0o644);
    expect(await complaint(settingsWith(file))).toContain(`connections[0].${field}: holds a secret`);
  });

  it('is read when only its owner can', async () => {
    for (const mode of [0o600, 0o400, 0o700]) await settingsWith(writeConfig(withKeys(SECRET), mode));
  });

  it.each([0o602, 0o620, 0o666])(
    'is refused with mode %o even without a secret, since it decides where they go',
    async (mode) => {
      const file = writeConfig(withKeys('{{ env.PROD_SECRET }}'), mode);
      expect(await complaint(settingsWith(file))).toMatch(/^FILE: others can write this file.*chmod 600/);
    },
  );

  it('may be read by others when a template finds the secret elsewhere', async () => {
    await settingsWith(writeConfig(withKeys('{{ env.PROD_SECRET }}'), 0o644));
    await settingsWith(writeConfig(having({ remoteAgent: 'http://bob:{{ env.PW }}@proxy' }), 0o644));
    await settingsWith(writeConfig(having({ remoteAgent: 'http://proxy:3128' }), 0o644));
    await settingsWith(writeConfig(having({ remoteAgent: 'http://bob@proxy:3128' }), 0o644));
  });

  it('gives a command that the shell reads as it is meant', async () => {
    const file = writeConfig(withKeys(SECRET), 0o644);
    const folder = path.join(path.dirname(file), "it's mine");
    mkdirSync(folder);
    const moved = path.join(folder, 'config.json');
    renameSync(file, moved);
    const message = await settingsWith(moved).catch((error: Error) => error.message);
    const [command = ''] = /chmod 600 .*$/.exec(String(message)) ?? [];
    execFileSync('sh', ['-c', command]);
    await settingsWith(moved);
  });

  it('is judged by the file that a link leads to', async () => {
    const file = writeConfig(withKeys(SECRET), 0o644);
    const link = path.join(temporaryFolder(), 'config.json');
    symlinkSync(file, link);
    expect(await complaint(settingsWith(link))).toContain('chmod 600');
    chmodSync(file, 0o600);
    await settingsWith(link);
  });
});

describe('the owner of a config file', () => {
  it('has to be this user or root, whatever is in it', () => {
    expect(ownerProblem({ uid: 1000, mode: 0 }, 1000)).toBeUndefined();
    expect(ownerProblem({ uid: 0, mode: 0 }, 1000)).toBeUndefined();
    expect(ownerProblem({ uid: 1001, mode: 0 }, 1000)).toBe(
      'belongs to user 1001, and this program runs as user 1000: it must belong to 1000 or root',
    );
  });

  it.runIf(process.getuid?.() === 0)('is looked at before anything is read', async () => {
    const file = writeConfig('{ not JSON', 0o600);
    chownSync(file, 4711, 4711);
    expect(await complaint(settingsWith(file))).toMatch(/^FILE: belongs to user 4711/);
  });

  it('and mode say nothing on Windows', () => {
    expect(accessProblem('config.json', { uid: 0, mode: 0o666 }, 'win32')).toBeUndefined();
  });
});
