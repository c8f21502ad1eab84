import type { AccessKeyMetadata } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { plainAnswer } from '../iam/response.ts';
import { defineAction, type RunContext } from './action.ts';
import { actionInput, userName } from './fields.ts';
import { allPages } from './pages.ts';

export const listAccessKeys = defineAction({
  name: 'list_access_keys',
  title: 'List Access Keys',
  kind: 'read',
  description: "A user's access keys: AccessKeyId, Status, CreateDate. [] when there is none.",
  input: actionInput({
    user_name: userName(),
    with_last_used: z
      .boolean({ error: 'must be True or False' })
      .optional()
      .meta({ title: 'With Last Used', description: 'Adds LastUsedDate, ServiceName, Region, OtherKeyStatus' }),
  }),
  output: z.array(
    z.looseObject({
      UserName: z.string().optional(),
      AccessKeyId: z.string().optional(),
      Status: z.string().optional(),
      CreateDate: z.string().optional(),
      LastUsedDate: z.string().optional(),
      ServiceName: z.string().optional(),
      Region: z.string().optional(),
      OtherKeyStatus: z.string().nullable().optional(),
    }),
  ),
  secrets: {},
  sends: { ListAccessKeys: 'repeatable', GetAccessKeyLastUsed: 'repeatable' },
  async run({ user_name, with_last_used }, { send }) {
    const keys = await allPages(async (marker) => {
      const page = await send('ListAccessKeys', { UserName: user_name, Marker: marker });
      return { items: page.AccessKeyMetadata, isTruncated: page.IsTruncated, marker: page.Marker };
    });
    // A user has two at most, and each connection so many requests on their way as it may.
    return Promise.all(
      keys.map(async (key) => ({
        ...plainAnswer(key),
        ...(with_last_used && {
          ...(await lastUseOf(key, send)),
          OtherKeyStatus: otherStatus(keys.filter((other) => other !== key)),
        }),
        error: null,
        has_error: false,
      })),
    );
  },
});

/** A key never used has no date, and `N/A` for the rest, as AWS says it. */
async function lastUseOf(
  { AccessKeyId }: AccessKeyMetadata,
  send: RunContext<'GetAccessKeyLastUsed'>['send'],
): Promise<Record<string, unknown>> {
  const { AccessKeyLastUsed = {} } = await send('GetAccessKeyLastUsed', { AccessKeyId });
  return plainAnswer(AccessKeyLastUsed);
}

/** Of several, which no account of AWS's has: whether one of them works. */
function otherStatus(others: readonly AccessKeyMetadata[]): string | null {
  return (others.find(({ Status }) => Status === 'Active') ?? others[0])?.Status ?? null;
}
