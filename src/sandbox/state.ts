// The data model: what an account consists of, as far as the sandbox knows it.

export type KeyStatus = 'Active' | 'Inactive';

/** Where in a listing something stands; pages go on after it, whatever was deleted in between. */
export interface Listed {
  readonly sequence: number;
}

export interface KeyUse {
  date: Date;
  serviceName: string;
  region: string;
}

export interface AccessKey extends Listed {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly createDate: Date;
  readonly user: User;
  status: KeyStatus;
  lastUse?: KeyUse;
}

export interface User extends Listed {
  readonly userName: string;
  readonly path: string;
  readonly userId: string;
  readonly arn: string;
  readonly createDate: Date;
  readonly passwordLastUsed?: Date;
  readonly keys: AccessKey[];
  readonly attachedPolicies: Policy[];
  readonly inlinePolicies: InlinePolicy[];
  readonly groups: Group[];
  boundary?: Policy;
}

export interface Group extends Listed {
  readonly groupName: string;
  readonly path: string;
  readonly groupId: string;
  readonly arn: string;
  readonly createDate: Date;
  readonly attachedPolicies: Policy[];
  readonly inlinePolicies: InlinePolicy[];
}

/** Part of one user or group. */
interface InlinePolicy extends Listed {
  readonly policyName: string;
  readonly document: object;
}

export interface Policy extends Listed {
  readonly policyName: string;
  readonly path: string;
  readonly policyId: string;
  readonly arn: string;
  readonly isAwsManaged: boolean;
  readonly description?: string;
  readonly createDate: Date;
  readonly updateDate: Date;
  readonly defaultVersionId: string;
  readonly document: object;
  attachmentCount: number;
  boundaryCount: number;
}

export interface Role {
  readonly roleName: string;
  readonly roleId: string;
  readonly arn: string;
  readonly trustedArns: readonly string[];
  readonly externalId?: string;
}

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly role: Role;
  readonly sessionName: string;
}

/** IAM tells when a key was last used to the minute. */
export function toMinute(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 60_000) * 60_000);
}
