// Approvers to test with: each has a key of its own.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Approver } from '../../src/settings/approvers.ts';

interface TestApprover {
  approver: Approver;
  signer: { name: string; key: KeyObject };
}

export function anApprover(name = 'chat'): TestApprover {
  const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');
  return {
    approver: { name, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') },
    signer: { name, key },
  };
}
