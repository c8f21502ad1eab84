// The life of a request and of the one that follows it, in one process, which is killed somewhere on the way: see requests-killed.test.ts.
// What it has come to is written down by a call that is not counted.
import { appendFileSync } from 'node:fs';
import { TOLD_FOR_MS, VALID_FOR_MS } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

const [, , stateDir = '', diary = ''] = process.argv;
const requests = new ApprovalRequests(stateDir);
const write = (step: string, value: unknown) => appendFileSync(diary, `${JSON.stringify({ step, value })}\n`);

const { request } = requests.open(aDraft());
write('opened', request);
requests.see(request, { way: 'form', event: 'shown' });
requests.waitAs(request, 'a call');
write('agreed', requests.agree(request, A_YES));
write('claimed', requests.claim(request, 'a call'));
requests.leaveOutcome(request, { what: 'done', isDelivered: true });
const follower = requests.open(aDraft()).request;
write('followed', follower);
write('declined', requests.close(follower, A_NO));
requests.tidy(Date.now() + VALID_FOR_MS + TOLD_FOR_MS);
write('ended', true);
