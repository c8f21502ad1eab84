// How a request gets to AWS, as a person reads it: only what is out of the ordinary.
import type { Fact } from '../actions/action.ts';
import type { Account } from '../iam/account.ts';
import type { Connection } from '../settings/connection.ts';
import { withoutLogin } from '../settings/connection-urls.ts';
import type { PlanRow } from './plan.ts';

/** Where the request goes, if not straight to AWS. */
export function wayOf({ credentials, remoteAgent, verifySsl }: Connection, { endpoint }: Account): PlanRow['way'] {
  if (credentials.from === 'sandbox') return { facts: [], grave: [] };
  const facts: Fact[] = [
    ...(endpoint ? [{ label: 'Sent to', shown: `${withoutLogin(endpoint)}, which is not AWS's own address` }] : []),
    ...(remoteAgent ? [{ label: 'Through', shown: `the remote agent ${withoutLogin(remoteAgent)}` }] : []),
  ];
  return {
    facts: facts.map((fact) => ({ ...fact, fromOperator: true })),
    grave: [
      ...(endpoint ? ["requests go to an endpoint that is not AWS's own"] : []),
      ...(verifySsl ? [] : ['TLS certificates are not verified on this connection']),
    ],
  };
}
