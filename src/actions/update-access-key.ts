import { assertNever } from '../errors.ts';
import { responseMetadata } from '../iam/response.ts';
import { defineAction, type PlanContext, type PlanFacts } from './action.ts';
import {
  changedKey,
  confirmKey,
  EXISTING_KEY_READS,
  outlineCells,
  readExistingKey,
  refuseOwnKey,
} from './existing-key.ts';
import { accessKeyId, actionInput, ownerName, status } from './fields.ts';
import { ownerOfKey } from './key-owner.ts';
import { emptyAnswerOutput } from './outputs.ts';
import { existingKey } from './targets.ts';
import { readUser, type USER_READS } from './user.ts';
import { judgeForKey, RIGHTS_READS, readUserWithRights } from './user-rights.ts';

export const updateAccessKey = defineAction({
  name: 'update_access_key',
  title: 'Update Access Key',
  kind: 'update',
  description: 'Turns an access key off (Inactive) or on again (Active).',
  input: actionInput({ user_name: ownerName(), access_key_id: accessKeyId(), status: status() }),
  output: emptyAnswerOutput,
  secrets: {},
  sends: { UpdateAccessKey: 'repeatable' },
  completes: ownerOfKey,
  planReads: [...EXISTING_KEY_READS, ...RIGHTS_READS],
  async run({ user_name, access_key_id, status }, { send }) {
    const answer = await send('UpdateAccessKey', { UserName: user_name, AccessKeyId: access_key_id, Status: status });
    return { ResponseMetadata: responseMetadata(answer.$metadata) };
  },
  outline(input, context) {
    refuseOwnKey(input, context);
    return {
      ...OUTLINES[input.status],
      cells: outlineCells(input),
      grave: [],
      warnings: [],
      confirm: confirmKey(input.access_key_id),
      change: changedKey(input, input.status),
    };
  },
  plan(input, context) {
    switch (input.status) {
      case 'Inactive':
        return planTurningOff(input, context);
      case 'Active':
        return planTurningOn(input, context);
      default:
        return assertNever(input.status);
    }
  },
  target: existingKey,
  // AWS says of it what it says of any.
  alreadyDone: () => undefined,
  whereToLook: ({ user_name }) => `look at the key's Status with list_access_keys of ${user_name}`,
});

const OUTLINES = {
  Inactive: {
    title: 'Turn off an access key',
    effect: 'Whatever signs with this key stops working, until the key is made Active again.',
  },
  Active: {
    title: 'Turn on an access key',
    effect: 'Whoever has the secret of this key can use it again.',
  },
};

interface Input {
  user_name: string;
  access_key_id: string;
  status: 'Active' | 'Inactive';
}

async function planTurningOff(
  input: Input,
  context: PlanContext<(typeof USER_READS | typeof EXISTING_KEY_READS)[number]>,
): Promise<PlanFacts> {
  const key = await readExistingKey(input, readUser(input.user_name, context), context);
  const { facts, cells } = key;
  const change = changedKey(input, input.status, key.status);
  if (key.status === 'Inactive') return { facts, cells, change, ...changesNothing(key.status) };
  return {
    facts,
    cells,
    change,
    grave: key.graveIfStopped,
    notKnown: key.notKnownIfStopped,
    warnings: [],
    lastOf: key.lastOfIfStopped,
  };
}

/** Shows what the key opens again. */
async function planTurningOn(
  input: Input,
  context: PlanContext<(typeof RIGHTS_READS | typeof EXISTING_KEY_READS)[number]>,
): Promise<PlanFacts> {
  const key = await readExistingKey(input, readUserWithRights(input.user_name, context), context);
  const { facts, cells, user, status } = key;
  const change = changedKey(input, input.status, status);
  if (status === 'Active') {
    const nothing = changesNothing(status);
    return { facts, cells, change, ...nothing, warnings: [...nothing.warnings, ...user.warnings] };
  }
  const { grave, notKnown } = judgeForKey(user);
  return {
    facts,
    cells,
    change,
    grave: [...(status === undefined ? [] : [WORKS_AGAIN]), ...grave],
    notKnown: [
      ...(status === undefined ? [`whether the key is Inactive now is not known: ${key.statusNotKnown}`] : []),
      ...notKnown,
    ],
    warnings: user.warnings,
  };
}

const WORKS_AGAIN = 'an inactive key is turned on: it works again for whoever has its secret';

function changesNothing(status: string): Pick<PlanFacts, 'grave' | 'notKnown' | 'warnings'> {
  return { grave: [], notKnown: [], warnings: [`the key is ${status} already: nothing would change`] };
}
