// Which managed policies a pattern of the operator's takes in. Names are unique in an account, whatever their path and
// case; and a policy of AWS's own is the same in every partition.
import { covers } from './patterns.ts';

interface PolicyName {
  /** 12 digits, or `aws` for one of AWS's own; undefined for a name alone. */
  account: string | undefined;
  name: string;
}

/** @param pattern a name, which any account's policy may have, or an ARN; in both `*` and `?` count */
export function coversPolicy(pattern: string, arn: string): boolean {
  const wanted = partsOf(pattern);
  const given = partsOf(arn);
  if (!covers(wanted.name, given.name)) return false;
  return wanted.account === undefined || covers(wanted.account, given.account ?? '');
}

/** `arn:aws:iam::111122223333:policy/path/name`: no part but the last has a slash in it. */
function partsOf(text: string): PolicyName {
  const parts = text.split(':');
  const name = text.slice(text.search(/[^/:]*$/));
  return { account: parts.length > 1 ? (parts[4] ?? '') : undefined, name };
}
