// Roles: assumed once however many wait, kept until shortly before they end, and never in the name of anyone else.
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Credentials } from '../../src/iam/credentials.ts';
import { RoleSessions } from '../../src/iam/roles.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Connection } from '../../src/settings/connection.ts';
import { call, openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { useEmptyHome } from './aws-home.ts';

const GIVEN = { user_name: 'ci-deploy' };
const OPERATOR = 'arn:aws:iam::111122223333:user/incident-responder';
const MINUTE = 60_000;
let sandbox: Sandbox;

beforeEach(async () => {
  useEmptyHome();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  sandbox = await aSandbox();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const assumed = () => sandbox.log.filter(({ operation }) => operation === 'AssumeRole');
const sessionOf = (role: string, name = 'aws-iam-mcp') =>
  `arn:aws:sts::111122223333:assumed-role/${role}/${name}` as const;

function open(connection: Partial<Connection> = {}) {
  const program = openProgram({ sandbox, ...connection });
  return (role_arn?: string) => call(program, 'list_access_keys', { ...GIVEN, role_arn });
}

describe('a role', () => {
  it('is assumed once by fifty calls at once, and by those after them not at all', async () => {
    const list = open();
    const envelopes = await Promise.all(Array.from({ length: 50 }, () => list(sandbox.company.responderRoleArn)));
    expect(new Set(envelopes.map(({ error }) => error))).toEqual(new Set([null]));
    await list(sandbox.company.responderRoleArn);
    expect(assumed()).toHaveLength(1);
    expect(sandbox.log.filter(({ caller }) => caller === sessionOf('responder'))).toHaveLength(51);
  });

  it('of the connection is assumed for every call, with what the connection says', async () => {
    const role = {
      arn: sandbox.company.responderRoleArn,
      sessionName: 'night-shift@northwind',
      durationSeconds: 900,
    };
    expect((await open({ role })()).error).toBeNull();
    expect(sandbox.log).toMatchObject([
      {
        operation: 'AssumeRole',
        caller: OPERATOR,
        parameters: { RoleArn: role.arn, RoleSessionName: role.sessionName, DurationSeconds: '900' },
      },
      { operation: 'ListAccessKeys', caller: sessionOf('responder', role.sessionName) },
    ]);
  });

  it('without a name for its session carries the name of this program, and no length or external id', async () => {
    await open()(sandbox.company.responderRoleArn);
    expect(assumed()[0]?.parameters).toEqual({
      RoleArn: sandbox.company.responderRoleArn,
      RoleSessionName: 'aws-iam-mcp',
    });
  });

  it('that was asked for is assumed from the role of the connection', async () => {
    const list = open({ role: { arn: sandbox.company.responderRoleArn } });
    // The sandbox lets none but the operator become a role: that it refuses the session shows whose request it was.
    const { error } = await list(sandbox.company.auditorRoleArn);
    expect(error).toContain(`User: ${sessionOf('responder')} is not authorized to perform: sts:AssumeRole`);
    expect(sandbox.log).toMatchObject([
      { operation: 'AssumeRole', caller: OPERATOR, outcome: 'done' },
      { operation: 'AssumeRole', caller: sessionOf('responder'), outcome: 'refused' },
    ]);
  });

  it.each([
    ['without its external id', undefined, false],
    ['with a wrong external id', 'northwind-audit-2', false],
    ['with its external id', 'northwind-audit', true],
  ])('that wants an external id: %s', async (_, externalId, isAdmitted) => {
    const { error } = await open({ role: { arn: sandbox.company.auditorRoleArn, externalId } })();
    expect(assumed()[0]?.parameters.ExternalId).toBe(externalId);
    if (isAdmitted) {
      expect(error).toBeNull();
      expect(sandbox.log.at(-1)).toMatchObject({ operation: 'ListAccessKeys', caller: sessionOf('auditor') });
    } else {
      expect(error).toMatch(new RegExp(`^AccessDenied: User: ${OPERATOR} .*${sandbox.company.auditorRoleArn}`));
      expect(error).toMatch(/trust policy \(with its external id\) does not admit the caller$/);
      expect(sandbox.log).toHaveLength(1);
    }
  });

  it("does not take the connection's external id to another role", async () => {
    const list = open({ role: { arn: sandbox.company.responderRoleArn, externalId: 'northwind-audit' } });
    await list(sandbox.company.auditorRoleArn);
    expect(assumed().map(({ parameters }) => parameters.ExternalId)).toEqual(['northwind-audit', undefined]);
  });

  it('that was refused is tried again by the next call', async () => {
    const list = open();
    const fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Not yet.' } as const;
    sandbox.order({ operation: 'AssumeRole', fault });
    expect((await list(sandbox.company.responderRoleArn)).error).toMatch(/^AccessDenied: Not yet/);
    expect((await list(sandbox.company.responderRoleArn)).error).toBeNull();
    expect(assumed()).toHaveLength(2);
  });

  it('that is refused to fifty calls at once is tried once, and told to all', async () => {
    const list = open();
    const envelopes = await Promise.all(Array.from({ length: 50 }, () => list(sandbox.company.auditorRoleArn)));
    expect(new Set(envelopes.map(({ error }) => error?.slice(0, 13)))).toEqual(new Set(['AccessDenied:']));
    expect(assumed()).toHaveLength(1);
  });

  it.each([
    ['that is asked for', 'role_arn', {}, 'arn:aws-cn:iam::111122223333:role/responder'],
    [
      'of the connection',
      "the connection's roleArn",
      { role: { arn: 'arn:aws-us-gov:iam::111122223333:role/responder' } },
      undefined,
    ],
  ])('%s, of another partition, is refused before anything is sent', async (_, field, connection, role_arn) => {
    const { error } = await open(connection)(role_arn);
    expect(error).toMatch(new RegExp(`^InvalidArguments: ${field}: arn:aws-\\S+ is of the partition aws-[a-z-]+, and`));
    expect(error).toMatch(/this connection's region is in aws$/);
    expect(sandbox.log).toEqual([]);
  });

  it('of another partition is refused even before a profile has assumed its own', async () => {
    const list = openProfile();
    expect((await list('arn:aws-cn:iam::111122223333:role/responder')).error).toMatch(/^InvalidArguments: role_arn: /);
    expect(sandbox.log).toEqual([]);
  });
});

/** A profile that names a role, and the one that it is assumed from. */
function openProfile(more = '', role = 'arn:aws:iam::111122223333:role/responder') {
  const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  files.credentials(`[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
  files.config(`[profile responder]\nrole_arn = ${role}\nsource_profile = base\n${more}`);
  const program = openProgram({ profile: 'responder' });
  return (role_arn?: string, tool = 'list_access_keys', given = {}) =>
    call(program, tool, { ...GIVEN, ...given, role_arn });
}

describe('the role of a profile', () => {
  it('is assumed once by fifty calls at once, in a session of the name of this program', async () => {
    const list = openProfile();
    const envelopes = await Promise.all(Array.from({ length: 50 }, () => list()));
    expect(new Set(envelopes.map(({ error }) => error))).toEqual(new Set([null]));
    expect(assumed()).toMatchObject([{ caller: OPERATOR, parameters: { RoleSessionName: 'aws-iam-mcp' } }]);
    expect(sandbox.log.at(-1)?.caller).toBe(sessionOf('responder'));
  });

  it('keeps what the profile says of its session', async () => {
    await openProfile('role_session_name = night-shift\nduration_seconds = 1800\nexternal_id = some-id\n')();
    expect(assumed()[0]?.parameters).toMatchObject({
      RoleSessionName: 'night-shift',
      DurationSeconds: '1800',
      ExternalId: 'some-id',
    });
  });

  it('has the same caller after it was assumed anew', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const list = openProfile('duration_seconds = 900\n');
    await list();
    vi.setSystemTime(Date.now() + 16 * MINUTE);
    expect((await list()).error).toBeNull();
    expect(assumed()).toHaveLength(2);
    const callers = sandbox.log.filter(({ operation }) => operation === 'ListAccessKeys').map(({ caller }) => caller);
    expect(callers).toEqual([sessionOf('responder'), sessionOf('responder')]);
  });

  it('of another partition is refused before anything is sent', async () => {
    const { error } = await openProfile('', 'arn:aws-cn:iam::111122223333:role/responder')();
    expect(error).toMatch(/^InvalidArguments: the profile's role_arn: arn:aws-cn:\S+ is of the partition aws-cn/);
    expect(sandbox.log).toEqual([]);
  });

  it('does not hide the key that it was assumed with: that key is not turned off', async () => {
    const change = openProfile();
    const given = {
      user_name: 'incident-responder',
      access_key_id: sandbox.credentials.accessKeyId,
      status: 'Inactive',
    };
    expect((await change(undefined, 'update_access_key', given)).error).toMatch(/^Refused: .*Nothing was changed\.$/);
    expect(sandbox.key(sandbox.credentials.accessKeyId)?.status).toBe('Active');
  });
});

describe('the session of a role', () => {
  it('is kept until five minutes before its end, then assumed anew once', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const list = open({ role: { arn: sandbox.company.responderRoleArn, durationSeconds: 900 } });
    const start = Date.now();
    await list();
    vi.setSystemTime(start + 9.5 * MINUTE);
    await list();
    expect(assumed()).toHaveLength(1);
    vi.setSystemTime(start + 10.5 * MINUTE);
    await Promise.all(Array.from({ length: 20 }, () => list()));
    expect(assumed()).toHaveLength(2);
    expect(sandbox.log.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
  });

  const HOUR = 60 * MINUTE;
  function sessions() {
    const clock = { now: 1_000_000_000_000 };
    const kept = new RoleSessions(() => clock.now);
    let made = 0;
    const assume = vi.fn(async (lifeMs: number | undefined = HOUR): Promise<Credentials> => {
      made += 1;
      return {
        accessKeyId: `ASIA${made}`,
        secretAccessKey: 'secret',
        sessionToken: 'token',
        ...(lifeMs > 0 && { expiration: new Date(clock.now + lifeMs) }),
      };
    });
    return { clock, kept, assume };
  }

  it('is as good up to five minutes before its end, and no longer', async () => {
    const { clock, kept, assume } = sessions();
    const first = await kept.get('a', () => assume());
    clock.now += HOUR - 5 * MINUTE - 1;
    expect(await kept.get('a', () => assume())).toBe(first);
    clock.now += 1;
    expect(await kept.get('a', () => assume())).not.toBe(first);
    expect(assume).toHaveBeenCalledTimes(2);
  });

  it('is assumed anew by one of those that find it ended, and the others get the same', async () => {
    const { clock, kept, assume } = sessions();
    await kept.get('a', () => assume());
    clock.now += HOUR;
    const got = await Promise.all(Array.from({ length: 50 }, () => kept.get('a', () => assume())));
    expect(new Set(got.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['ASIA2']));
    expect(assume).toHaveBeenCalledTimes(2);
  });

  it('of another role or another caller is another', async () => {
    const { kept, assume } = sessions();
    const [first, second] = await Promise.all([kept.get('a', () => assume()), kept.get('b', () => assume())]);
    expect(first.accessKeyId).not.toBe(second.accessKeyId);
  });

  it.each([
    ['that is shorter than what must be left', 4 * MINUTE],
    ['of which nobody says when it ends', 0],
  ])('%s is good for whom it was assumed, and not kept', async (_, lifeMs) => {
    const { kept, assume } = sessions();
    const got = await Promise.all(Array.from({ length: 3 }, () => kept.get('a', () => assume(lifeMs))));
    expect(got.every(({ accessKeyId }) => accessKeyId.startsWith('ASIA'))).toBe(true);
    const before = assume.mock.calls.length;
    await kept.get('a', () => assume(lifeMs));
    expect(assume).toHaveBeenCalledTimes(before + 1);
  });

  it('that could not be had is nothing to those that come later', async () => {
    const { kept, assume } = sessions();
    const fail = vi.fn(async (): Promise<Credentials> => {
      throw new Error('not now');
    });
    const failed = await Promise.allSettled(Array.from({ length: 3 }, () => kept.get('a', fail)));
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(fail).toHaveBeenCalledTimes(1);
    expect((await kept.get('a', () => assume())).accessKeyId).toBe('ASIA1');
  });
});
