// The operations on managed policies.
import {
  type Call,
  groupResource,
  type Operation,
  required,
  subjectGroup,
  subjectUser,
  userResource,
} from './operation.ts';
import { groupName, paging, pathPrefix, policyArn, userName, validationError } from './parameters.ts';
import { QueryError, type XmlObject } from './query-protocol.ts';
import type { Group, Policy, User } from './state.ts';

const POLICIES_PER_USER = 10;
const POLICY_ARN = /^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy\/[\x21-\x7e]+$/;

export const ListPolicies: Operation = {
  service: 'iam',
  rules: {
    Scope: { oneOf: ['All', 'AWS', 'Local'] },
    OnlyAttached: { isBoolean: true },
    PathPrefix: pathPrefix,
    PolicyUsageFilter: { oneOf: ['PermissionsPolicy', 'PermissionsBoundary'] },
    ...paging,
  },
  resource: (call) => `policy path ${call.parameters.PathPrefix ?? '/'}`,
  run: (call) => {
    const { Marker: marker, MaxItems: maxItems } = call.parameters;
    const policies = [...call.account.policies.values()].filter((policy) => isWanted(policy, call.parameters));
    const page = call.pager.page(policies, { listing: 'policies', marker, maxItems });
    return { Policies: { member: page.items.map(describePolicy) }, ...page.tail };
  },
};

export const GetPolicy: Operation = {
  service: 'iam',
  rules: { PolicyArn: { ...policyArn, required: true } },
  resource: (call) => `policy ${call.parameters.PolicyArn}`,
  run: (call) => {
    const policy = findPolicy(call, (arn) => `Policy ${arn} was not found.`);
    return { Policy: { ...describePolicy(policy), Description: policy.description, Tags: '' } };
  },
};

export const GetPolicyVersion: Operation = {
  service: 'iam',
  rules: {
    PolicyArn: { ...policyArn, required: true },
    VersionId: { required: true, pattern: { matches: /^v[1-9][0-9]*$/, asWritten: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' } },
  },
  resource: (call) => `policy ${call.parameters.PolicyArn}`,
  run: (call) => {
    const versionId = required(call, 'VersionId');
    const missing = (arn: string) => `Policy ${arn} version ${versionId} does not exist or is not attachable.`;
    const policy = findPolicy(call, missing);
    if (policy.defaultVersionId !== versionId) throw new QueryError(404, 'NoSuchEntity', missing(policy.arn));
    return {
      PolicyVersion: {
        Document: encodeDocument(policy.document),
        VersionId: versionId,
        IsDefaultVersion: true,
        CreateDate: policy.updateDate,
      },
    };
  },
};

export const AttachUserPolicy: Operation = {
  service: 'iam',
  rules: {
    // Shorter than everywhere else; see the API reference of AttachUserPolicy.
    UserName: { ...userName, required: true, maxLength: 64 },
    PolicyArn: { ...policyArn, required: true },
  },
  resource: userResource,
  run: (call) => {
    const policy = findPolicy(call, (arn) => `Policy ${arn} does not exist or is not attachable.`);
    const user = subjectUser(call);
    if (policy.isAwsManaged && policy.path === '/aws-service-role/') {
      throw new QueryError(400, 'PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer User.');
    }
    if (!user.attachedPolicies.includes(policy) && user.attachedPolicies.length >= POLICIES_PER_USER) {
      throw new QueryError(409, 'LimitExceeded', `Cannot exceed quota for PoliciesPerUser: ${POLICIES_PER_USER}`);
    }
    call.account.attach(user, policy);
    return undefined;
  },
};

export const ListAttachedUserPolicies: Operation = {
  service: 'iam',
  rules: { UserName: { ...userName, required: true, maxLength: 64 }, PathPrefix: pathPrefix, ...paging },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    return attachedTo(user, user.userId, call);
  },
};

export const ListAttachedGroupPolicies: Operation = {
  service: 'iam',
  rules: { GroupName: { ...groupName, required: true }, PathPrefix: pathPrefix, ...paging },
  resource: groupResource,
  run: (call) => {
    const group = subjectGroup(call);
    return attachedTo(group, group.groupId, call);
  },
};

function attachedTo({ attachedPolicies }: User | Group, holderId: string, { parameters, pager }: Call): XmlObject {
  const { PathPrefix: prefix = '/', Marker: marker, MaxItems: maxItems } = parameters;
  const attached = attachedPolicies
    .filter((policy) => policy.path.startsWith(prefix))
    .sort((a, b) => a.sequence - b.sequence);
  const page = pager.page(attached, { listing: `policies of ${holderId}`, marker, maxItems });
  const member = page.items.map((policy) => ({ PolicyName: policy.policyName, PolicyArn: policy.arn }));
  return { AttachedPolicies: { member }, ...page.tail };
}

function isWanted(policy: Policy, filters: Record<string, string>): boolean {
  const { Scope: scope = 'All', OnlyAttached, PolicyUsageFilter: usage, PathPrefix: prefix = '/' } = filters;
  if (scope !== 'All' && policy.isAwsManaged !== (scope === 'AWS')) return false;
  if (OnlyAttached === 'true' && policy.attachmentCount === 0) return false;
  if (usage === 'PermissionsPolicy' && policy.attachmentCount === 0) return false;
  if (usage === 'PermissionsBoundary' && policy.boundaryCount === 0) return false;
  return policy.path.startsWith(prefix);
}

function describePolicy(policy: Policy): XmlObject {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount,
    PermissionsBoundaryUsageCount: policy.boundaryCount,
    IsAttachable: true,
    CreateDate: policy.createDate,
    UpdateDate: policy.updateDate,
  };
}

function findPolicy(call: Call, missing: (arn: string) => string): Policy {
  const arn = required(call, 'PolicyArn');
  // The two spaces are IAM's.
  if (!POLICY_ARN.test(arn)) throw validationError('Invalid ARN:  Could not be parsed!');
  const policy = call.account.policies.get(arn);
  if (!policy) throw new QueryError(404, 'NoSuchEntity', missing(arn));
  return policy;
}

/** RFC 3986, as the API reference has it: stricter than encodeURIComponent. */
export function encodeDocument(document: object): string {
  return encodeURIComponent(JSON.stringify(document, null, 2)).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
