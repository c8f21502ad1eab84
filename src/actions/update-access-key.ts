import { assertNever } from '../errors.ts';
import { responseMetadata } from '../iam/response.ts';
import { defineAction } from './action.ts';
import { ATTACHED_POLICY_READS, readAttachedPolicies } from './attached-policies.ts';
import { confirmKey, EXISTING_KEY_READS, readExistingKey } from './existing-key.ts';
import { accessKeyId, actionInput, status, userName } from './fields.ts';
import { emptyAnswerOutput } from './outputs.ts';
import { existingKey } from './targets.ts';

export const updateAccessKey = defineAction({
  name: 'update_access_key',
  title: 'Update Access Key',
  kind: 'update',
  description: 'Turns an access key off (Inactive) or on again (Active).',
  input: actionInput({ user_name: userName(), access_key_id: accessKeyId(), status: status() }),
  output: emptyAnswerOutput,
  secrets: {},
  sends: { UpdateAccessKey: 'repeatable' },
  planReads: [...EXISTING_KEY_READS, ...ATTACHED_POLICY_READS],
  async run({ user_name, access_key_id, status }, { send }) {
    const answer = await send('UpdateAccessKey', { UserName: user_name, AccessKeyId: access_key_id, Status: status });
    return { ResponseMetadata: responseMetadata(answer.$metadata) };
  },
  async plan(input, context) {
    const key = await readExistingKey(input, context);
    const isNothing = key.status === input.status;
    const shared = {
      cells: key.cells,
      warnings: isNothing ? [`the key is ${input.status} already: nothing would change`] : [],
      confirm: confirmKey(input.access_key_id),
    };
    switch (input.status) {
      case 'Inactive':
        return {
          ...shared,
          title: 'Turn off an access key',
          facts: key.facts,
          grave: isNothing ? [] : key.graveIfInUse,
          notKnown: isNothing ? [] : key.notKnownIfInUse,
          effect: 'Whatever signs with this key stops working, until the key is made Active again.',
        };
      case 'Active': {
        // What the key opens again.
        const policies = await readAttachedPolicies(input.user_name, context);
        return {
          ...shared,
          title: 'Turn on an access key',
          facts: [...key.facts, policies.fact],
          grave: isNothing ? [] : policies.graveForKey,
          notKnown: isNothing ? [] : policies.notKnownForKey,
          warnings: [...shared.warnings, ...policies.warnings],
          effect: 'Whoever has the secret of this key can use it again.',
        };
      }
      default:
        return assertNever(input.status);
    }
  },
  target: existingKey,
  // AWS says of it what it says of any.
  alreadyDone: () => undefined,
  whereToLook: ({ user_name }) => `look at the key's Status with list_access_keys of ${user_name}`,
});
