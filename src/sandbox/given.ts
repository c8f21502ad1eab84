// What the account is given of each thing that is put into it.
import type { KeyStatus, KeyUse } from './state.ts';

/** What a thing that is kept already has, and a new one is given. */
export interface Kept {
  sequence?: number;
}

export interface NewUser extends Kept {
  userId?: string;
  path?: string;
  createDate?: Date;
  passwordLastUsed?: Date;
}

export interface NewGroup extends Kept {
  groupId?: string;
  path?: string;
  createDate?: Date;
}

export interface NewInlinePolicy extends Kept {
  policyName: string;
  document: object;
}

export interface NewKey extends Kept {
  accessKeyId?: string;
  secret?: string;
  status?: KeyStatus;
  createDate?: Date;
  lastUse?: KeyUse;
}

export interface NewPolicy extends Kept {
  policyName: string;
  policyId?: string;
  document: object;
  path?: string;
  description?: string;
  isAwsManaged?: boolean;
  createDate?: Date;
  updateDate?: Date;
  defaultVersionId?: string;
}
