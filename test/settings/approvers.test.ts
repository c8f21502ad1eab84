import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/settings/config-json-schema.ts';
import { approversTable } from '../../src/settings/help.ts';
import { anApprover } from '../approval/an-approver.ts';
import { differenceInReadme, readme } from '../in-readme.ts';
import { complaint, settingsWith, writeConfig } from './config-folder.ts';

const chat = anApprover('chat').approver;
const other = anApprover('other').approver;
const settingsOf = (approvers: unknown) => settingsWith(writeConfig({ approvers } as object));
const spki = (kind: 'rsa' | 'x25519') => {
  const { publicKey } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 1024 }) : generateKeyPairSync('x25519');
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
};
const START = 'MCowBQYDK2VwAyEA';

describe('the approvers of the config file', () => {
  it('are read with the other settings, and none is there by itself', async () => {
    expect((await settingsOf([chat, other])).approvers).toEqual([chat, other]);
    expect((await settingsWith(writeConfig({}))).approvers).toEqual([]);
  });

  it.each([
    ['a name twice', [chat, { ...other, name: 'chat' }], 'approvers[1].name: another approver has this name already'],
    ['a name in another case', [chat, { ...other, name: 'Chat' }], 'approvers[1].name: another approver has this name'],
    ['a key twice', [chat, { ...chat, name: 'b' }], 'approvers[1].publicKey: another approver has this key already'],
    ['no name', [{ publicKey: chat.publicKey }], 'approvers[0].name: missing; expected a name'],
    ['a name over two lines', [{ ...chat, name: 'a\nb' }], 'approvers[0].name: expected a name of up to 60 letters'],
    ['no key', [{ name: 'chat' }], 'approvers[0].publicKey: missing; expected a public key'],
    ['another field', [{ ...chat, publickey: 'x' }], 'approvers[0].publickey: unknown; did you mean publicKey?'],
    ['no list', chat, 'approvers: expected an array of approvers'],
    ['a text', ['chat'], 'approvers[0]: expected an approver: an object with name and publicKey'],
    ['an RSA key', [{ name: 'chat', publicKey: spki('rsa') }], 'approvers[0].publicKey: expected the line that'],
    ['a key for something else', [{ name: 'chat', publicKey: spki('x25519') }], 'publicKey: expected the line that'],
    ['half a key', [{ ...chat, publicKey: chat.publicKey.slice(0, 40) }], 'publicKey: expected the line that'],
    ['a key of zeros', [{ name: 'chat', publicKey: `${START}${'A'.repeat(43)}=` }], 'publicKey: anybody could sign'],
    [
      'a key of order 1',
      [{ name: 'chat', publicKey: `${START}AQ${'A'.repeat(41)}=` }],
      'publicKey: anybody could sign',
    ],
  ])('are refused with %s', async (_, approvers, problem) => {
    const said = await complaint(settingsOf(approvers));
    expect(said).toMatch(/^FILE:\d+: /);
    expect(said).toContain(problem);
  });

  it('can be set by no flag and no variable', async () => {
    const file = writeConfig({});
    await expect(settingsWith(file, ['--approvers=[]'])).rejects.toThrow('unknown option --approvers');
    await expect(settingsWith(file, [], { AWS_IAM_MCP_APPROVERS: '[]' })).rejects.toThrow(
      'unknown environment variable',
    );
  });

  it('are in the JSON Schema, without templates, and in the README', () => {
    const { properties } = configJsonSchema() as { properties: Record<string, object> };
    const text = JSON.stringify(properties.approvers);
    expect(text).toContain(START);
    expect(text).not.toContain('{[{%]');
    expect(differenceInReadme(approversTable().trim())).toBeUndefined();
    expect(readme).toContain('### Approving from a chat');
  });
});
