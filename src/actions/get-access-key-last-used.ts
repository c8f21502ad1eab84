import * as z from 'zod';
import { plainAnswer, responseMetadata } from '../iam/response.ts';
import { defineAction } from './action.ts';
import { accessKeyId, actionInput } from './fields.ts';

export const getAccessKeyLastUsed = defineAction({
  name: 'get_access_key_last_used',
  title: 'Get Access Key Last Used',
  kind: 'read',
  description:
    'Tells the owner of an access key and its last use: LastUsedDate (none if never used), ServiceName, Region.',
  input: actionInput({ access_key_id: accessKeyId() }),
  output: z.looseObject({
    UserName: z.string().optional(),
    AccessKeyLastUsed: z
      .looseObject({
        LastUsedDate: z.string().optional(),
        ServiceName: z.string().optional(),
        Region: z.string().optional(),
      })
      .optional(),
    ResponseMetadata: z.looseObject({}),
  }),
  secrets: {},
  sends: { GetAccessKeyLastUsed: 'repeatable' },
  async run({ access_key_id }, { send }) {
    const answer = await send('GetAccessKeyLastUsed', { AccessKeyId: access_key_id });
    return { ...plainAnswer(answer), ResponseMetadata: responseMetadata(answer.$metadata) };
  },
});
