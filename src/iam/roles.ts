// Roles assumed through STS, kept until shortly before they expire. However many calls wait for one, it is assumed once.
import type { Credentials } from './credentials.ts';
import { AwsError, toAwsError } from './errors.ts';
import { LEAST_LIFE_LEFT_MS } from './lookup.ts';
import { AssumeRoleCommand, type STSClient } from './operations.ts';

type AssumeRoleInput = ConstructorParameters<typeof AssumeRoleCommand>[0];

/** What CloudTrail shows as the last part of the assumed role's ARN where nothing else was configured. */
export const ROLE_SESSION_NAME = 'aws-iam-mcp';

/**
 * @returns the session's credentials
 * @throws AwsError; for a role that may not be assumed it names the role and who tried
 */
export async function assumeRole(
  sts: STSClient,
  input: AssumeRoleInput,
  redact: (text: string) => string,
): Promise<Credentials> {
  try {
    const { Credentials: session } = await sts.send(new AssumeRoleCommand(input));
    if (!session?.AccessKeyId || !session.SecretAccessKey || !session.SessionToken) {
      throw new AwsError('BadResponse', 'AssumeRole was answered without credentials', { notDone: true });
    }
    return {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
      expiration: session.Expiration,
    };
  } catch (error) {
    const { TokenCode: code } = input;
    // AWS may quote what a person has typed.
    const withoutCode = (text: string) => (code ? redact(text).replaceAll(code, '(the code)') : redact(text));
    throw toAwsError(error, 'AssumeRole', withoutCode).asOfARead();
  }
}

export class RoleSessions {
  readonly #now: () => number;
  readonly #sessions = new Map<string, Promise<Credentials>>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param key says which role, assumed by whom and with what; equal keys share one session */
  async get(key: string, assume: () => Promise<Credentials>): Promise<Credentials> {
    const known = this.#sessions.get(key);
    if (known) {
      const session = await known;
      if (this.#isFresh(session)) return session;
      // Of all that find it stale, the first starts the next one, and the others find that.
      if (this.#sessions.get(key) === known) this.#sessions.delete(key);
      return this.get(key, assume);
    }
    const session = assume();
    this.#sessions.set(key, session);
    session.catch(() => {
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
    });
    return session;
  }

  #isFresh({ expiration }: Credentials): boolean {
    return expiration !== undefined && expiration.getTime() - this.#now() > LEAST_LIFE_LEFT_MS;
  }
}
