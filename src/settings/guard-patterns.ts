// Patterns of users and managed policies, as the operator writes them in a connection's rules: `*` is any text, `?` one
// character, in any case.

/** Of names alone: IAM's are unique in an account, whatever their path. */
export const USER_PATTERN = /^[\w+=,.@*?-]{1,128}$/;

/**
 * A name, or an ARN. Paths are not looked at, so that a pattern with a path would take in more than it seems to: only
 * a whole ARN may have one.
 */
export const POLICY_PATTERN =
  /^(?=.{1,2048}$)(?:[\w+=,.@*?-]+|arn:[\w*?-]+:iam::(?:aws|[\d?]{12}|(?=[\d?]*\*)[\d*?]{1,12}):policy\/(?:(?:[\w+=,.@-]+\/)+[\w+=,.@-]+|[\w+=,.@*?-]+))$/;

export const POLICY_PATTERN_EXAMPLE = 'ReadOnly* or arn:aws:iam::111122223333:policy/audit-*';
