// Patterns of the roles that a call may name without a person being asked, as the operator writes them.

/** `*` is any text, `?` one character; `*` alone is every role. Without a star, an account has twelve digits. */
export const ROLE_PATTERN = /^(\*|arn:[\w*?-]+:iam::(?:[\d?]{12}|(?=[\d?]*\*)[\d*?]{1,12}):role\/[\w+=,.@/*?-]+)$/;

export const ROLE_PATTERN_EXAMPLE = 'arn:aws:iam::111122223333:role/audit-*';

/** Those of an option, which has one after another with blanks between them: a role's name may have commas. */
export function rolePatternsIn(text: string): string[] {
  return text.split(/\s+/).filter((pattern) => pattern !== '');
}
