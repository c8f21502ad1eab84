// The rules of a connection as a config file has them.
import { describe, expect, it } from 'vitest';
import { checkRules } from '../../src/calls/check-rules.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import { complaint, load, loadOne } from './config-folder.ts';

const RULES = {
  protectedUsers: ['break-glass-*', '{{ env.ADMIN }}'],
  allowPolicies: ['ReadOnly*', 'arn:aws:iam::111122223333:policy/audit-*', 'arn:aws-cn:iam::aws:policy/job-function/X'],
  denyPolicies: ['*Admin*', 'arn:aws:iam::*:policy/PowerUser?ccess'],
  maxChangesPerHour: 20,
  twoPeople: ['attach_user_policy'],
};

describe('the rules of a connection', () => {
  it('are those of the file, with their templates rendered', async () => {
    const { connection } = await loadOne(RULES, { ADMIN: 'root-admin' });
    expect(connection).toMatchObject({ ...RULES, protectedUsers: ['break-glass-*', 'root-admin'] });
  });

  it('are none where the file has none', async () => {
    const { connection } = await loadOne({});
    for (const rule of Object.keys(RULES)) expect(connection[rule as keyof typeof connection]).toBeUndefined();
  });

  it.each([
    ['protectedUsers', ['user/alice'], /protectedUsers\[0\]: .*expected the name of a user, or a pattern/],
    ['protectedUsers', ['ok', 'bob smith'], /protectedUsers\[1\]: .*name of a user/],
    ['protectedUsers', 'alice', /expected an array of patterns/],
    ['protectedUsers', ['{{ env.NOTHING }}'], /protectedUsers\[0\]: /],
    ['denyPolicies', ['arn:aws:iam::aws:policy/job-function/*'], /pattern of some without a path/],
    ['denyPolicies', ['arn:aws:iam::aws:user/x'], /managed policy/],
    ['allowPolicies', ['job-function/X'], /managed policy/],
    ['allowPolicies', [''], /managed policy/],
    ['maxChangesPerHour', 0, /expected a whole number from 1 to 10000/],
    ['maxChangesPerHour', 2.5, /expected a whole number from 1 to 10000/],
    ['maxChangesPerHour', '20', /expected a whole number from 1 to 10000/],
    ['protectedUser', ['a'], /unknown; did you mean protectedUsers\?/],
  ])('stop the start where %s is %o', async (rule, value, why) => {
    expect(await complaint(loadOne({ [rule]: value }))).toMatch(why);
  });
});

describe('tools for which two people are needed', () => {
  const settings = { ...settingsSchema.parse({}), approvers: [{ name: 'bot', publicKey: 'not looked at here' }] };
  const check = async (twoPeople: string[], changes: object = {}) => {
    const loaded = await load({ connections: [{ label: 'one' }, { label: 'two', twoPeople }] });
    checkRules(loaded, { ...settings, ...changes });
  };

  it('are tools that change something', async () => {
    await expect(check(['attach_user_policy', 'delete_access_key'])).resolves.toBeUndefined();
    expect(await complaint(check(['attach_user_policy', 'delete_acess_key']))).toMatch(
      /^FILE:\d+: connections\[1\]\.twoPeople\[1\]: connection 'two': expected a tool that changes something; did you mean delete_access_key\?$/,
    );
    expect(await complaint(check(['list_access_keys']))).toMatch(/changes something; (did you mean|there are: )/);
  });

  it.each(['form', 'host'])('are refused at the start with --approval %s', async (approval) => {
    expect(await complaint(check(['delete_access_key'], { approval }))).toMatch(
      new RegExp(`connections\\[1\\]\\.twoPeople: .*two people can never agree with --approval ${approval}`),
    );
    await expect(check([], { approval })).resolves.toBeUndefined();
  });

  it('are refused at the start without approvers', async () => {
    expect(await complaint(check(['delete_access_key'], { approvers: [] }))).toMatch(
      /without approvers in the config file$/,
    );
  });

  it('are refused without a file, too', () => {
    const { loaded } = { loaded: { connections: new Map([['x', { label: 'x', twoPeople: ['y'] }]]) } };
    expect(() => checkRules(loaded as never, settings)).toThrow(/^connection 'x': twoPeople: expected a tool/);
  });
});
