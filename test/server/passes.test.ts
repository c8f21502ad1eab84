// A call of a tool from its first pass to its last: what a person is asked for in between, and what comes once for all.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import type { Program } from '../../src/calls/program.ts';
import { CallError } from '../../src/errors.ts';
import type { Account } from '../../src/iam/account.ts';
import { MfaCodeNeeded } from '../../src/iam/mfa.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { askingByPush } from '../../src/server/legacy-asking.ts';
import { type AskForMfaCode, MfaForms } from '../../src/server/mfa-codes.ts';
import { serveCall } from '../../src/server/passes.ts';
import { type Arguments, aHost, connectionTo, ended, openProgram, temporaryFolder } from '../actions/program.ts';
import { auditOf } from '../e2e/state-files.ts';
import { useEmptyHome } from '../iam/aws-home.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const ANA = 'arn:aws:iam::111122223333:mfa/ana';
const BEN = 'arn:aws:iam::111122223333:mfa/ben';
const LIST = { user_name: 'ci-deploy' };
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

/** A connection for each profile of these devices, and one, `free`, that needs no code. */
function openGuarded(devices: Record<string, string>, settings: Parameters<typeof openProgram>[1] = {}): Program {
  const files = useEmptyHome({ AWS_ENDPOINT_URL: sandbox.endpoint });
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  files.credentials(`[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
  const profiles = Object.entries(devices).map(
    ([name, device]) =>
      `[profile ${name}]\nrole_arn = ${sandbox.company.responderRoleArn}\nsource_profile = base\nmfa_serial = ${device}\n`,
  );
  files.config(profiles.join(''));
  const names = [...Object.keys(devices), 'free'];
  const connections = names.map(
    (label) => [label, connectionTo({ label, profile: label === 'free' ? 'base' : label })] as const,
  );
  return { ...openProgram({}, settings), connections: new Map(connections), defaultLabel: names[0] };
}

/** A person who types these codes, one after another, and what they were asked. */
function types(...codes: (string | Error)[]) {
  const asked: string[] = [];
  const ask: AskForMfaCode = async (device, { again }) => {
    asked.push(again ? `${device} again` : device);
    const code = codes.shift();
    if (typeof code === 'string') return code;
    throw code ?? new Error('nobody types more');
  };
  return { asked, ask };
}

const declined = () => new CallError('NoCredentials', 'no MFA code was given');

interface Serving {
  ask?: AskForMfaCode;
  forms?: MfaForms;
  signal?: AbortSignal;
}

function serve(program: Program, tool: string, given: Arguments, serving: Serving = {}) {
  const action = ACTIONS.find(({ name }) => name === tool);
  if (!action) throw new Error(`There is no action ${tool}`);
  const { ask, forms = new MfaForms(), signal = new AbortController().signal } = serving;
  const host = aHost({ signal });
  const askForApproval = async () => {
    throw new Error('it asks for approval');
  };
  const asking = askingByPush({ forms, askForMfaCode: ask, askForApproval });
  return ended(serveCall(given, { action, program, host, asking }));
}

const codesSent = () =>
  sandbox.log.flatMap(({ operation, parameters }) => (operation === 'AssumeRole' ? [parameters.TokenCode] : []));

const overConnections = (...labels: string[]) => ({
  ...LIST,
  connection: '{{ to }}',
  rows: labels.map((to) => ({ to })),
});

describe('a call that needs an MFA code', () => {
  it('is made again with it, and the next call needs none', async () => {
    const program = openGuarded({ ana: ANA });
    const { asked, ask } = types('123456');
    expect((await serve(program, 'list_access_keys', LIST, { ask })).error).toBeNull();
    expect((await serve(program, 'list_access_keys', LIST, { ask })).error).toBeNull();
    expect(asked).toEqual([ANA]);
    expect(codesSent()).toEqual(['123456']);
  });

  it('makes a change once', async () => {
    const program = openGuarded({ ana: ANA });
    const { error } = await serve(program, 'create_access_key', LIST, types('123456'));
    expect(error).toBeNull();
    expect(sandbox.log.filter(({ operation }) => operation === 'CreateAccessKey')).toHaveLength(1);
    expect(sandbox.log.filter(({ operation }) => operation === 'GetCallerIdentity')).toHaveLength(1);
  });

  it('ends with what AWS says of a code, and nobody is asked twice', async () => {
    const program = openGuarded({ ana: ANA });
    const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code 000000.';
    sandbox.order({ operation: 'AssumeRole', fault: { kind: 'error', status: 403, code: 'AccessDenied', message } });
    const { asked, ask } = types('000000', '123456');
    const { error } = await serve(program, 'create_access_key', LIST, { ask });
    expect(error).toMatch(/^AccessDenied: .*invalid MFA one time pass code \(the code\).*Nothing was changed\.$/);
    expect(asked).toEqual([ANA]);
  });

  it('has no credentials when the person types none', async () => {
    const { asked, ask } = types(declined());
    const { error } = await serve(openGuarded({ ana: ANA }), 'create_access_key', LIST, { ask });
    expect(error).toBe('NoCredentials: no MFA code was given. Nothing was changed.');
    expect(asked).toEqual([ANA]);
    expect(sandbox.log).toEqual([]);
  });

  it('has no credentials where the host has no forms, and says what helps', async () => {
    const { error } = await serve(openGuarded({ ana: ANA }), 'list_access_keys', LIST);
    expect(error).toMatch(/^NoCredentials: profile 'ana' asks for an MFA code, .*aws sts get-session-token/);
    expect(sandbox.log).toEqual([]);
  });

  it('gives the person more time than it has itself', async () => {
    await import('../../src/iam/reach.ts');
    const program = openGuarded({ ana: ANA }, { callTimeout: 1.5 });
    const ask = async () => {
      await sleep(1600);
      return '123456';
    };
    expect((await serve(program, 'list_access_keys', LIST, { ask })).error).toBeNull();
  });

  it('ends when it is cancelled while the person is asked', async () => {
    const cancelled = new AbortController();
    const ask = async () => {
      cancelled.abort();
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    };
    const program = openGuarded({ ana: ANA });
    const { error } = await serve(program, 'list_access_keys', LIST, { ask, signal: cancelled.signal });
    expect(error).toMatch(/^ApprovalDismissed: /);
    expect(sandbox.log).toEqual([]);
  });

  it('ends when codes are needed again and again', async () => {
    const program = openGuarded({ ana: ANA });
    const open = vi.fn(async (): Promise<Account> => {
      throw new MfaCodeNeeded([ANA]);
    });
    program.accounts.open = open;
    const { error } = await serve(program, 'list_access_keys', LIST, { ask: async () => '123456' });
    expect(error).toMatch(/^NoCredentials: MFA codes were asked for again and again/);
    // One more than it has asked for: what is typed last is used.
    expect(open).toHaveBeenCalledTimes(9);
  });
});

describe('a table that needs MFA codes', () => {
  it('asks for those of all devices, one after another, before it sends anything', async () => {
    const program = openGuarded({ ana: ANA, ben: BEN });
    let open = 0;
    const asked: string[] = [];
    const ask = async (device: string) => {
      open += 1;
      expect([open, codesSent()]).toEqual([1, []]);
      await sleep(10);
      open -= 1;
      asked.push(device);
      return device === ANA ? '111111' : '222222';
    };
    const { summary } = await serve(program, 'list_access_keys', overConnections('ana', 'ben', 'ana'), { ask });
    expect(summary).toMatchObject({ succeeded: 3 });
    expect(asked.sort()).toEqual([ANA, BEN]);
    expect(codesSent().sort()).toEqual(['111111', '222222']);
  });

  it('asks for another code of a device that signs in to two connections', async () => {
    const program = openGuarded({ one: ANA, two: ANA });
    const { asked, ask } = types('111111', '222222');
    const { summary } = await serve(program, 'list_access_keys', overConnections('one', 'two'), { ask });
    expect(summary).toMatchObject({ succeeded: 2 });
    expect(asked).toEqual([ANA, `${ANA} again`]);
    expect(codesSent()).toEqual(['111111', '222222']);
  });

  it.each<[string, Serving['ask'], RegExp]>([
    ['the person types none', types(declined()).ask, /^NoCredentials: no MFA code was given/],
    ['the host has no forms', undefined, /^NoCredentials: profile 'ana' asks for an MFA code/],
  ])('goes on with its other rows when %s', async (_, ask, error) => {
    const program = openGuarded({ ana: ANA });
    const given = { ...overConnections('ana', 'free'), detail: 'full' };
    const { summary, result } = await serve(program, 'list_access_keys', given, { ask });
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(result).toMatchObject([{ error: expect.stringMatching(error) }, { error: null }]);
  });
});

describe('a table whose result goes to a file', () => {
  it('finds nothing of its earlier pass in the way', async () => {
    const program = openGuarded({ ana: ANA }, { files: temporaryFolder() });
    const given = { ...overConnections('ana'), output_file: 'keys.csv' };
    const { error, files } = await serve(program, 'list_access_keys', given, types('123456'));
    expect(error).toBeNull();
    expect(files).toMatchObject([{ name: 'keys.csv' }]);
  });
});

describe('a table of changes that is taken up again', () => {
  it('is found by the pass that has the code, as by the one before', async () => {
    const stateDir = path.join(temporaryFolder(), 'state');
    const error = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } as const;
    sandbox.order({ operation: 'CreateAccessKey', fault: error });
    const rows = [sandbox.company.neverUsedUser, sandbox.company.leakedUser].map((user) => ({ user }));
    const given = { user_name: '{{ user }}', rows };
    const begin = openGuarded({ ana: ANA }, { stateDir });
    const { summary } = await serve(begin, 'create_access_key', given, types('123456'));
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
    const goOn = openGuarded({ ana: ANA }, { stateDir });
    const resumed = await serve(goOn, 'create_access_key', { ...given, resume: true }, types('234567'));
    expect(resumed.summary).toMatchObject({ succeeded: 2 });
    expect(codesSent()).toEqual(['123456', '234567']);
  });
});

describe('a call that asks for approval', () => {
  const newKey = { user_name: 'ci-deploy' };
  const action = ACTIONS.find(({ name }) => name === 'create_access_key');

  function serveAsking(program: Program, askForApproval: () => Promise<void>, signal = new AbortController().signal) {
    if (!action) throw new Error('there are actions');
    const host = aHost({ hasForms: true, signal });
    const asking = askingByPush({ forms: new MfaForms(), askForMfaCode: undefined, askForApproval });
    return ended(serveCall(newKey, { action, program, host, asking }));
  }
  const open = () => openProgram({ sandbox }, { approval: 'form' });
  const auditIn = (program: Program) => auditOf(program.settings.stateDir).map(({ event, error }) => [event, error]);

  it('ends when the form comes to nothing again and again', async () => {
    const program = open();
    const ask = vi.fn(async () => {});
    const { error } = await serveAsking(program, ask);
    expect(error).toBe(
      'ApprovalUnavailable: the form was taken back again and again; call again. Nothing was changed.',
    );
    expect(ask).toHaveBeenCalledTimes(8);
    expect(auditIn(program)).toEqual([
      ['asked', undefined],
      ['refused', 'ApprovalUnavailable'],
    ]);
  });

  it('ends when it is cancelled meanwhile, and is on record', async () => {
    const program = open();
    const cancelled = new AbortController();
    const { error } = await serveAsking(program, async () => cancelled.abort(), cancelled.signal);
    expect(error).toMatch(/^ApprovalDismissed: the call was cancelled/);
    expect(auditIn(program).at(-1)).toEqual(['refused', 'ApprovalDismissed']);
  });

  it('ends when nobody can be asked, and is on record', async () => {
    const program = open();
    const ask = async () => {
      throw new CallError('ApprovalUnavailable', 'requests cannot be kept (no space left)');
    };
    const { error } = await serveAsking(program, ask);
    expect(error).toBe('ApprovalUnavailable: requests cannot be kept (no space left). Nothing was changed.');
    expect(auditIn(program).at(-1)).toEqual(['refused', 'ApprovalUnavailable']);
  });
});

describe('calls that come at once', () => {
  it('ask once for the code that all of them need', async () => {
    const program = openGuarded({ ana: ANA });
    const forms = new MfaForms();
    const asked: string[] = [];
    const ask = async (device: string) => {
      asked.push(device);
      await sleep(100);
      return '123456';
    };
    const calls = Array.from({ length: 5 }, () => serve(program, 'list_access_keys', LIST, { ask, forms }));
    expect((await Promise.all(calls)).map(({ error }) => error)).toEqual(Array(5).fill(null));
    expect(asked).toEqual([ANA]);
    expect(codesSent()).toEqual(['123456']);
  });

  it('ask again when the one that asked was cancelled', async () => {
    const program = openGuarded({ ana: ANA });
    const forms = new MfaForms();
    const cancelled = new AbortController();
    const first = serve(program, 'list_access_keys', LIST, {
      forms,
      signal: cancelled.signal,
      ask: async () => {
        await sleep(100);
        cancelled.abort();
        throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
      },
    });
    const { asked, ask } = types('123456');
    await sleep(50);
    const second = serve(program, 'list_access_keys', LIST, { forms, ask });
    expect((await first).error).toMatch(/^ApprovalDismissed: /);
    expect((await second).error).toBeNull();
    expect(asked).toEqual([ANA]);
  });

  it('are all without credentials when the person types none', async () => {
    const program = openGuarded({ ana: ANA });
    const forms = new MfaForms();
    const asked: string[] = [];
    const ask = async (device: string) => {
      asked.push(device);
      await sleep(100);
      throw declined();
    };
    const calls = Array.from({ length: 3 }, () => serve(program, 'list_access_keys', LIST, { ask, forms }));
    for (const { error } of await Promise.all(calls)) expect(error).toBe('NoCredentials: no MFA code was given');
    expect(asked).toEqual([ANA]);
  });
});

describe('once for a call, however many passes it takes', () => {
  it('it tells what a cancelled call left to tell, before its own warnings', async () => {
    const program = openGuarded({ ana: ANA });
    program.notices.push('An earlier call was cancelled');
    const connection = program.connections.get('ana');
    if (!connection) throw new Error('no connection');
    const unverified = { ...program, connections: new Map([['ana', { ...connection, verifySsl: false }]]) };
    const { warnings } = await serve(unverified, 'list_access_keys', LIST, types('123456'));
    expect(warnings).toEqual([
      'An earlier call was cancelled',
      "TLS certificates are not verified on the connection 'ana'.",
    ]);
    expect(program.notices).toEqual([]);
  });

  it('it leaves what there is to tell to the next call when it is cancelled', async () => {
    const program = openGuarded({ ana: ANA });
    program.notices.push('An earlier call was cancelled');
    const { warnings } = await serve(program, 'list_access_keys', LIST, { signal: AbortSignal.abort() });
    expect(warnings).toBeUndefined();
    expect(program.notices).toHaveLength(1);
  });

  it('it is in the log', async () => {
    const program = openGuarded({ ana: ANA });
    await serve(program, 'list_access_keys', LIST, types('123456'));
    const log = readFileSync(path.join(program.settings.stateDir, 'server.log'), 'utf8').trim().split('\n');
    expect(log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'call')).toMatchObject([
      { tool: 'list_access_keys', error: '' },
    ]);
  });
});
