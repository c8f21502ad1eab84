import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkConfigFile,
  checkConfigMode,
  checkNode,
  checkStateDir,
} from '../../../src/commands/doctor/local-checks.ts';
import { settingsSchema } from '../../../src/settings/settings.ts';
import { openStateDir } from '../../../src/state/state-dir.ts';
import { temporaryFolder } from '../../actions/program.ts';

const settings = (given: object) => settingsSchema.parse(given);

describe('Node', () => {
  it('is well from the version on that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(engines.node).toBe('>=20.3');
    expect(checkNode('20.3.0')).toMatchObject({ result: 'ok', detail: '20.3.0' });
    expect(checkNode('24.1.0').result).toBe('ok');
    for (const version of ['18.20.4', '20.2.0']) {
      const detail = `${version}; install Node 20.3 or newer`;
      expect(checkNode(version)).toMatchObject({ result: 'failed', detail });
    }
  });
});

describe('the config file', () => {
  const configWith = (mode: number) => {
    const config = path.join(temporaryFolder(), 'config.json');
    writeFileSync(config, '{}');
    chmodSync(config, mode);
    return settings({ config });
  };

  it('is named, or said not to be there', () => {
    expect(checkConfigFile(settings({ config: '/etc/x.json' }), undefined)).toMatchObject({
      result: 'ok',
      detail: '/etc/x.json',
    });
    expect(checkConfigFile(settings({}), undefined).detail).toMatch(/^none \(there is no .*config\.json\)$/);
    expect(checkConfigMode(settings({}))).toBeUndefined();
  });

  it.each([
    [0o600, 'ok', /^0600$/],
    [0o644, 'ok', /^0644: others can read it, and there is no secret in it$/],
    [0o664, 'warning', /^0664: others can change where credentials go; run chmod go-w \//],
    [0o602, 'warning', /^0602: others can change/],
  ])('of mode %o is %s', (mode, result, detail) => {
    expect(checkConfigMode(configWith(mode), 'linux')).toMatchObject({ result, detail: expect.stringMatching(detail) });
  });

  it('has no modes on Windows', () => {
    expect(checkConfigMode(configWith(0o666), 'win32')).toBeUndefined();
  });
});

describe('the state dir', () => {
  it('that the program made is well', () => {
    const stateDir = path.join(temporaryFolder(), 'state');
    openStateDir(stateDir);
    expect(checkStateDir(settings({ stateDir }))).toMatchObject({
      result: 'ok',
      detail: `${stateDir}, mode 0700, writable`,
    });
  });

  it('that others can enter is a warning, and stays as it is', () => {
    const stateDir = path.join(temporaryFolder(), 'state');
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o755);
    expect(checkStateDir(settings({ stateDir }))).toMatchObject({
      result: 'warning',
      detail: expect.stringContaining('mode 0755'),
    });
    expect(statSync(stateDir).mode & 0o777).toBe(0o755);
  });

  it.each([
    ['a symbolic link', (place: string) => symlinkSync(path.dirname(place), place)],
    ['not a folder', (place: string) => writeFileSync(place, '')],
  ])('that is %s fails, as the program refuses it', (what, make) => {
    const stateDir = path.join(temporaryFolder(), 'state');
    make(stateDir);
    expect(checkStateDir(settings({ stateDir }))).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining(`is ${what}`),
    });
    expect(() => openStateDir(stateDir)).toThrow(`is ${what}`);
  });

  it('of somebody else fails', () => {
    const stateDir = temporaryFolder();
    const other = (process.getuid?.() ?? 0) + 1;
    expect(checkStateDir(settings({ stateDir }), 'linux', other)).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining(`and this program runs as ${other}`),
    });
  });

  it('below a file fails', () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(checkStateDir(settings({ stateDir: path.join(file, 'state') }))).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining('cannot be opened or made (ENOTDIR): choose another --state-dir'),
    });
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('that cannot be written or made fails', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(checkStateDir(settings({ stateDir: folder })).result).toBe('failed');
    expect(checkStateDir(settings({ stateDir: path.join(folder, 'state') })).result).toBe('failed');
  });
});
