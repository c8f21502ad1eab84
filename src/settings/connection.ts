// A connection as the rest of the program sees it: rendered, checked, nothing left to look up but the credentials of a
// profile or of the SDK's chain, which are found when a call needs them.

/** How a connection gets its own credentials, the ones that a role is assumed from. */
export type ConnectionCredentials =
  | { from: 'keys'; accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  | { from: 'profile'; profile: string }
  /** The SDK's normal chain: environment, default profile, SSO, container, instance. */
  | { from: 'chain' }
  /** The built-in sandbox's own. */
  | { from: 'sandbox'; accessKeyId: string; secretAccessKey: string };

/** The role that a connection works as. */
interface ConnectionRole {
  arn: string;
  externalId?: string;
  sessionName?: string;
  durationSeconds?: number;
}

export interface Connection {
  label: string;
  /** One line of text; whether there is such a region is not checked here. */
  region?: string;
  credentials: ConnectionCredentials;
  /** In place of AWS's own endpoints: https, or http on this machine. */
  endpoint?: string;
  role?: ConnectionRole;
  /** Patterns of the roles that a call may name without a person being asked. Without them, those of its own account. */
  roles?: readonly string[];
  /** Patterns of the names of users whom no call may change. */
  protectedUsers?: readonly string[];
  /** Patterns of managed policies: the only ones that may be attached, and those that may not. */
  allowPolicies?: readonly string[];
  denyPolicies?: readonly string[];
  /** Within any 60 minutes. */
  maxChangesPerHour?: number;
  /** Names of the tools whose changes two people have to agree to. */
  twoPeople?: readonly string[];
  verifySsl: boolean;
  /** An absolute path. Whether there is such a file is not checked here. */
  caBundle?: string;
  /** A proxy's URL, socks5h:, socks5:, http: or https:, with the credentials for it, if any. */
  remoteAgent?: string;
  readOnly: boolean;
  /** Seconds for one answer, in place of --answer-timeout. */
  timeout?: number;
  /** For templates in tool inputs: those that are text. Secret ones are not here. */
  referenceValues: Record<string, string>;
}
