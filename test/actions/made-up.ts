// A change that is not about keys, users or policies, as nobody offers it: what general code makes of any action must
// come out right for it, too. What it sends and says may be set by a test.
import * as z from 'zod';
import { type Change, defineAction, isChange } from '../../src/actions/action.ts';
import { actionInput, userName } from '../../src/actions/fields.ts';

export function madeUp(changes: Partial<Change> = {}): Change {
  const action = defineAction({
    name: 'close_group',
    title: 'Close Group',
    kind: 'delete',
    description: 'For tests.',
    input: actionInput({ group: userName() }),
    output: z.looseObject({ ResponseMetadata: z.looseObject({}) }),
    secrets: {},
    sends: { UpdateAccessKey: 'repeatable' },
    planReads: [],
    run: async () => ({ ResponseMetadata: {} }),
    outline: ({ group }) => ({
      title: 'Close a group',
      cells: [{ column: 'Group', shown: group }],
      grave: [],
      warnings: [],
      effect: 'Nobody is in the group any more.',
      confirm: { what: "the group's name", text: group },
      change: { group, members: { before: null, after: 'none' } },
    }),
    plan: async ({ group }) => ({
      facts: [{ label: 'Group', shown: group }],
      cells: [{ column: 'Group', shown: group }],
      grave: [],
      notKnown: [],
      warnings: [],
    }),
    target: ({ group }) => ({
      owner: { id: group.toUpperCase(), shown: group, plural: 'Groups' },
      thing: { id: 'its members', shown: 'all members' },
      fields: ['group'],
    }),
    alreadyDone: ({ code }) => (code === 'GroupClosed' ? 'the group is closed already' : undefined),
    whereToLook: ({ group }) => `look whether ${group} is closed`,
  });
  if (!isChange(action)) throw new Error('it changes nothing');
  return { ...action, ...changes };
}
