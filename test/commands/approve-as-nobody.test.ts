// In many containers a process runs as a user id that no passwd file knows.
import { beforeEach, expect, it, vi } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { approve, decline } from '../../src/commands/approve.ts';
import { aDraft } from '../approval/a-request.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { personTyping } from './person-typing.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  userInfo: () => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  },
}));

let requests: ApprovalRequests;
const BY = `uid ${process.getuid?.() ?? 'unknown'}`;

beforeEach(() => {
  requests = new ApprovalRequests(temporaryFolder());
});

it('approves as the number of a user without a name', async () => {
  const { request } = requests.open(aDraft());
  expect(await approve(request.id, requests, personTyping(['LE77']).terminal)).toBe(0);
  expect(requests.stateOf(request)).toMatchObject({ is: 'answered', yeses: [{ by: BY }] });
});

it('declines as the number of a user without a name', () => {
  const { request } = requests.open(aDraft({ callDigest: 'b2' }));
  expect(decline(request.id, requests, personTyping([]).terminal.output)).toBe(0);
  expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'declined', by: `terminal ${BY}` } });
});
