import { refuseOtherPartition } from '../iam/partition.ts';
import { responseMetadata } from '../iam/response.ts';
import { defineAction, type Fact, type PlanContext } from './action.ts';
import { attachedPoliciesFact, userFact } from './facts.ts';
import { actionInput, policyArn, userName } from './fields.ts';
import { readManagedPolicy } from './managed-policy.ts';
import { emptyAnswerOutput } from './outputs.ts';
import { readGrants } from './policy-grants.ts';

export const attachUserPolicy = defineAction({
  name: 'attach_user_policy',
  title: 'Attach User Policy',
  kind: 'attach',
  description: 'Attaches a managed policy to a user, who has at once all that it grants.',
  // IAM's own limit for this operation, shorter than a user name's elsewhere.
  input: actionInput({ user_name: userName(64), policy_arn: policyArn() }),
  output: emptyAnswerOutput,
  sends: ['AttachUserPolicy'],
  planReads: ['GetUser', 'ListAttachedUserPolicies', 'GetPolicy', 'GetPolicyVersion'],
  async run({ user_name, policy_arn }, { send }) {
    const answer = await send('AttachUserPolicy', { UserName: user_name, PolicyArn: policy_arn });
    return { ResponseMetadata: responseMetadata(answer.$metadata) };
  },
  async plan({ user_name, policy_arn }, context) {
    refuseOtherPartition('policy_arn', policy_arn, context.partition);
    const [user, attached, policy] = await Promise.all([
      userFact(user_name, context),
      attachedPoliciesFact(user_name, context),
      readPolicy(policy_arn, context),
    ]);
    return {
      title: 'Attach a policy to a user',
      facts: [user, attached, ...policy.facts],
      warnings: policy.warnings,
      effect: `What the policy says, allowed or denied, holds for ${user_name} at once.`,
      confirm: { what: "the policy's name", text: policyName(policy_arn) },
    };
  },
  whereToLook: ({ user_name }) => `look at the policies attached to ${user_name}; attaching again does no harm`,
});

const NOT_KNOWN = 'what it says is not known';

/** The last part of the ARN, which is unique in its account whatever the path. */
function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

async function readPolicy(arn: string, context: PlanContext): Promise<{ facts: Fact[]; warnings: string[] }> {
  const label = 'Policy says';
  const named: Fact = { label: 'Policy', shown: arn };
  const { value: policy, why } = await readManagedPolicy(arn, context);
  if (!policy) return { facts: [named, { label, shown: why }], warnings: [NOT_KNOWN] };
  // Loaded here, since it would take four milliseconds of every start.
  const { createHash } = await import('node:crypto');
  // Bound to the whole document, of which a person sees a summary.
  const bound = `${policy.version} ${createHash('sha256').update(policy.document).digest('hex')}`;
  const grants = readGrants(policy.document);
  if (!grants) return { facts: [named, { label, shown: 'not readable', bound }], warnings: [NOT_KNOWN] };
  return {
    facts: [named, { label, shown: grants.lines, bound }],
    warnings: grants.warnings,
  };
}
