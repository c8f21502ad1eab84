import * as z from 'zod';
import { plainAnswer } from '../iam/response.ts';
import { defineAction } from './action.ts';
import { actionInput, choice } from './fields.ts';
import { allPages } from './pages.ts';

// IAM's largest page: the fewest requests for an account's 1,500 policies.
const LARGEST_PAGE = 1000;

export const listPolicies = defineAction({
  name: 'list_policies',
  title: 'List Policies',
  kind: 'read',
  description:
    "Managed policies: PolicyName, Arn, AttachmentCount, … AWS's own are some 1,500: narrow by scope, only_attached, keep.",
  input: actionInput({
    policy_usage_filter: choice(['PermissionsPolicy', 'PermissionsBoundary']).optional().meta({
      title: 'Policy Usage Filter',
      description: 'Used as PermissionsPolicy or PermissionsBoundary',
    }),
    scope: choice(['All', 'AWS', 'Local'])
      .default('All')
      .meta({ title: 'Scope', description: "All (default), AWS or Local (the account's own)" }),
    only_attached: z
      .boolean({ error: 'must be True or False' })
      .default(false)
      .meta({ title: 'Only Attached', description: 'Only attached ones' }),
    max_items: z
      .int({ error: 'must be a whole number' })
      .min(1, { error: 'must be 1 or more' })
      .optional()
      .meta({ title: 'Max Items', description: 'At most so many; default all' }),
  }),
  output: z.array(
    z.looseObject({
      PolicyName: z.string().optional(),
      PolicyId: z.string().optional(),
      Arn: z.string().optional(),
      Path: z.string().optional(),
      DefaultVersionId: z.string().optional(),
      AttachmentCount: z.number().optional(),
      PermissionsBoundaryUsageCount: z.number().optional(),
      IsAttachable: z.boolean().optional(),
      CreateDate: z.string().optional(),
      UpdateDate: z.string().optional(),
    }),
  ),
  secrets: {},
  sends: { ListPolicies: 'repeatable' },
  async run({ policy_usage_filter, scope, only_attached, max_items }, { send }) {
    const policies = await allPages(async (marker, stillWanted) => {
      const page = await send('ListPolicies', {
        Scope: scope,
        OnlyAttached: only_attached,
        PolicyUsageFilter: policy_usage_filter,
        MaxItems: Math.min(LARGEST_PAGE, stillWanted),
        Marker: marker,
      });
      return { items: page.Policies, isTruncated: page.IsTruncated, marker: page.Marker };
    }, max_items);
    return policies.map((policy) => ({ ...plainAnswer(policy), error: null, has_error: false }));
  },
});
