// What a policy of the tables is made of, and the words that it must give.

export interface Judged {
  name: string;
  statements: object | object[];
  grave?: string[];
  warnings?: string[];
}

export const ROLES = 'arn:aws:iam::111122223333:role';
// biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a policy names the user whom it is attached to
export const OWN_USER = 'arn:aws:iam::*:user/${aws:username}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: and so a star that is no pattern
export const REAL_STAR = '${*}';
export const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

export function allow(Action: string | string[], Resource: string | string[] = '*', more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more };
}

export const toAdministrator = (what: string) => `it allows ${what}: a way to become an administrator`;
export const toRights = (what: string) => `it allows ${what}: a way to more rights`;
export const toUsers = (what: string) => `it allows ${what}: a way to act as other users`;
export const toCode = (what: string) => `it allows ${what}: a way to act as roles that are in use`;
export const EVERYTHING = 'it allows every action on every resource: whoever has it is an administrator';
export const EVERY_ROLE = 'it allows assuming every role';
/** What NotAction leaves where it takes all of IAM out, or where that is told. */
export const LEFT_WITHOUT_IAM =
  'sso:CreateAccountAssignment, organizations:DetachPolicy, ssm:SendCommand, identitystore:CreateGroupMembership, ' +
  'sso-directory:AddMemberToGroup, lambda:UpdateFunctionCode and 12 more: ways to more rights';
export const ROOT = 'it allows assuming root of member accounts';
