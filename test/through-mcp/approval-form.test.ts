// Approval by a form, in every way in which a person or a host behaves. Each test asks for the leaked key to be turned
// off, with a moment's patience for the terminal.
import { describe, expect } from 'vitest';
import { changesIn, lastFour, turningOff, turnOff } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import { personWho } from '../e2e/person.ts';
import { auditOf, waitingRequests } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const AUTO = ['--approval-wait', '1'];
const FORM = [...AUTO, '--approval', 'form'];
const TOOL = 'update_access_key';

describe.concurrent('a person who agrees', () => {
  test('is shown whose key it is, how it stands and was used, the account and what will happen', async ({
    start,
    aws,
  }) => {
    const person = personWho.types(lastFour(aws));
    const server = await start({ person });
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toHaveLength(1);
    for (const fact of [
      'Turn off an access key',
      `Account: ${aws.account}`,
      `Acting as: arn:aws:iam::${aws.account}:user/incident-responder`,
      'Connection: default',
      `User: ci-deploy (arn:aws:iam::${aws.account}:user/ci-deploy)`,
      `Access key: ${aws.company.leakedKeyId}: Active; created 2 years ago`,
      'iam in ap-southeast-3',
      'Other keys: none',
      'What happens: Whatever signs with this key stops working',
      'To agree, type the last four characters of the access key.',
    ]) {
      expect(person.read[0]).toContain(fact);
    }
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
  });

  test('may be asked by a host that declares forms as hosts did at first, as an empty object', async ({
    start,
    aws,
  }) => {
    const person = personWho.types(lastFour(aws));
    const server = await start({ person, forms: {}, args: FORM });
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
  });

  test('may mistype once, and is told so', async ({ start, aws }) => {
    const person = personWho.types('nope', lastFour(aws));
    const server = await start({ person });
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toHaveLength(2);
    expect(person.read[1]).toMatch(/^That was not the last four characters of the access key\./);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('agrees to one call only: the next, identical one asks anew', async ({ start, aws }) => {
    const person = personWho.types(lastFour(aws), lastFour(aws), 'no', 'no', 'no');
    const server = await start({ person });
    await server.call(TOOL, turningOff(aws));
    await server.call(TOOL, { ...turningOff(aws), status: 'Active' });
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalPending/);
    expect(person.read).toHaveLength(5);
    expect(changesIn(aws)).toHaveLength(2);
  });

  test('can agree although facts may not be read, which the plan says', async ({ start, aws }) => {
    for (const action of ['GetUser', 'ListAccessKeys', 'GetAccessKeyLastUsed']) aws.deny(`iam:${action}`);
    const person = personWho.types(lastFour(aws));
    const server = await start({ person });
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read[0]).toMatch(/User: ci-deploy \(details: not permitted to read\)/);
    expect(person.read[0]).toMatch(/last use: not permitted to read/);
  });

  test('is warned that a policy makes an administrator', async ({ start, aws }) => {
    const person = personWho.types('LegacyBuildTools');
    const server = await start({ person });
    const args = { user_name: 'tom.okafor', policy_arn: aws.company.wildcardPolicyArn };
    expect((await server.call('attach_user_policy', args)).error).toBeNull();
    expect(person.read[0]).toContain('Allow ＊ on ＊');
    expect(person.read[0]).toMatch(/WARNING: .*administrator/);
  });
});

