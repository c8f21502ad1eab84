// When and where a key was used last, as the part of its fact that moves on while the key is in use.
import type { AccessKeyLastUsed } from '@aws-sdk/client-iam';
import { formatDate } from '../iam/response.ts';
import type { MovingPart } from './action.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** In use is a key that was used within a day. @param now when this was read: milliseconds since the epoch */
export function describeLastUse(
  { LastUsedDate: date, ServiceName: service, Region: region }: Partial<AccessKeyLastUsed>,
  now: number,
): MovingPart {
  if (!date) return { shown: 'last use: never' };
  const at = formatDate(date);
  const isInUse = now - Date.parse(at) < DAY_MS;
  return { shown: `last use: ${at}, ${service} in ${region}`, at, ...(isInUse && { isInUse }) };
}
