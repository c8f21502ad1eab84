// What update and delete refuse before a person is asked in vain, and what they show. Against the sandbox, whose
// company has a leaked key.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { ask, openProgram, shown } from './program.ts';

const CHANGES = ['update_access_key', 'delete_access_key'] as const;
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

function given(tool: string, user_name: string, access_key_id: string) {
  return { user_name, access_key_id, ...(tool === 'update_access_key' && { status: 'Inactive' }) };
}

const sentChanges = () => sandbox.log.filter(({ operation }) => /^(Update|Delete)/.test(operation));

describe.each(CHANGES)('%s', (tool) => {
  const askAbout = (user: string, key: string) => ask(openProgram({ sandbox }), tool, given(tool, user, key));

  it('refuses the key that the connection itself signs with, before asking', async () => {
    const own = sandbox.credentials.accessKeyId;
    const { plan, envelope } = await askAbout('incident-responder', own);
    expect(envelope.error).toMatch(
      /^Refused: .* signs with; change it with other credentials\. Nothing was changed\.$/,
    );
    expect(envelope.error).toContain(own);
    expect(plan).toBeUndefined();
    expect(sandbox.log.filter(({ operation }) => operation !== 'GetCallerIdentity')).toEqual([]);
  });

  it('refuses it for a role assumed with that key, too', async () => {
    const { plan, envelope } = await ask(openProgram({ sandbox }), tool, {
      ...given(tool, 'incident-responder', sandbox.credentials.accessKeyId),
      role_arn: sandbox.company.responderRoleArn,
    });
    expect(envelope.error).toMatch(/^Refused: /);
    expect(plan).toBeUndefined();
  });

  it('refuses an unknown user before asking', async () => {
    const { plan, envelope } = await askAbout('nobody', sandbox.company.leakedKeyId);
    expect(envelope.error).toBe('NoSuchEntity: The user with name nobody cannot be found. Nothing was changed.');
    expect(plan).toBeUndefined();
  });

  it("refuses another user's key before asking, and names its owner", async () => {
    const { leakedKeyId, keylessUser, leakedUser } = sandbox.company;
    const { plan, envelope } = await askAbout(keylessUser, leakedKeyId);
    expect(envelope.error).toBe(
      `NoSuchEntity: The Access Key with id ${leakedKeyId} cannot be found for ${keylessUser}; it belongs to ${leakedUser}. Nothing was changed.`,
    );
    expect(plan).toBeUndefined();
    expect(sentChanges()).toEqual([]);
  });

  it("leaves another user's key out of a table, and a key that nobody knows, with whose it is", async () => {
    const { leakedKeyId, keylessUser, leakedUser, neverUsedUser, neverUsedKeyId } = sandbox.company;
    const rows = [
      { user: keylessUser, key: leakedKeyId },
      // IAM answers a question about it with AccessDenied.
      { user: leakedUser, key: 'AKIANOBODYNOBODYNO01' },
      { user: neverUsedUser, key: neverUsedKeyId },
    ];
    const { plan } = await ask(openProgram({ sandbox }), tool, { rows, ...given(tool, '{{ user }}', '{{ key }}') });
    expect(plan?.rows.map(({ number }) => number)).toEqual([3]);
    expect(plan?.leftOut).toEqual([
      {
        number: 1,
        why: `NoSuchEntity: the key belongs to ${leakedUser}`,
      },
      { number: 2, why: 'NoSuchEntity: what it is about is not there' },
    ]);
    expect(sentChanges()).toEqual([]);
  });

  it("refuses another user's key when the keys may not be listed, since its owner is known all the same", async () => {
    sandbox.deny('iam:ListAccessKeys');
    const { leakedKeyId, keylessUser, leakedUser } = sandbox.company;
    const { plan, envelope } = await askAbout(keylessUser, leakedKeyId);
    expect(envelope.error).toMatch(/^NoSuchEntity: /);
    expect(envelope.error).toContain(leakedUser);
    expect(plan).toBeUndefined();
  });

  it('takes a user name in other letters for the same user, as IAM does', async () => {
    const { leakedKeyId, leakedUser } = sandbox.company;
    const { plan } = await askAbout(leakedUser.toUpperCase(), leakedKeyId);
    expect(plan && shown(plan, 'User')).toContain(`user/${leakedUser}`);
  });
});
