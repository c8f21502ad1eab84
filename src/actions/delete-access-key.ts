import { responseMetadata } from '../iam/response.ts';
import { defineAction } from './action.ts';
import {
  changedKey,
  confirmKey,
  EXISTING_KEY_READS,
  outlineCells,
  readExistingKey,
  refuseOwnKey,
} from './existing-key.ts';
import { accessKeyId, actionInput, ownerName } from './fields.ts';
import { ownerOfKey } from './key-owner.ts';
import { emptyAnswerOutput } from './outputs.ts';
import { existingKey } from './targets.ts';
import { readUser, USER_READS } from './user.ts';

export const deleteAccessKey = defineAction({
  name: 'delete_access_key',
  title: 'Delete Access Key',
  kind: 'delete',
  description: 'Deletes an access key for good; turning it off with update_access_key can be undone.',
  input: actionInput({ user_name: ownerName(), access_key_id: accessKeyId() }),
  output: emptyAnswerOutput,
  secrets: {},
  sends: { DeleteAccessKey: 'repeatable' },
  completes: ownerOfKey,
  planReads: [...USER_READS, ...EXISTING_KEY_READS],
  async run({ user_name, access_key_id }, { send }) {
    const answer = await send('DeleteAccessKey', { UserName: user_name, AccessKeyId: access_key_id });
    return { ResponseMetadata: responseMetadata(answer.$metadata) };
  },
  outline(input, context) {
    refuseOwnKey(input, context);
    return {
      title: 'Delete an access key',
      cells: outlineCells(input),
      grave: [],
      warnings: [],
      effect: 'The key is gone for good. Whatever signs with it stops working, and it cannot be brought back.',
      confirm: confirmKey(input.access_key_id),
      change: changedKey(input, 'deleted'),
    };
  },
  async plan(input, context) {
    const key = await readExistingKey(input, readUser(input.user_name, context), context);
    return {
      facts: key.facts,
      cells: key.cells,
      change: changedKey(input, 'deleted', key.status),
      grave: key.graveIfStopped,
      notKnown: key.notKnownIfStopped,
      warnings: key.status === 'Active' ? ['the key is still Active; turning it off first can be undone'] : [],
      lastOf: key.lastOfIfStopped,
    };
  },
  target: existingKey,
  alreadyDone: ({ code }) => (code === 'NoSuchEntity' ? 'the key is gone now: taken for deleted' : undefined),
  whereToLook: ({ user_name }) => `look with list_access_keys of ${user_name} whether the key is still there`,
});
