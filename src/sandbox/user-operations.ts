// The operations that read users, and the groups that they are in.
import { type Operation, subjectUser, userResource } from './operation.ts';
import { paging, pathPrefix, userName } from './parameters.ts';
import type { XmlObject } from './query-protocol.ts';
import type { Group, User } from './state.ts';

export const GetUser: Operation = {
  service: 'iam',
  rules: { UserName: userName },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    const { boundary } = user;
    return {
      User: {
        ...describeUser(user),
        // Only GetUser tells it; ListUsers leaves it out.
        PermissionsBoundary: boundary && {
          PermissionsBoundaryType: 'Policy',
          PermissionsBoundaryArn: boundary.arn,
        },
      },
    };
  },
};

export const ListUsers: Operation = {
  service: 'iam',
  rules: { PathPrefix: pathPrefix, ...paging },
  resource: (call) => `arn:aws:iam::${call.account.id}:user${call.parameters.PathPrefix ?? '/'}`,
  run: (call) => {
    const { PathPrefix: prefix = '/', Marker: marker, MaxItems: maxItems } = call.parameters;
    const users = call.account.users().filter((user) => user.path.startsWith(prefix));
    const page = call.pager.page(users, { listing: `users ${prefix}`, marker, maxItems });
    return { Users: { member: page.items.map(describeUser) }, ...page.tail };
  },
};

export const ListGroupsForUser: Operation = {
  service: 'iam',
  rules: { UserName: { ...userName, required: true }, ...paging },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    const { Marker: marker, MaxItems: maxItems } = call.parameters;
    const groups = user.groups.toSorted((a, b) => a.sequence - b.sequence);
    const page = call.pager.page(groups, { listing: `groups of ${user.userId}`, marker, maxItems });
    return { Groups: { member: page.items.map(describeGroup) }, ...page.tail };
  },
};

function describeGroup(group: Group): XmlObject {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: group.arn,
    CreateDate: group.createDate,
  };
}

function describeUser(user: User): XmlObject {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: user.arn,
    CreateDate: user.createDate,
    PasswordLastUsed: user.passwordLastUsed,
  };
}
