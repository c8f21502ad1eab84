// What a person reads who is asked for a role: not what is done with it, but to whom a tool may turn for the next minutes.
import { createHash } from 'node:crypto';
import { stableCaller } from '../calls/identity.ts';
import type { Account } from '../iam/account.ts';
import { accountOfArn } from '../iam/allowed-roles.ts';
import type { Identity } from '../iam/caller-identity.ts';
import type { Connection } from '../settings/connection.ts';
import { shownLabel } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { wayOf } from './way.ts';

export interface RoleUse {
  /** Of the tool that would work as the role. */
  tool: string;
  roleArn: string;
  connection: Connection;
  /** Of the connection, which would assume it. */
  account: Account;
  identity: Identity;
}

/** As in the audit, for whatever tool a role is assumed. */
const TOOL = 'sts:AssumeRole';

/**
 * By what a person's yes to a role is found again: whatever the arguments are, and never by what finds a change.
 * @param way by which it is asked, as the approval of a call
 */
export function roleDigest({ tool, roleArn, connection, account, identity }: RoleUse, way: unknown): string {
  const { label } = connection;
  const from = [label, account.endpoint ?? null, identity.account, stableCaller(identity.arn)];
  return createHash('sha256')
    .update(JSON.stringify({ role: roleArn, tool, from, way }))
    .digest('hex');
}

export function rolePlan({ tool, roleArn, connection, account, identity }: RoleUse): Plan {
  const of = accountOfArn(roleArn);
  const isStrange = of !== identity.account;
  const title = isStrange
    ? `Let ${tool} work as a role of another account`
    : `Let ${tool} work as a role that the connection's rules do not name`;
  return {
    tool: TOOL,
    madeAt: new Date().toISOString(),
    leftOut: [],
    rows: [
      {
        connection: shownLabel(connection),
        account: identity.account,
        caller: identity.arn,
        way: wayOf({ connection }, account),
        arguments: { role_arn: roleArn, tool },
        target: {
          owner: { id: of, shown: of, plural: 'Accounts' },
          thing: { id: roleArn, shown: roleArn },
          fields: ['role_arn'],
        },
        title,
        facts: [
          { label: 'Role', shown: roleArn },
          { label: "Role's account", shown: of },
          { label: 'Tool', shown: tool },
          { label: 'What may leave', shown: `what its calls name, and what they read, go to account ${of}` },
        ],
        cells: [
          { column: 'Role', shown: roleArn },
          { column: 'Account', shown: of },
        ],
        grave: isStrange
          ? [
              `the role is of account ${of}, and the connection of account ${identity.account}: whoever rules over that account sees all that is sent there`,
            ]
          : ['no pattern of the operator covers this role'],
        notKnown: [],
        warnings: [],
        effect:
          'For ten minutes from when this was asked, this tool may work as this role on this connection, with whatever ' +
          'arguments. A change is asked for once more.',
        confirm: { what: "the last four digits of the role's account", text: of.slice(-4) },
      },
    ],
  };
}
