// Chooses the way in which a person is asked.
import type { CallContext } from '../calls/context.ts';
import { ByRequest } from './agree.ts';
import type { Approval } from './agreement.ts';
import { ByHost } from './by-host.ts';

/**
 * @param callDigest by which an identical call is known
 * @throws CallError ApprovalUnavailable when requests cannot be kept, or nobody can be asked; Refused for a creation that
 *   an identical call has made, whose host has heard nothing of it
 */
export function approvalOf(callDigest: string, isTable: boolean, context: CallContext, yesesNeeded: 1 | 2): Approval {
  return context.program.settings.approval === 'host'
    ? new ByHost(callDigest, context)
    : new ByRequest(callDigest, isTable, context, { yesesNeeded });
}
