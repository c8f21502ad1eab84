// What an operation is to the sandbox, and what it gets to work with.

import type { Account } from './account.ts';
import type { CredentialReports } from './credential-reports.ts';
import type { Pager } from './paging.ts';
import type { Rules } from './parameters.ts';
import { validationError } from './parameters.ts';
import { QueryError, type Service, type XmlObject } from './query-protocol.ts';
import type { Caller } from './signature.ts';
import type { Group, User } from './state.ts';

export interface Call {
  /** Checked against the operation's rules; what is not required may be undefined. */
  parameters: Record<string, string>;
  caller: Caller;
  callerArn: string;
  account: Account;
  pager: Pager;
  reports: CredentialReports;
  /** The secret that the next key is to get, if one was planted. */
  takePlantedSecret: () => string | undefined;
  /** Whether the principal with that ARN was denied the action (`iam:GetUser`), and how. */
  denialOf: (action: string, principalArn: string) => { explicit: boolean } | undefined;
}

export interface Operation {
  service: Service;
  rules: Rules;
  /** What a caller without permission is told it may not touch. */
  resource: (call: Call) => string;
  /** Returns the result element's content, nothing where IAM sends no result element. */
  run: (call: Call) => XmlObject | undefined;
}

/** A parameter that the rules require. */
export function required(call: Call, name: string): string {
  const value = call.parameters[name];
  if (value === undefined) throw new Error(`${name} is read but not required by the operation's rules`);
  return value;
}

/**
 * The user a call is about: the one named, else the caller.
 * @throws QueryError NoSuchEntity; ValidationError where the caller is no user
 */
export function subjectUser(call: Call): User {
  const { UserName } = call.parameters;
  if (UserName !== undefined) {
    const user = call.account.user(UserName);
    if (!user) throw new QueryError(404, 'NoSuchEntity', `The user with name ${UserName} cannot be found.`);
    return user;
  }
  if (call.caller.kind === 'user') return call.caller.key.user;
  throw validationError('Must specify userName when calling with non-User credentials');
}

export function userResource({ parameters, caller }: Call): string {
  return `user ${parameters.UserName ?? (caller.kind === 'user' ? caller.key.user.userName : '')}`;
}

/** The group a call is about. @throws QueryError NoSuchEntity */
export function subjectGroup(call: Call): Group {
  const name = required(call, 'GroupName');
  const group = call.account.group(name);
  if (!group) throw new QueryError(404, 'NoSuchEntity', `The group with name ${name} cannot be found.`);
  return group;
}

export function groupResource({ parameters }: Call): string {
  return `group ${parameters.GroupName}`;
}
