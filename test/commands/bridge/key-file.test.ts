import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pendingText } from '../../../src/approval/pending-text.ts';
import { makeKeyFile, readSigner } from '../../../src/commands/bridge/key-file.ts';
import { aDraft } from '../../approval/a-request.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const fileIn = (name = 'chat.key') => path.join(temporaryFolder(), name);
const made = (file: string) => ({
  name: 'chat',
  publicKey: /"publicKey": "([^"]+)"/.exec(makeKeyFile(file))?.[1] ?? '',
});

describe('the file with the key of an approver', () => {
  it('is made for its owner alone, and is its approver', () => {
    const file = fileIn();
    const approver = made(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readSigner(file, [approver]).name).toBe('chat');
  });

  it('never replaces another file, and needs a folder', () => {
    const file = fileIn();
    writeFileSync(file, 'mine');
    expect(() => makeKeyFile(file)).toThrow('exists already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(() => makeKeyFile(path.join(file, '..', 'none', 'chat.key'))).toThrow('there is no folder');
  });

  it('is refused where others can read it, and where it is no Ed25519 key', () => {
    const file = fileIn();
    const approver = made(file);
    chmodSync(file, 0o640);
    expect(() => readSigner(file, [approver])).toThrow('others can read or write the file');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
    for (const text of [String(rsa), 'no key', '']) {
      const other = fileIn();
      writeFileSync(other, text, { mode: 0o600 });
      expect(() => readSigner(other, [approver])).toThrow('expected an Ed25519 key');
    }
    expect(() => readSigner(fileIn(), [approver])).toThrow('there is no such file');
  });
});

it('is named to a call that waits, once its bridge has shown the request', () => {
  const request = { id: 'abc234', token: '0'.repeat(32), createdAt: 0, yesesNeeded: 1 as const, ...aDraft() };
  const seen = [{ at: 0, way: 'bridge', event: 'shown', approver: 'chat' }] as const;
  expect(pendingText(request, seen, (id) => id)).toContain(
    'It was shown by the bridge chat; nobody has answered there yet.',
  );
  expect(pendingText(request, [], (id) => id)).toContain('Nobody has looked at the request yet.');
});
