// A device that nobody knew of when the lookup began, as after a file has changed in that moment.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { connectionTo, openProgram } from '../actions/program.ts';
import { useEmptyHome } from './aws-home.ts';

vi.mock('../../src/iam/mfa.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../../src/iam/mfa.ts')>()),
  mfaDevicesOf: () => [],
}));

const signal = new AbortController().signal;
const roleFrom = (source: string) =>
  `[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = base\nmfa_serial = mfa/me\n[profile base]\n${source}\n`;

function openAdmin(source: string) {
  useEmptyHome().config(roleFrom(source));
  const { accounts } = openProgram({ profile: 'admin' });
  const connection = connectionTo({ profile: 'admin' });
  return (options: { mfaCode?: () => undefined }) => accounts.open(connection, { signal, ...options });
}

it('is asked for all the same', async () => {
  const open = openAdmin('aws_access_key_id = AKIA\naws_secret_access_key = s');
  await expect(open({ mfaCode: () => undefined })).rejects.toMatchObject({ devices: ['mfa/me'] });
  await expect(open({})).rejects.toMatchObject({ code: 'NoCredentials' });
});

it('does not hide that its source fails, even late', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  try {
    const open = openAdmin('credential_process = sleep 0.2 && exit 3');
    await expect(open({ mfaCode: () => undefined })).rejects.toMatchObject({
      code: 'NoCredentials',
      message: expect.stringMatching(/^profile 'admin' gave no credentials/),
    });
    await sleep(50);
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', unhandled);
  }
});
