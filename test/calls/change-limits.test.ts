// How many changes an hour a connection may send, over whole calls.
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkChangesLeft, takeChanges } from '../../src/calls/change-limits.ts';
import type { RowCall } from '../../src/calls/row-call.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { ask, call, openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { aCall } from './a-call.ts';

const POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

const attaching = (...users: string[]) => ({
  rows: users.map((user) => ({ user })),
  user_name: '{{ user }}',
  policy_arn: POLICY,
});
const attached = () => sandbox.log.filter(({ operation }) => operation === 'AttachUserPolicy').length;
const limited = (maxChangesPerHour: number, more: Parameters<typeof openProgram>[1] = {}) =>
  openProgram({ sandbox, maxChangesPerHour }, more);

describe('a limit on changes', () => {
  it('lets through as many as it says, and tells when the next is possible', async () => {
    const program = limited(2);
    const given = { user_name: 'ci-deploy', policy_arn: POLICY };
    expect((await call(program, 'attach_user_policy', given)).error).toBeNull();
    expect((await call(program, 'attach_user_policy', { ...given, dry_run: true })).error).toBeNull();
    expect((await call(program, 'list_access_keys', { user_name: 'ci-deploy' })).error).toBeNull();
    expect((await call(program, 'attach_user_policy', given)).error).toBeNull();
    const { error } = await call(program, 'attach_user_policy', given);
    expect(error).toMatch(
      /^Refused: the rule maxChangesPerHour of the connection 'default' leaves 0 of 2 changes within an hour; one more change is possible at \d\d:\d\d:\d\d UTC\. Nothing was changed\.$/,
    );
    expect(attached()).toBe(2);
  });

  it('refuses a table with more rows than are left as a whole, before a person is asked', async () => {
    const program = limited(2);
    const { plan, envelope } = await ask(
      program,
      'attach_user_policy',
      attaching('ci-deploy', 'tom.okafor', sandbox.company.neverUsedUser),
    );
    expect(plan).toBeUndefined();
    expect(envelope.error).toMatch(
      /^Refused: the rule maxChangesPerHour of .* leaves 2 of 2 changes within an hour; one call can never have more than 2: split the table\./,
    );
    expect(attached()).toBe(0);
  });

  it('counts the rows that can be done, and not those that were not sent', async () => {
    const program = limited(2);
    const { summary } = await call(program, 'attach_user_policy', attaching('ci-deploy', 'no name', 'tom.okafor'));
    expect(summary).toMatchObject({ succeeded: 2, failed: 1 });
    expect((await call(program, 'attach_user_policy', attaching('ci-deploy'))).error).toMatch(
      /^Refused: .* leaves 0 of 2/,
    );
  });

  it('counts for every process on the state dir, and for what AWS refuses', async () => {
    const { settings } = limited(1);
    const stateDir = settings.stateDir;
    sandbox.order({ operation: 'AttachUserPolicy', fault: { kind: 'html', status: 200 } });
    expect((await call(limited(1, { stateDir }), 'attach_user_policy', attaching('ci-deploy'))).summary).toMatchObject({
      failed: 1,
    });
    expect((await call(limited(1, { stateDir }), 'attach_user_policy', attaching('ci-deploy'))).error).toMatch(
      /^Refused: .* leaves 0 of 1/,
    );
  });

  it('refuses where its file is broken, and sends nothing', async () => {
    const program = limited(5);
    await call(program, 'attach_user_policy', attaching('ci-deploy'));
    const folder = path.join(program.settings.stateDir, 'changes');
    appendFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'x\n');
    expect((await call(program, 'attach_user_policy', attaching('tom.okafor'))).error).toMatch(
      /^Refused: how many changes/,
    );
    expect(attached()).toBe(1);
  });
});

describe('what is taken of a limit', () => {
  const row = (label = 'one', maxChangesPerHour: number | undefined = 2): RowCall =>
    aCall({ connection: { label, maxChangesPerHour } });

  it('is taken back where the yes cannot be used after all', () => {
    const program = openProgram({});
    const fail = () => {
      throw new Error('another call was first');
    };
    expect(() => takeChanges([row(), row()], program, fail)).toThrow('another call was first');
    expect(() => checkChangesLeft([row(), row()], program)).not.toThrow();
  });

  it('is checked again when others have sent meanwhile, for all connections or none', () => {
    const program = openProgram({});
    takeChanges([row('two'), row('two')], program, () => {});
    let claims = 0;
    const both = [row('one'), row('two')];
    expect(() =>
      takeChanges(both, program, () => {
        claims += 1;
      }),
    ).toThrow(/'two' leaves 0 of 2 changes/);
    expect(claims).toBe(0);
    expect(() => checkChangesLeft([row('one'), row('one')], program)).not.toThrow();
  });

  it('is given back for rows that were not attempted', () => {
    const program = openProgram({});
    const calls = [row(), row()];
    const taken = takeChanges(calls, program, () => {});
    taken.settle(
      new Map([
        [calls[0] as RowCall, { is: 'failed', error: new Error('refused by AWS') }],
        [calls[1] as RowCall, { is: 'not-attempted', why: 'the call was cancelled' }],
      ]),
    );
    expect(() => checkChangesLeft([row()], program)).not.toThrow();
    expect(() => checkChangesLeft(calls, program)).toThrow(/1 of 2/);
  });

  it('stays taken where that cannot be written, and the changes go on', () => {
    const program = openProgram({});
    const calls = [row(), row()];
    const taken = takeChanges(calls, program, () => {});
    const folder = path.join(program.settings.stateDir, 'changes');
    for (const name of readdirSync(folder)) {
      rmSync(path.join(folder, name));
      mkdirSync(path.join(folder, name));
    }
    expect(() => taken.settle(new Map([[calls[0] as RowCall, { is: 'not-attempted', why: '' }]]))).not.toThrow();
  });

  it('is nothing for connections without a limit', () => {
    const program = openProgram({});
    const calls = [aCall({}), aCall({})];
    takeChanges(calls, program, () => {}).settle(new Map());
    expect(() => readdirSync(path.join(program.settings.stateDir, 'changes'))).toThrow('ENOENT');
  });
});
