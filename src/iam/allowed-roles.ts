// Which roles a call may name without a person being asked. A model chooses `role_arn`: with the role of a stranger it
// could send what it read, or was told, to another account, without a change that anybody is asked about.
import { CallError } from '../errors.ts';
import type { Connection } from '../settings/connection.ts';
import { covers } from './patterns.ts';

/** 12 digits: `arn:aws:iam::111122223333:role/x`. */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** A person's yes to a role: the request in which it was given, and by whom. */
export interface RoleAgreement {
  request: string;
  by: string;
}

/** The role may be assumed once a person has agreed to it: a refusal, where nobody can be asked. */
export class RoleNotFree extends CallError {
  constructor(why: string) {
    super('Refused', `role_arn: ${why}`);
  }
}

/**
 * Free are the roles that the operator has named; where none are named, those of the connection's own account, which
 * IAM itself rules over.
 * @param ownAccount asks AWS, if it has to be known: 12 digits
 * @throws RoleNotFree. It names accounts alone, since the plan of a table tells a person why a row is left out
 */
export async function refuseUnlessFree(
  roleArn: string,
  { label, roles }: Pick<Connection, 'label' | 'roles'>,
  ownAccount: () => Promise<string>,
): Promise<void> {
  if (roles?.some((pattern) => covers(pattern, roleArn))) return;
  const account = accountOfArn(roleArn);
  if (roles) {
    throw new RoleNotFree(
      `a role of account ${account}, and none that the rule roles of the connection '${label}' names`,
    );
  }
  const own = await ownAccount();
  if (account === own) return;
  throw new RoleNotFree(
    `a role of account ${account}, and the connection '${label}' is of account ${own}: the operator can allow ` +
      'such roles by the option --roles, or by roles of the connection in the config file',
  );
}