describe.concurrent('a person who does not agree', () => {
  test('declines: ApprovalDeclined', async ({ start, aws, stateDir }) => {
    const server = await start({ person: personWho.declines(), args: ['--approval-wait', '10'] });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(/^ApprovalDeclined: the person declined.* Nothing was changed\.$/);
    expect(auditOf(stateDir).map(({ event, error: told }) => [event, told])).toEqual([
      ['asked', undefined],
      ['refused', 'ApprovalDeclined'],
    ]);
    expect(waitingRequests(stateDir)).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('declines in an instant once they have mistyped: ApprovalDeclined', async ({ start, aws }) => {
    const server = await start({ person: personWho.mistypesAndDeclines(), args: ['--approval-wait', '10'] });
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalDeclined: the person declined/);
  });

  test('closes the form after reading it: ApprovalDismissed', async ({ start, aws, stateDir }) => {
    const server = await start({ person: personWho.dismisses(), args: ['--approval-wait', '10'] });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(/^ApprovalDismissed: .* Nothing was changed\.$/);
    expect(waitingRequests(stateDir)).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('types something wrong three times: the terminal is left', async ({ start, aws, stateDir }) => {
    const person = personWho.types('yes', aws.company.leakedKeyId, `${lastFour(aws)}x`);
    const server = await start({ person, args: AUTO });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(
      /^ApprovalPending: [\s\S]*Somebody has typed the wrong text 3 times in the form, which is closed now\.$/,
    );
    expect(person.read).toHaveLength(3);
    // That was the end of the form. At a terminal, they may still agree.
    expect(error).toContain(`approve ${waitingRequests(stateDir)[0]?.id}`);
    expect(changesIn(aws)).toEqual([]);
  });
});

// What each host does, and what it comes to with --approval form; with auto the terminal is offered instead.
const HOSTS = [
  { host: 'dismisses the form at once', person: personWho.dismissesAtOnce, code: 'ApprovalDismissed' },
  { host: 'declines the form at once', person: personWho.declinesAtOnce, code: 'ApprovalDismissed' },
  { host: 'accepts without content', person: personWho.acceptsWithoutContent, code: 'ApprovalUnavailable' },
  { host: 'accepts with {}', person: personWho.acceptsWithNothingIn, code: 'ApprovalUnavailable' },
  { host: 'accepts with an empty text', person: () => personWho.types(''), code: 'ApprovalUnavailable' },
  { host: 'accepts with spaces', person: () => personWho.types('   '), code: 'ApprovalUnavailable' },
  { host: 'never answers the form', person: personWho.staysSilent, code: 'ApprovalTimedOut' },
  { host: 'fails to show the form', person: personWho.cannotBeShownAForm, code: 'ApprovalUnavailable' },
  { host: 'declares no forms', person: () => undefined, code: 'ApprovalUnavailable' },
  {
    host: 'shows other kinds of forms only',
    person: personWho.declines,
    forms: { url: {} },
    code: 'ApprovalUnavailable',
  },
];

describe.concurrent('a host that', () => {
  test.for(HOSTS)('$host, with auto: the terminal is offered', async ({ person, forms }, { start, aws, stateDir }) => {
    const server = await start({ person: person(), forms, args: AUTO });
    const { error } = await server.call(TOOL, turningOff(aws));
    const [request] = waitingRequests(stateDir);
    expect(request?.plan.rows[0]?.arguments).toEqual(turningOff(aws));
    expect(error).toMatch(/^ApprovalPending: nothing was changed yet; /);
    expect(error).toContain(`request ${request?.id} waits for a person`);
    expect(error).toMatch(new RegExp(`node \\S+/dist/main\\.js approve ${request?.id} --state-dir ${stateDir}`));
    expect(changesIn(aws)).toEqual([]);
  });

  test.for(HOSTS)('$host, with --approval form: $code', async ({ person, forms, code }, { start, aws, stateDir }) => {
    const fake = person();
    const server = await start({ person: fake, forms, args: FORM });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(new RegExp(`^${code}: .*--approval terminal.*Nothing was changed\\.$`));
    expect(waitingRequests(stateDir)).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('puts what was typed under another name has not asked a person', async ({ start, aws }) => {
    const server = await start({ person: personWho.acceptsWithAnotherField(lastFour(aws)), args: FORM });
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalUnavailable/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('cancels the call while the form is open is asked no further, and its request waits on', async ({
    start,
    aws,
    stateDir,
  }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: ['--approval-wait', '20'] });
    const cancel = new AbortController();
    const call = server.call(TOOL, turningOff(aws), { signal: cancel.signal });
    await person.seesForm;
    cancel.abort('the user pressed stop');
    await expect(call).rejects.toThrow();
    await eventually(() => expect(auditOf(stateDir).at(-1)?.error).toBe('ApprovalDismissed'));
    expect(waitingRequests(stateDir)).toHaveLength(1);
    expect(changesIn(aws)).toEqual([]);
    // The server is well.
    expect((await server.call('list_access_keys', { user_name: 'ci-deploy' })).has_error).toBe(false);
  });

  test('cancels the call while the form is open sees its form taken back', async ({ start, aws }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: ['--approval-wait', '20'] });
    const cancel = new AbortController();
    const call = server.call(TOOL, turningOff(aws), { signal: cancel.signal });
    await person.seesForm;
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(person.takenBack).toBe(1));
  });

  test.for([
    ['cancels and agrees', (cancel: object, agree: object) => [cancel, agree]],
    ['agrees and cancels', (cancel: object, agree: object) => [agree, cancel]],
  ] as const)('%s in one breath changes nothing', async ([, order], { startRaw, aws, stateDir }) => {
    const host = startRaw();
    await host.initialize(true);
    const requestId = host.callTool(TOOL, turningOff(aws));
    const { id } = await host.messageOf('elicitation/create');
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
    const agree = { jsonrpc: '2.0', id, result: { action: 'accept', content: { confirmation: lastFour(aws) } } };
    host.write(
      order(cancel, agree)
        .map((message) => `${JSON.stringify(message)}\n`)
        .join(''),
    );
    await eventually(() => expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'refused']));
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('--approval host', () => {
  test('asks nobody, and says so in the audit', async ({ start, aws, stateDir }) => {
    const person = personWho.declines();
    const server = await start({ person, args: ['--approval', 'host'] });
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toEqual([]);
    expect(waitingRequests(stateDir)).toEqual([]);
    expect(auditOf(stateDir).at(-1)).toMatchObject({ event: 'done', agreedBy: 'host' });
  });
});

describe.concurrent('--approval terminal', () => {
  test('shows no form, though the host has them', async ({ start, aws }) => {
    const person = personWho.types(lastFour(aws));
    const server = await start({ person, args: ['--approval', 'terminal', '--approval-wait', '0'] });
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalPending/);
    expect(person.read).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('facts that change while the form is open', () => {
  test('refuse the agreement, naming what has changed', async ({ start, aws }) => {
    const { leakedKeyId, leakedUser } = aws.company;
    const person = personWho.typesAfter(() => turnOff(aws, leakedKeyId), lastFour(aws));
    const server = await start({ person });
    const args = { user_name: leakedUser, access_key_id: leakedKeyId };
    const { error } = await server.call('delete_access_key', args);
    expect(error ?? 'changed all the same').toMatch(
      /^FactsChanged: .*Access key was '.*Active.*', is '.*Inactive.*Nothing was changed\.$/,
    );
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('a change whose plan cannot name what to type', () => {
  test('is not made when a host accepts with an empty text', async ({ start, aws }) => {
    aws.deny('iam:GetPolicy');
    const server = await start({ person: personWho.types(''), args: FORM });
    // IAM's pattern allows it; the policy's name would be what follows the last slash.
    const args = { user_name: 'tom.okafor', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess/' };
    expect((await server.call('attach_user_policy', args)).has_error).toBe(true);
    expect(changesIn(aws)).toEqual([]);
  });
});
