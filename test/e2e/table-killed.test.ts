// A process that is killed in the middle of a table, at one moment that is always the same; at random ones, many times,
// it is in table-killed.slow.ts.
import { describe, expect } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import { changesIn } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { rowStates } from './journals.ts';
import { agreeInForm, startRawHost } from './raw-host.ts';
import { startRewritingProxy } from './rewriting-proxy.ts';
import { MAIN, test } from './session.ts';
import { keysOfNewUsers } from './tables.ts';

describe('a process that is killed while it waits for the answer to the fourth of eight deletions', () => {
  test('and taken up with resume, deletes every key once, and sends none again that is gone', async ({
    aws,
    env,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 8);
    let deletions = 0;
    const never = new Promise<string>(() => {});
    const proxy = await startRewritingProxy(aws.endpoint, (operation, xml) => {
      if (operation === 'DeleteAccessKey') deletions += 1;
      return operation === 'DeleteAccessKey' && deletions === 4 ? never : xml;
    });
    const callAndAgree = async (resume: boolean) => {
      const args = [MAIN, '--state-dir', stateDir, '--concurrency', '1'];
      const host = startRawHost(args, { ...env, AWS_ENDPOINT_URL: proxy.endpoint });
      await host.initialize(true);
      const table = { rows, user_name: '{{ user }}', access_key_id: '{{ key }}', resume };
      const id = host.callTool('delete_access_key', table);
      return { host, id, text: await agreeInForm(host) };
    };

    const killed = await callAndAgree(false);
    expect(killed.text).toContain('Delete an access key: 8 rows');
    await eventually(() => expect(deletions).toBe(4));
    await eventually(() => expect([...rowStates(stateDir).values()].slice(0, 3)).toEqual(Array(3).fill('done')));
    process.kill(killed.host.pid, 'SIGKILL');
    expect((await killed.host.ended).signal).toBe('SIGKILL');
    // The fourth is gone, which nobody was told; the others had been put on record before their turn, or not yet.
    expect(rowStates(stateDir).get(4)).toBe('sent');
    for (const number of [5, 6, 7, 8]) expect(['sent', undefined]).toContain(rowStates(stateDir).get(number));
    expect(changesIn(aws)).toHaveLength(4);

    const { host, id, text } = await callAndAgree(true);
    expect(text).toContain('Delete an access key: 4 rows');
    const envelope = (await host.answerTo(id)).result?.structuredContent as Envelope;
    expect(await host.stop()).toBe(0);
    expect(host.streams.brokenRules()).toEqual([]);
    expect(envelope).toMatchObject({
      error: null,
      summary: { rows: 8, succeeded: 8, failed: 0, not_attempted: 0 },
      warnings: [
        'Row 4: was sent by an earlier call, and the key is gone now: taken for deleted',
        '3 of the rows were settled by an earlier call, and not sent again.',
      ],
    });
    expect(rowStates(stateDir)).toEqual(new Map(rows.map((_, index) => [index + 1, 'done'])));
    expect(changesIn(aws).map(({ parameters, outcome }) => [parameters.AccessKeyId, outcome])).toEqual(
      rows.map(({ key }) => [key, 'done']),
    );
    await proxy.close();
  });
});
