// Calls that end otherwise than planned, and plans that say where a request goes or are refused for a secret in them.
// What calls come to over MCP is in test/through-mcp.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApprovalRequests } from '../src/approval/requests.ts';
import { describePlan } from '../src/plan/describe-plan.ts';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { aHost, ask, call, openProgram, planOf, temporaryFolder } from './actions/program.ts';
import { aDraft } from './approval/a-request.ts';
import { aSandbox } from './sandbox/a-sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await aSandbox();
});

const change = () => ({ user_name: sandbox.company.leakedUser, access_key_id: sandbox.company.leakedKeyId });
const elsewhere = () => ({
  credentials: { from: 'keys', ...sandbox.credentials } as const,
  endpoint: sandbox.endpoint,
  region: 'us-east-1',
});

describe('the plan of a change', () => {
  it('says where the request goes when that is not AWS, and that certificates are not verified', async () => {
    const program = openProgram({ ...elsewhere(), verifySsl: false });
    const plan = await planOf(program, 'delete_access_key', change());
    // As the operator wrote it: what is broken up in foreign text would be harder to check here.
    expect(describePlan(plan)).toContain(`\nSent to: ${sandbox.endpoint}, which is not AWS's own address\n`);
    expect(plan.way.grave).toContain('TLS certificates are not verified on this connection');
  });

  it('says so too once it has waited for the terminal in a file', async () => {
    const plan = await planOf(openProgram(elsewhere()), 'delete_access_key', change());
    const { tool, madeAt, rows, leftOut } = plan;
    const requests = new ApprovalRequests(temporaryFolder());
    const { id } = requests.open(aDraft({ plan: { tool, madeAt, rows, leftOut } })).request;
    expect(describePlan(requests.find(id)?.plan ?? plan)).toContain(`Sent to: ${sandbox.endpoint},`);
  });

  it('says nothing of the kind for the built-in sandbox', async () => {
    expect(describePlan(await planOf(openProgram({ sandbox }), 'delete_access_key', change()))).not.toContain(
      'Sent to',
    );
  });

  it('is refused rather than shown with something blanked out', async () => {
    const program = openProgram({ sandbox });
    // In the ARN that AWS tells, and in no argument.
    program.redactor.register(`:user/${sandbox.company.leakedUser}`);
    const { plan, envelope } = await ask(program, 'delete_access_key', change());
    expect(plan).toBeUndefined();
    expect(envelope.error).toMatch(/^Refused: .*cannot be shown\. Nothing was changed\.$/);
  });

  it('is not even made for a value that is a secret of this program, which goes nowhere', async () => {
    const program = openProgram({ sandbox });
    program.redactor.register(sandbox.company.leakedUser);
    const { plan, envelope } = await ask(program, 'delete_access_key', change());
    expect(plan).toBeUndefined();
    expect(envelope.error).toMatch(/^Refused: a value of this call has a secret/);
    expect(sandbox.log).toEqual([]);
  });
});

describe('an answer that cannot be read', () => {
  it('leaves the outcome unknown, and says where to look', async () => {
    const program = openProgram({ sandbox });
    const { secretAccessKey } = sandbox.credentials;
    sandbox.order({ operation: 'DeleteAccessKey', fault: { kind: 'malformed-xml' } });
    const { error } = await call(program, 'delete_access_key', change());
    expect(error).toMatch(/^OutcomeUnknown: .*look with list_access_keys/);
    expect(error).not.toContain(secretAccessKey);
  });
});

describe('a call that is cancelled in the very moment in which it is agreed to', () => {
  it('changes nothing, and is on record as refused', async () => {
    const program = openProgram({ sandbox });
    const cancelled = new AbortController();
    const { record } = program.audit;
    // After the facts were read, before anything is sent: here, nobody is waited for.
    vi.spyOn(program.audit, 'record').mockImplementation((entry) => {
      if (entry.event === 'asked') cancelled.abort();
      record.call(program.audit, entry);
    });
    const envelope = await call(program, 'delete_access_key', change(), aHost({ signal: cancelled.signal }));
    expect(envelope.error).toBe('ApprovalDismissed: the call was cancelled. Nothing was changed.');
    expect(sandbox.key(sandbox.company.leakedKeyId)?.status).toBe('Active');
    const audit = readFileSync(path.join(program.settings.stateDir, 'audit.jsonl'), 'utf8').trim().split('\n');
    expect(audit.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'asked' },
      { event: 'refused', error: 'ApprovalDismissed' },
    ]);
  });
});
