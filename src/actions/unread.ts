// Why a fact was not read, and how a plan says so.
import { assertNever } from '../errors.ts';
import { LONGEST_NAME_WITH_POLICIES } from './fields.ts';

export type WhyUnread = 'not-permitted' | 'untold' | 'name-too-long' | 'not-found' | 'not-readable';

/** @param what is not read, such as "its last use"; left out where that is said already */
export function unreadText(why: WhyUnread, what = ''): string {
  const that = what && ` ${what}`;
  const thatIs = what && `${what} is `;
  switch (why) {
    case 'not-permitted':
      return `${thatIs}not permitted to read`;
    case 'untold':
      return `this endpoint does not tell${that}`;
    case 'name-too-long':
      return `IAM does not tell${that} for names of more than ${LONGEST_NAME_WITH_POLICIES} characters`;
    case 'not-found':
      return `${thatIs}not found`;
    case 'not-readable':
      return `${thatIs}not readable`;
    default:
      return assertNever(why);
  }
}
