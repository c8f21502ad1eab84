import { ListPoliciesCommand, type Policy } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { EXCHANGE, mockAws, refusal, run } from './mock-aws.ts';

const { iam } = mockAws();
const sent = () => iam.commandCalls(ListPoliciesCommand).map(({ args }) => args[0].input);

const policy = (n: number): Policy => ({ PolicyName: `P${n}`, Arn: `arn:aws:iam::111122223333:policy/P${n}` });
const policies = (count: number) => Array.from({ length: count }, (_, n) => policy(n));

/** IAM with pages of these sizes, which has more but after the last. */
function pagesOf(...sizes: number[]) {
  const stub = iam.on(ListPoliciesCommand);
  sizes.forEach((size, index) => {
    const isLast = index === sizes.length - 1;
    stub.resolvesOnce({
      Policies: policies(size),
      IsTruncated: !isLast,
      Marker: isLast ? undefined : `after page ${index + 1}`,
      $metadata: EXCHANGE,
    });
  });
}

describe('list_policies', () => {
  it("gives one row a policy in the spec's shape", async () => {
    iam.on(ListPoliciesCommand).resolves({
      Policies: [
        {
          Arn: 'arn:aws:iam::111122223333:policy/AllowMoreReadForInfosec',
          AttachmentCount: 1,
          CreateDate: new Date('2020-04-22T23:31:38Z'),
          DefaultVersionId: 'v1',
          IsAttachable: true,
          Path: '/',
          PermissionsBoundaryUsageCount: 0,
          PolicyId: 'ANPAQEBFLQ6YJO45PSNFQ',
          PolicyName: 'AllowMoreReadForInfosec',
          UpdateDate: new Date('2020-04-22T23:31:38.750Z'),
        },
      ],
      IsTruncated: false,
      $metadata: EXCHANGE,
    });
    expect(await run('list_policies', {})).toStrictEqual({
      result: [
        {
          Arn: 'arn:aws:iam::111122223333:policy/AllowMoreReadForInfosec',
          AttachmentCount: 1,
          CreateDate: '2020-04-22T23:31:38+00:00',
          DefaultVersionId: 'v1',
          IsAttachable: true,
          Path: '/',
          PermissionsBoundaryUsageCount: 0,
          PolicyId: 'ANPAQEBFLQ6YJO45PSNFQ',
          PolicyName: 'AllowMoreReadForInfosec',
          UpdateDate: '2020-04-22T23:31:38+00:00',
          error: null,
          has_error: false,
        },
      ],
      error: null,
      has_error: false,
    });
  });

  it.each([null, '', 0, '0', []])('takes %o in an optional field for none', async (nothing) => {
    pagesOf(0);
    const names = ['policy_usage_filter', 'scope', 'only_attached', 'max_items', 'connection', 'role_arn', 'rows'];
    const texts = nothing === '0' ? ['max_items'] : names;
    const given = Object.fromEntries(texts.map((name) => [name, nothing]));
    expect((await run('list_policies', given)).error).toBeNull();
    expect(sent()).toEqual([{ Scope: 'All', OnlyAttached: false, MaxItems: 1000 }]);
  });

  it("asks for all policies in IAM's largest pages when no filter is given", async () => {
    pagesOf(0);
    expect((await run('list_policies', {})).result).toEqual([]);
    expect(sent()).toEqual([{ Scope: 'All', OnlyAttached: false, MaxItems: 1000 }]);
  });

  it('passes the filters on', async () => {
    pagesOf(0);
    await run('list_policies', { policy_usage_filter: 'PermissionsBoundary', scope: 'Local', only_attached: true });
    expect(sent()).toEqual([
      { PolicyUsageFilter: 'PermissionsBoundary', Scope: 'Local', OnlyAttached: true, MaxItems: 1000 },
    ]);
  });

  it("takes the spec's text forms, and an empty text for a filter not given", async () => {
    pagesOf(3);
    await run('list_policies', { policy_usage_filter: '', scope: '', only_attached: 'True', max_items: '25' });
    expect(sent()).toEqual([{ Scope: 'All', OnlyAttached: true, MaxItems: 25 }]);
  });

  it.each([
    [{ scope: 'local' }, "scope: 'local' is not one of All, AWS, Local"],
    [{ policy_usage_filter: 'Both' }, "policy_usage_filter: 'Both' is not one of"],
    [{ only_attached: 'yes' }, 'only_attached: must be True or False'],
    [{ max_items: -1 }, 'max_items: must be 1 or more'],
    [{ max_items: 2.5 }, 'max_items: must be a whole number'],
    [{ max_items: '-3' }, 'max_items: '],
    [{ max_item: 3 }, "'max_item' is no field; did you mean max_items?"],
  ])('refuses %j before anything is sent', async (given, problem) => {
    const { error } = await run('list_policies', given);
    expect(error).toContain('InvalidArguments: ');
    expect(error).toContain(problem);
    expect(iam.calls()).toEqual([]);
  });

  it.each(['ServiceFailure', 'AccessDenied'])('tells %s as it is on the wire', async (code) => {
    iam.on(ListPoliciesCommand).rejects(refusal(code, 'What IAM said.'));
    expect(await run('list_policies', {})).toEqual({
      result: null,
      error: `${code}: What IAM said.`,
      has_error: true,
    });
  });
});

describe('the pages of list_policies', () => {
  it('are all followed, short and empty ones too', async () => {
    pagesOf(2, 0, 3, 0, 0, 1);
    const { result } = await run('list_policies', {});
    expect(result).toHaveLength(6);
    expect(sent().map(({ Marker }) => Marker)).toEqual([
      undefined,
      'after page 1',
      'after page 2',
      'after page 3',
      'after page 4',
      'after page 5',
    ]);
  });

  it('are asked for no further than max_items, and no more than is still wanted', async () => {
    pagesOf(1000, 200, 5000);
    const { result } = await run('list_policies', { max_items: 1200 });
    expect(result).toHaveLength(1200);
    expect(sent().map(({ MaxItems }) => MaxItems)).toEqual([1000, 200]);
  });

  it('do not exceed max_items though IAM gives more than it was asked for', async () => {
    pagesOf(7, 7);
    const { result } = await run('list_policies', { max_items: 3 });
    expect((result as Policy[]).map(({ PolicyName }) => PolicyName)).toEqual(['P0', 'P1', 'P2']);
  });

  it('that lead nowhere are no answer', async () => {
    iam.on(ListPoliciesCommand).resolves({ Policies: policies(1), IsTruncated: true });
    expect((await run('list_policies', {})).error).toMatch(/^BadResponse: /);
    expect(sent()).toHaveLength(1);
  });

  it('that lead in a circle are no answer', async () => {
    iam
      .on(ListPoliciesCommand)
      .resolvesOnce({ Policies: policies(1), IsTruncated: true, Marker: 'a' })
      .resolvesOnce({ Policies: policies(1), IsTruncated: true, Marker: 'b' })
      .resolves({ Policies: [], IsTruncated: true, Marker: 'a' });
    expect((await run('list_policies', {})).error).toMatch(/^BadResponse: /);
    expect(sent()).toHaveLength(3);
  });
});
