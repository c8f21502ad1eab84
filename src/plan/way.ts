// How a request gets to AWS, as a person reads it: only what is out of the ordinary, and what of that is grave.
import type { Fact } from '../actions/action.ts';
import type { RowCall } from '../calls/row-call.ts';
import type { Account } from '../iam/account.ts';
import type { Leg, Way } from '../iam/way.ts';
import type { Connection } from '../settings/connection.ts';
import type { PlanRow } from './plan.ts';

type Caller = Pick<RowCall, 'connection' | 'account' | 'ownAccount'>;

export function wayOf({ connection, account, ownAccount }: Caller, { way }: Pick<Account, 'way'>): PlanRow['way'] {
  const grave =
    ownAccount === undefined || ownAccount === account
      ? []
      : [`this changes account ${account}, not the connection's own account ${ownAccount}`];
  if (connection.credentials.from === 'sandbox') return { facts: [], grave };
  const facts = [...factsOfLegs(way), ...factsOfTrust(way, connection)];
  return {
    facts: facts.map((fact) => ({ ...fact, fromOperator: true })),
    grave: [...grave, ...graveOfLegs(way), ...graveOfTrust(connection)],
  };
}

/** STS where its requests go another way than IAM's. */
function factsOfLegs({ iam, sts }: Way): Fact[] {
  return [
    ...(iam.isSet ? [{ label: 'Sent to', shown: describeAddress(iam) }] : []),
    ...(sts.isSet && sts.address !== iam.address ? [{ label: 'Signed in at', shown: describeAddress(sts) }] : []),
    ...(iam.proxy ? [{ label: 'Through', shown: describeProxy(iam) }] : []),
    ...(describeProxy(sts) === describeProxy(iam) ? [] : [{ label: 'Signed in through', shown: describeProxy(sts) }]),
  ];
}

function describeAddress({ address, isAws }: Leg): string {
  return `${address}, which is ${isAws ? '' : 'not '}AWS's own address`;
}

function describeProxy({ proxy }: Leg): string {
  return proxy ? `${proxy.name} ${proxy.address}` : 'no proxy';
}

function graveOfLegs({ iam, sts }: Way): string[] {
  const requests = (isOfIam: boolean) => (isOfIam ? 'requests' : 'requests to STS');
  return [
    ...(iam.isAws && sts.isAws ? [] : [`${requests(!iam.isAws)} go to an endpoint that is not AWS's own`]),
    ...(iam.isOpen || sts.isOpen
      ? [`${requests(iam.isOpen)} go without TLS: whoever is on the way can read and change them`]
      : []),
  ];
}

function factsOfTrust({ caBundle }: Way, { verifySsl }: Connection): Fact[] {
  if (caBundle === undefined || !verifySsl) return [];
  return [{ label: 'Certificates', shown: `checked by the CA bundle ${caBundle}` }];
}

function graveOfTrust({ verifySsl }: Connection): string[] {
  return verifySsl ? [] : ['TLS certificates are not verified on this connection'];
}
