// Whose permissions count, from the ARN that STS gives.

export interface Principal {
  /** Of a user, who can be asked about itself. */
  userName?: string;
  /** What to simulate by, the likeliest first; none for root and federated users, whom AWS does not simulate. */
  policySources: string[];
}

/** @param role the ARN of the role that was assumed, where it is known; a session's ARN leaves out the role's path */
export function principalOf(arn: string, region: string, role?: string): Principal {
  const userName = /^arn:[\w-]+:iam::\d+:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (userName !== undefined) return { userName, policySources: [arn] };
  const [, partition, account, name = ''] = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (partition === undefined) return { policySources: [] };
  if (role?.endsWith(`/${name}`)) return { policySources: [role] };
  // IAM Identity Center's roles have its own region in their path, if that is not us-east-1.
  const signIn = `aws-reserved/sso.amazonaws.com`;
  const paths = name.startsWith('AWSReservedSSO_') ? [`${signIn}/${region}/`, `${signIn}/`] : [''];
  return { policySources: paths.map((path) => `arn:${partition}:iam::${account}:role/${path}${name}`) };
}
