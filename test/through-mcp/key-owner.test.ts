// A call that knows a key's id alone, in both eras: the person reads whose key it is, and the answer says what was changed.
import { describe, expect } from 'vitest';
import { changesIn, lastFour } from '../e2e/aws-account.ts';
import { agreedTo, modernHost } from '../e2e/modern-host.ts';
import { personWho } from '../e2e/person.ts';
import { auditOf } from '../e2e/state-files.ts';
import { keysOfNewUsers } from '../e2e/tables.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';

describe.concurrent('a key whose owner is left out', () => {
  test('is turned off as its owner read it in a pushed form', async ({ start, aws, stateDir }) => {
    const { leakedKeyId: access_key_id, leakedUser: user_name } = aws.company;
    const person = personWho.types(lastFour(aws));
    const server = await start({ person });
    const envelope = await server.call(TOOL, { access_key_id, status: 'Inactive' });
    expect(envelope).toMatchObject({
      error: null,
      change: { user_name, access_key_id, status: { before: 'Active', after: 'Inactive' } },
    });
    expect(person.read[0]).toContain(`user/${user_name}`);
    expect(changesIn(aws).map(({ parameters }) => parameters.UserName)).toEqual([user_name]);
    expect(auditOf(stateDir)).toMatchObject(
      ['asked', 'sent', 'done'].map((event) => ({ event, arguments: { user_name } })),
    );
    const again = await server.call(TOOL, { access_key_id, status: 'Inactive' });
    expect(again.change).toMatchObject({ status: { before: 'Inactive', after: 'Inactive' } });
  });

  test('is found again by the retry of a host to which forms are returned, for a table too', async ({
    startRaw,
    aws,
  }) => {
    const host = modernHost(startRaw(['--approval-wait', '1']));
    const rows = keysOfNewUsers(aws, 2);
    const table = { rows, access_key_id: '{{ key }}' };
    const asked = await host.call('delete_access_key', table);
    expect(asked.forms?.approval).toContain('leaver-001');
    expect(await host.call('delete_access_key', table, agreedTo(asked))).toMatchObject({
      error: null,
      result: rows.map(({ user, key }) => ({
        change: { user_name: user, access_key_id: key, status: { before: 'Active', after: 'deleted' } },
      })),
    });
    expect(changesIn(aws).map(({ parameters }) => parameters.UserName)).toEqual(rows.map(({ user }) => user));
  });
});
