// The account: holds users with their keys, groups, managed policies, roles and sessions, and keeps them consistent. It knows no
// protocol and refuses nobody; what a caller may do and is told is decided by the operations.
import type { Kept, NewGroup, NewInlinePolicy, NewKey, NewPolicy, NewUser } from './given.ts';
import { newId, newSecret, newSessionToken } from './identifiers.ts';
import type { AccessKey, Group, Policy, Role, Session, User } from './state.ts';

/** Of every sandbox. */
export const ACCOUNT_ID = '111122223333';

export class Account {
  readonly id: string;
  readonly now: () => Date;
  policies = new Map<string, Policy>();
  roles = new Map<string, Role>();
  /** By lower-case name: IAM's names are unique, and found, ignoring case. */
  private usersByName = new Map<string, User>();
  private groupsByName = new Map<string, Group>();
  private keysById = new Map<string, AccessKey>();
  private readonly sessionsById = new Map<string, Session>();
  private lastSequence: number;

  /** @param lastSequence of what there is, or was, in an account that is kept */
  constructor(id: string, now: () => Date, lastSequence = 0) {
    this.id = id;
    this.now = now;
    this.lastSequence = lastSequence;
  }

  /** Of all that there is, or was: the next thing comes after it. */
  get sequence(): number {
    return this.lastSequence;
  }

  /**
   * Becomes what the other one is. The sessions stay: they are of this process alone, which gave them to itself, and are
   * kept nowhere.
   */
  adopt(other: Account): void {
    this.policies = other.policies;
    this.roles = other.roles;
    this.usersByName = other.usersByName;
    this.groupsByName = other.groupsByName;
    this.keysById = other.keysById;
    this.lastSequence = other.lastSequence;
  }

  users(): User[] {
    return [...this.usersByName.values()];
  }

  user(userName: string): User | undefined {
    return this.usersByName.get(userName.toLowerCase());
  }

  groups(): Group[] {
    return [...this.groupsByName.values()];
  }

  group(groupName: string): Group | undefined {
    return this.groupsByName.get(groupName.toLowerCase());
  }

  key(accessKeyId: string): AccessKey | undefined {
    return this.keysById.get(accessKeyId);
  }

  session(accessKeyId: string): Session | undefined {
    return this.sessionsById.get(accessKeyId);
  }

  addUser(userName: string, given: NewUser = {}): User {
    if (this.user(userName)) throw new Error(`The sandbox already has a user ${userName}`);
    const path = given.path ?? '/';
    const user: User = {
      userName,
      path,
      userId: given.userId ?? newId('AIDA'),
      arn: `arn:aws:iam::${this.id}:user${path}${userName}`,
      createDate: given.createDate ?? this.now(),
      passwordLastUsed: given.passwordLastUsed,
      keys: [],
      attachedPolicies: [],
      inlinePolicies: [],
      groups: [],
      sequence: this.sequenceOf(given),
    };
    this.usersByName.set(userName.toLowerCase(), user);
    return user;
  }

  addGroup(groupName: string, given: NewGroup = {}): Group {
    if (this.group(groupName)) throw new Error(`The sandbox already has a group ${groupName}`);
    const path = given.path ?? '/';
    const group: Group = {
      groupName,
      path,
      groupId: given.groupId ?? newId('AGPA'),
      arn: `arn:aws:iam::${this.id}:group${path}${groupName}`,
      createDate: given.createDate ?? this.now(),
      attachedPolicies: [],
      inlinePolicies: [],
      sequence: this.sequenceOf(given),
    };
    this.groupsByName.set(groupName.toLowerCase(), group);
    return group;
  }

  join(user: User, group: Group): void {
    if (!user.groups.includes(group)) user.groups.push(group);
  }

  /** In place of the one of that name, if there is one. */
  putPolicy(holder: User | Group, { policyName, document, ...given }: NewInlinePolicy): void {
    const { inlinePolicies } = holder;
    const known = inlinePolicies.findIndex((policy) => policy.policyName === policyName);
    const sequence = inlinePolicies[known]?.sequence ?? this.sequenceOf(given);
    inlinePolicies.splice(known < 0 ? inlinePolicies.length : known, 1, { policyName, document, sequence });
  }

  addKey(user: User, given: NewKey = {}) {
    const accessKeyId = given.accessKeyId ?? newId('AKIA');
    if (this.key(accessKeyId)) throw new Error(`The sandbox already has a key ${accessKeyId}`);
    const key: AccessKey = {
      accessKeyId,
      secretAccessKey: given.secret ?? newSecret(),
      createDate: given.createDate ?? this.now(),
      user,
      status: given.status ?? 'Active',
      lastUse: given.lastUse,
      sequence: this.sequenceOf(given),
    };
    user.keys.push(key);
    this.keysById.set(key.accessKeyId, key);
    return key;
  }

  removeKey(key: AccessKey): void {
    key.user.keys.splice(key.user.keys.indexOf(key), 1);
    this.keysById.delete(key.accessKeyId);
  }

  addPolicy(given: NewPolicy): Policy {
    const path = given.path ?? '/';
    const isAwsManaged = given.isAwsManaged ?? false;
    const arn = `arn:aws:iam::${isAwsManaged ? 'aws' : this.id}:policy${path}${given.policyName}`;
    if (this.policies.has(arn)) throw new Error(`The sandbox already has a policy ${arn}`);
    const createDate = given.createDate ?? this.now();
    const policy: Policy = {
      policyName: given.policyName,
      path,
      policyId: given.policyId ?? newId('ANPA'),
      arn,
      isAwsManaged,
      description: given.description,
      createDate,
      updateDate: given.updateDate ?? createDate,
      defaultVersionId: given.defaultVersionId ?? 'v1',
      document: given.document,
      attachmentCount: 0,
      boundaryCount: 0,
      sequence: this.sequenceOf(given),
    };
    this.policies.set(arn, policy);
    return policy;
  }

  /** Attaching what is attached already changes nothing, as in IAM. */
  attach({ attachedPolicies }: User | Group, policy: Policy): void {
    if (attachedPolicies.includes(policy)) return;
    attachedPolicies.push(policy);
    policy.attachmentCount += 1;
  }

  setBoundary(user: User, policy: Policy): void {
    user.boundary = policy;
    policy.boundaryCount += 1;
  }

  addRole(roleName: string, given: { trustedArns: readonly string[]; externalId?: string; roleId?: string }): Role {
    const role = { roleName, arn: `arn:aws:iam::${this.id}:role/${roleName}`, roleId: newId('AROA'), ...given };
    this.roles.set(role.arn, role);
    return role;
  }

  openSession(role: Role, sessionName: string, seconds: number): Session {
    const session: Session = {
      accessKeyId: newId('ASIA'),
      secretAccessKey: newSecret(),
      sessionToken: newSessionToken(),
      expiration: new Date(this.now().getTime() + seconds * 1000),
      role,
      sessionName,
    };
    this.sessionsById.set(session.accessKeyId, session);
    return session;
  }

  private sequenceOf({ sequence = this.lastSequence + 1 }: Kept): number {
    this.lastSequence = Math.max(this.lastSequence, sequence);
    return sequence;
  }
}
