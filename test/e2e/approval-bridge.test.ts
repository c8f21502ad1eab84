// Approval through a bridge: the built program serves, and runs as `approve --bridge` beside that.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { planDigest } from '../../src/plan/plan.ts';
import { changesIn, lastFour, turningOff } from './aws-account.ts';
import { configWith, newKey, startBridge } from './bridge-process.ts';
import { AT_ONCE, PATIENT, pendingId, waitingCall } from './pending-call.ts';
import { test } from './start-server.ts';
import { auditOf, forgeAnswer } from './state-files.ts';

const TOOL = 'update_access_key';
const ANA = 'ana@example.com';

describe('through a bridge', { concurrent: true }, () => {
  test('a signed yes carries the change out, and the audit names approver and person', async ({
    start,
    aws,
    stateDir,
    folder,
    onTestFinished,
  }) => {
    const { file, approver } = newKey(folder, 'chat');
    const config = configWith(folder, [approver]);
    // Before there is a state dir.
    const bridge = startBridge(stateDir, config, file);
    onTestFinished(() => void bridge.close());
    expect(await bridge.hears('ready')).toEqual({ event: 'ready', approver: 'chat' });
    const server = await start({ args: ['--config', config, ...PATIENT] });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));

    const request = await bridge.hears('request', id);
    expect(request).toMatchObject({
      title: 'Turn off an access key',
      confirm: { what: 'the last four characters of the access key' },
      yesesNeeded: 1,
      rows: 1,
      plan: { tool: TOOL, rows: [{ account: aws.account, arguments: turningOff(aws) }] },
    });
    expect(request.text).toContain(`Access key: ${aws.company.leakedKeyId}: Active`);
    expect(JSON.stringify(request)).not.toContain(`"${lastFour(aws)}"`);

    bridge.answers({ id, decision: 'approve', typed: 'nope', by: ANA });
    expect(await bridge.hears('result', id)).toMatchObject({
      result: 'mistyped',
      why: expect.stringMatching(/last four/),
    });
    expect(changesIn(aws)).toEqual([]);
    bridge.answers({ id, decision: 'approve', typed: lastFour(aws), by: ANA });
    expect((await call).error).toBeNull();
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(auditOf(stateDir).at(-1)?.agreedBy).toBe(`bridge chat ${ANA}`);
    expect(await bridge.hears('ended', id)).toMatchObject({ how: 'used' });
    expect(await bridge.hears('outcome', id)).toMatchObject({ what: 'Turn off an access key: done' });
    expect(bridge.told().filter(({ event }) => event === 'result')).toHaveLength(2);
    expect(await bridge.close()).toBe(0);
    expect(bridge.errors()).toBe('');
  });

  test('a decline reaches the call, and the audit names who declined', async ({
    start,
    aws,
    stateDir,
    folder,
    onTestFinished,
  }) => {
    const { file, approver } = newKey(folder, 'chat');
    const config = configWith(folder, [approver]);
    const server = await start({ args: ['--config', config, ...PATIENT] });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
    const bridge = startBridge(stateDir, config, file);
    onTestFinished(() => void bridge.close());
    await bridge.hears('request', id);
    bridge.answers({ id, decision: 'decline', by: ANA });
    expect((await call).error).toMatch(/^ApprovalDeclined: /);
    expect(await bridge.hears('ended', id)).toMatchObject({ how: 'declined', by: `bridge chat ${ANA}` });
    expect(auditOf(stateDir).at(-1)).toMatchObject({ event: 'refused', declinedBy: `bridge chat ${ANA}` });
    expect(changesIn(aws)).toEqual([]);
  });

  test('what another key signs counts for nothing, though the one who signs believes that it does', async ({
    start,
    aws,
    stateDir,
    folder,
    onTestFinished,
  }) => {
    const [own, stranger] = [newKey(folder, 'chat'), newKey(folder, 'stranger')];
    const config = configWith(folder, [own.approver]);
    const server = await start({ args: ['--config', config, ...AT_ONCE] });
    const id = await pendingId(server, TOOL, turningOff(aws));

    const refused = startBridge(stateDir, config, stranger.file);
    expect(await refused.ended).toBe(2);
    expect(refused.errors()).toMatch(/stranger\.key: this key is no approver's: the config file needs "approvers"/);
    expect(refused.told()).toEqual([]);

    // With a config of its own, in which it is an approver, under the name of another.
    const ofStranger = path.join(folder, 'stranger.json');
    writeFileSync(ofStranger, JSON.stringify({ approvers: [{ ...stranger.approver, name: 'chat' }] }));
    const bridge = startBridge(stateDir, ofStranger, stranger.file);
    onTestFinished(() => void bridge.close());
    await bridge.hears('request', id);
    bridge.answers({ id, decision: 'approve', typed: lastFour(aws), by: ANA });
    expect(await bridge.hears('result', id)).toMatchObject({ result: 'agreed' });
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalDeclined: .*not signed by an approver/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('a yes that was written by hand, by a bridge or in the name of one, counts for nothing', async ({
    start,
    aws,
    stateDir,
    folder,
  }) => {
    const { approver } = newKey(folder, 'chat');
    const server = await start({ args: ['--config', configWith(folder, [approver]), ...AT_ONCE] });
    const forged = { typed: lastFour(aws), by: ANA, at: Date.now() };
    for (const [index, more] of [
      { way: 'bridge' },
      { way: 'bridge', approver: 'chat' },
      { way: 'bridge', approver: 'chat', signature: `${'A'.repeat(86)}==` },
      { way: 'terminal', approver: 'chat' },
    ].entries()) {
      const id = await pendingId(server, TOOL, turningOff(aws));
      const file = path.join(stateDir, 'requests', `${id}.request.json`);
      const { plan } = JSON.parse(readFileSync(file, 'utf8'));
      forgeAnswer(stateDir, id, { ...forged, planDigest: planDigest(plan), ...more });
      const { error } = await server.call(TOOL, turningOff(aws));
      expect(error, String(index)).toMatch(/^ApprovalDeclined: .*not signed by an approver/);
    }
    expect(changesIn(aws)).toEqual([]);
  });
});
