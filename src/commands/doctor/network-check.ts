// The way of a connection's bytes, in words: direct or through which proxy, and whether the other end is verified.
import type { Leg, Way } from '../../iam/way.ts';
import type { Connection } from '../../settings/connection.ts';
import { type Check, failed, notKnown, ok, warning } from './check.ts';

/**
 * @param outcome `problem` is why AWS was not reached; `wasTried` is false where it was not asked anything
 */
export function checkNetwork(
  connection: Connection,
  { iam, sts, caBundle }: Way,
  { problem, wasTried }: { problem: string | undefined; wasTried: boolean },
): Check {
  const legs = hasOwnWay(sts, iam) ? `${routeTo(iam)}; for STS ${routeTo(sts)}` : routeTo(iam);
  const way = `${legs}; ${trust([iam, sts], connection, caBundle)}`;
  if (problem !== undefined) return failed('network', `${problem} (${way})`);
  if (!wasTried) return notKnown('network', `${way}; not tried without credentials`);
  if ([iam, sts].some(hasTls) && !connection.verifySsl) {
    return warning('network', `${way}: whoever is on the way can pose as AWS; set verifySsl, or give a caBundle`);
  }
  if (iam.isOpen || sts.isOpen) {
    return warning('network', `${way}: whoever is on the way can read along; give an endpoint of https://`);
  }
  return ok('network', way);
}

/** STS is another host at AWS, too: that alone is nothing to tell. */
function hasOwnWay(sts: Leg, iam: Leg): boolean {
  const isElsewhere = sts.isSet && sts.address !== iam.address;
  return isElsewhere || sts.proxy?.address !== iam.proxy?.address;
}

function routeTo({ address, proxy }: Leg): string {
  const to = `to ${address.replace(/^.*?:\/\//, '')}`;
  if (!proxy) return `${to}, direct`;
  return proxy.name === 'the remote agent'
    ? `${to} through the remote agent ${proxy.address}`
    : `${to} through the proxy ${proxy.address} of the environment`;
}

function hasTls({ address }: Leg): boolean {
  return address.startsWith('https:');
}

function trust(legs: Leg[], { verifySsl, caBundle: own }: Connection, caBundle: string | undefined): string {
  if (!legs.some(hasTls)) return legs.some(({ isOpen }) => isOpen) ? 'no TLS' : 'no TLS, on this machine';
  if (!verifySsl) return 'TLS NOT verified';
  const verified = caBundle === undefined ? 'TLS verified' : `TLS verified by the CA bundle ${caBundle}`;
  const bundle = caBundle !== undefined && own === undefined ? `${verified} (AWS_CA_BUNDLE)` : verified;
  return legs.every(hasTls) ? bundle : `${bundle}, in part without TLS`;
}
