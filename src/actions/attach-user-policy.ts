import { refuseOtherPartition } from '../iam/partition.ts';
import { responseMetadata } from '../iam/response.ts';
import { type Cell, defineAction, type Fact, type PlanContext, type PlanFacts } from './action.ts';
import { alsoHas } from './also-has.ts';
import type { AttachedPolicy } from './attached-policies.ts';
import type { Changed } from './changed.ts';
import { actionInput, LONGEST_NAME_WITH_POLICIES, policyArn, userName } from './fields.ts';
import { isAdministratorsByArn, type POLICY_READS, policyName, readManagedPolicy } from './managed-policy.ts';
import { emptyAnswerOutput } from './outputs.ts';
import { policyOfUser } from './targets.ts';
import { unreadText } from './unread.ts';
import { boundaryName } from './user.ts';
import { RIGHTS_READS, readUserWithRights } from './user-rights.ts';

export const attachUserPolicy = defineAction({
  name: 'attach_user_policy',
  title: 'Attach User Policy',
  kind: 'attach',
  description: 'Attaches a managed policy to a user, who has at once all that it grants.',
  input: actionInput({ user_name: userName(LONGEST_NAME_WITH_POLICIES), policy_arn: policyArn() }),
  output: emptyAnswerOutput,
  secrets: {},
  sends: { AttachUserPolicy: 'repeatable' },
  planReads: RIGHTS_READS,
  async run({ user_name, policy_arn }, { send }) {
    const answer = await send('AttachUserPolicy', { UserName: user_name, PolicyArn: policy_arn });
    return { ResponseMetadata: responseMetadata(answer.$metadata) };
  },
  check({ policy_arn }, { partition }) {
    refuseOtherPartition('policy_arn', policy_arn, partition);
  },
  outline({ user_name, policy_arn }) {
    return {
      title: 'Attach a policy to a user',
      cells: [...cellsOf(user_name, policy_arn), { column: 'Also has', shown: '' }],
      grave: graveByName(policy_arn),
      warnings: [],
      effect: 'What the policy says, allowed or denied, holds for the user at once.',
      confirm: { what: "the policy's name", text: policyName(policy_arn) },
      change: changed(user_name, policy_arn),
    };
  },
  async plan({ user_name, policy_arn }, context) {
    const [user, policy] = await Promise.all([readUserWithRights(user_name, context), readPolicy(policy_arn, context)]);
    const boundary = boundaryName(user);
    const limit = boundary === undefined ? '' : `, limited by the boundary ${boundary}`;
    return {
      facts: [user.fact, ...user.holds, ...policy.facts],
      cells: [...cellsOf(user_name, policy_arn), alsoHas(user)],
      change: changed(user_name, policy_arn, user.attached.value),
      grave: policy.grave.map((text) => text + limit),
      notKnown: policy.notKnown,
      warnings: [
        ...policy.warnings,
        ...(user.administratorBy === undefined
          ? []
          : [`the user is an administrator already, ${user.administratorBy}`]),
        ...user.warnings,
      ],
    };
  },
  target: policyOfUser,
  guarded: { policy: 'policy_arn' },
  // AWS says of it what it says of any.
  alreadyDone: () => undefined,
  whereToLook: ({ user_name }) => `look at the policies attached to ${user_name}; attaching again does no harm`,
});

/** @param before what was attached, where that was read */
function changed(user_name: string, policy_arn: string, before?: readonly AttachedPolicy[]): Changed {
  const was = before?.some(({ arn }) => arn === policy_arn) ?? null;
  return { user_name, policy_arn, attached: { before: was, after: true } };
}

function cellsOf(userName: string, arn: string): Cell[] {
  return [
    { column: 'User', shown: userName },
    { column: 'Policy', shown: policyName(arn) },
  ];
}

function graveByName(arn: string): string[] {
  return isAdministratorsByArn(arn) ? [`it is AWS's ${policyName(arn)}: whoever has it is an administrator`] : [];
}

type PolicyFacts = Pick<PlanFacts, 'facts' | 'grave' | 'notKnown' | 'warnings'>;

async function readPolicy(arn: string, context: PlanContext<(typeof POLICY_READS)[number]>): Promise<PolicyFacts> {
  const label = 'Policy says';
  const named: Fact = { label: 'Policy', shown: arn };
  const { value: policy, why } = await readManagedPolicy(arn, context);
  const unknown = { grave: graveByName(arn), notKnown: ['what it says is not known'], warnings: [] };
  if (!policy) return { ...unknown, facts: [named, { label, shown: unreadText(why) }] };
  // Loaded here, since both together would take some six milliseconds of every start.
  const [{ createHash }, { readGrants }] = await Promise.all([import('node:crypto'), import('./policy-grants.ts')]);
  // Bound to the whole document, of which a person sees a summary.
  const bound = `${policy.version} ${createHash('sha256').update(policy.document).digest('hex')}`;
  const grants = readGrants(policy.document);
  if (!grants) return { ...unknown, facts: [named, { label, shown: unreadText('not-readable'), bound }] };
  const { lines, grave, warnings } = grants;
  return { facts: [named, { label, shown: lines, bound }], grave, notKnown: [], warnings };
}
