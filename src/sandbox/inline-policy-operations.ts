// The operations that read the inline policies of users and groups.
import {
  type Call,
  groupResource,
  type Operation,
  required,
  subjectGroup,
  subjectUser,
  userResource,
} from './operation.ts';
import { groupName, paging, policyName, userName } from './parameters.ts';
import { encodeDocument } from './policy-operations.ts';
import { QueryError, type XmlObject } from './query-protocol.ts';
import type { Group, User } from './state.ts';

export const ListUserPolicies: Operation = {
  service: 'iam',
  rules: { UserName: { ...userName, required: true }, ...paging },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    return namesOf(user, user.userId, call);
  },
};

export const ListGroupPolicies: Operation = {
  service: 'iam',
  rules: { GroupName: { ...groupName, required: true }, ...paging },
  resource: groupResource,
  run: (call) => {
    const group = subjectGroup(call);
    return namesOf(group, group.groupId, call);
  },
};

export const GetUserPolicy: Operation = {
  service: 'iam',
  rules: { UserName: { ...userName, required: true }, PolicyName: { ...policyName, required: true } },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    return { UserName: user.userName, ...policyOf(user, 'user', call) };
  },
};

export const GetGroupPolicy: Operation = {
  service: 'iam',
  rules: { GroupName: { ...groupName, required: true }, PolicyName: { ...policyName, required: true } },
  resource: groupResource,
  run: (call) => {
    const group = subjectGroup(call);
    return { GroupName: group.groupName, ...policyOf(group, 'group', call) };
  },
};

function namesOf({ inlinePolicies }: User | Group, holderId: string, { parameters, pager }: Call): XmlObject {
  const { Marker: marker, MaxItems: maxItems } = parameters;
  const page = pager.page(inlinePolicies, { listing: `inline policies of ${holderId}`, marker, maxItems });
  return { PolicyNames: { member: page.items.map((policy) => policy.policyName) }, ...page.tail };
}

function policyOf({ inlinePolicies }: User | Group, kind: 'user' | 'group', call: Call): XmlObject {
  const name = required(call, 'PolicyName');
  const policy = inlinePolicies.find((candidate) => candidate.policyName === name);
  if (!policy) throw new QueryError(404, 'NoSuchEntity', `The ${kind} policy with name ${name} cannot be found.`);
  return { PolicyName: policy.policyName, PolicyDocument: encodeDocument(policy.document) };
}
