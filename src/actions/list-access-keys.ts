import * as z from 'zod';
import { plainAnswer } from '../iam/response.ts';
import { defineAction } from './action.ts';
import { actionInput, userName } from './fields.ts';
import { allPages } from './pages.ts';

export const listAccessKeys = defineAction({
  name: 'list_access_keys',
  title: 'List Access Keys',
  kind: 'read',
  description: "A user's access keys: AccessKeyId, Status, CreateDate. [] when there is none.",
  input: actionInput({ user_name: userName() }),
  output: z.array(
    z.looseObject({
      UserName: z.string().optional(),
      AccessKeyId: z.string().optional(),
      Status: z.string().optional(),
      CreateDate: z.string().optional(),
    }),
  ),
  secrets: {},
  sends: { ListAccessKeys: 'repeatable' },
  async run({ user_name }, { send }) {
    const keys = await allPages(async (marker) => {
      const page = await send('ListAccessKeys', { UserName: user_name, Marker: marker });
      return { items: page.AccessKeyMetadata, isTruncated: page.IsTruncated, marker: page.Marker };
    });
    return keys.map((key) => ({ ...plainAnswer(key), error: null, has_error: false }));
  },
});
