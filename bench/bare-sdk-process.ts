// What the server is held against: a process that does nothing but send requests with the bare SDK. Each line on its
// stdin is a job, and is answered with a line when it is done; ends when stdin closes.
import { createInterface } from 'node:readline';
import {
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
  paginateListPolicies,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import pLimit from 'p-limit';
import type { Job } from './bare-sdk.ts';

// IAM's largest page.
const PAGE = 1000;

const client = new IAMClient();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ found: await carryOut(JSON.parse(line)) })}\n`);
}

/** @returns how many things were found, or rows sent */
async function carryOut(job: Job): Promise<number> {
  if (job.do === 'list_policies') {
    let policies = 0;
    for await (const page of paginateListPolicies({ client, pageSize: PAGE }, {}))
      policies += page.Policies?.length ?? 0;
    return policies;
  }
  const limit = pLimit(job.atOnce);
  const answers = await Promise.all(job.rows.map((row) => limit(() => send(job, row))));
  return answers.length;
}

function send(
  job: Exclude<Job, { do: 'list_policies' }>,
  { user_name: UserName, access_key_id }: (typeof job.rows)[0],
) {
  const AccessKeyId = access_key_id;
  switch (job.do) {
    case 'list_access_keys':
      return client.send(new ListAccessKeysCommand({ UserName }));
    case 'get_access_key_last_used':
      return client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    case 'update_access_key':
      return client.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: job.status }));
  }
}
