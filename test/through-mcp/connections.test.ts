// Several connections from a config file, as an operator writes it: chosen by label, and told of as a resource.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Server } from '../e2e/session.ts';
import { test } from './start-server.ts';

function configFile(folder: string, aws: Sandbox): string {
  const file = path.join(folder, 'config.json');
  const connection = {
    region: 'us-east-1',
    endpoint: aws.endpoint,
    accessKey: aws.credentials.accessKeyId,
    secretKey: '{{ env.OPERATOR_SECRET }}',
  };
  const { responderRoleArn: roleArn } = aws.company;
  const connections = [
    { label: 'prod', ...connection },
    { label: 'audit', ...connection, readOnly: true, roleArn },
  ];
  writeFileSync(file, JSON.stringify({ defaultConnection: 'prod', connections }), { mode: 0o600 });
  return file;
}

async function resource(server: Server, uri: string) {
  const [content] = (await server.client.readResource({ uri })).contents;
  return JSON.parse((content as { text: string }).text);
}

describe('two connections in a config file', () => {
  test('are chosen by label, and the default is the one that the file names', async ({ start, aws, folder }) => {
    const server = await start({
      args: ['--config', configFile(folder, aws)],
      env: { OPERATOR_SECRET: aws.credentials.secretAccessKey, AWS_ACCESS_KEY_ID: undefined },
    });
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
    expect(aws.log.at(-1)?.caller).toMatch(/user\/incident-responder$/);
    expect((await server.call('list_policies', { max_items: 1, connection: 'audit' })).error).toBeNull();
    expect(aws.log.at(-1)?.caller).toMatch(/assumed-role\/responder\/aws-iam-mcp$/);
    expect((await server.call('list_policies', { connection: 'prd' })).error).toBe(
      "UnknownConnection: no connection is labelled 'prd'; there are: prod, audit",
    );
  });

  test('keep a change from the one that is for reading only', async ({ start, aws, folder }) => {
    const server = await start({
      args: ['--config', configFile(folder, aws)],
      env: { OPERATOR_SECRET: aws.credentials.secretAccessKey },
    });
    const change = { user_name: aws.company.leakedUser, access_key_id: aws.company.leakedKeyId, connection: 'audit' };
    expect((await server.call('delete_access_key', change)).error).toMatch(
      /^ReadOnly: .*'audit'.*Nothing was changed\.$/,
    );
    expect(aws.log).toEqual([]);
  });

  test('are told of as a resource, with who AWS says each is and without a secret', async ({ start, aws, folder }) => {
    const server = await start({
      args: ['--config', configFile(folder, aws)],
      env: { OPERATOR_SECRET: aws.credentials.secretAccessKey },
    });
    const { connections } = await resource(server, 'iam://connections');
    expect(connections).toMatchObject([
      { label: 'prod', is_default: true, partition: 'aws', read_only: false, role: null, verify_ssl: true },
      { label: 'audit', is_default: false, read_only: true, role: aws.company.responderRoleArn },
    ]);
    expect(await resource(server, 'iam://connections/audit')).toMatchObject({
      account: aws.account,
      arn: expect.stringContaining('assumed-role/responder'),
      error: null,
    });
    await expect(resource(server, 'iam://connections/nobody')).rejects.toThrow('no resource');
  });
});
