// One identity at AWS, for one call: the connection's own, or a role assumed from it. The only way out to AWS, and the
// boundary at which whatever the SDK throws becomes an `AwsError`.
import { CallError } from '../envelope.ts';
import type { Connection } from '../settings/connections.ts';
import type { Clients, Timeouts } from './clients.ts';
import type { Credentials } from './credentials.ts';
import { AwsError, toAwsError } from './errors.ts';
import type { IamOperations } from './operations.ts';
import type { ExchangeMetadata } from './response.ts';

type Operation = keyof IamOperations;
export type OperationInput<Name extends Operation> = ConstructorParameters<IamOperations[Name]>[0];
type Handler<Name extends Operation> = ReturnType<InstanceType<IamOperations[Name]>['resolveMiddleware']>;
export type OperationOutput<Name extends Operation> = Awaited<ReturnType<Handler<Name>>>['output'] & {
  $metadata: ExchangeMetadata;
};

export interface SendOptions {
  signal: AbortSignal;
  /** For a request that must never be sent twice, whatever becomes of its answer. */
  once?: boolean;
}

export interface Identity {
  /** 12 digits. */
  account: string;
  arn: string;
}

export interface Account {
  /** @throws AwsError */
  send<Name extends Operation>(
    operation: Name,
    input: OperationInput<Name>,
    options: SendOptions,
  ): Promise<OperationOutput<Name>>;
  /** Who AWS says this is. @throws AwsError */
  identity(signal: AbortSignal): Promise<Identity>;
  /** Ids of the access keys without which this connection could not sign. */
  ownKeyIds: readonly string[];
}

// CloudTrail shows it as the last part of the assumed role's ARN.
const ROLE_SESSION_NAME = 'aws-iam-mcp';

/** Opens accounts; the clients of a connection are made once and kept, since their sockets stay open. */
export class Accounts {
  readonly #timeouts: Timeouts;
  readonly #registerSecret: (secret: string | undefined) => void;
  readonly #clients = new Map<Connection, Promise<Clients>>();

  constructor(timeouts: Timeouts, registerSecret: (secret: string | undefined) => void) {
    this.#timeouts = timeouts;
    this.#registerSecret = registerSecret;
  }

  /**
   * Finds the credentials and, for a role, assumes it.
   * @throws CallError NoCredentials
   * @throws AwsError when AWS refuses the role
   */
  async open(connection: Connection, roleArn: string | undefined, signal: AbortSignal): Promise<Account> {
    const clients = await this.#clientsOf(connection);
    const own = await untilAborted(clients.credentials(), signal);
    this.#register(own);
    if (roleArn === undefined) return new SdkAccount(clients, [own.accessKeyId]);
    const session = await this.#assumeRole(clients, roleArn, signal);
    const { makeClients } = await import('./clients.ts');
    const asRole = await makeClients(connection, this.#timeouts, async () => session);
    return new SdkAccount(asRole, [own.accessKeyId, session.accessKeyId]);
  }

  #clientsOf(connection: Connection): Promise<Clients> {
    let clients = this.#clients.get(connection);
    if (!clients) {
      clients = import('./clients.ts').then(({ makeClients }) => makeClients(connection, this.#timeouts));
      this.#clients.set(connection, clients);
      // A region that could not be read from the config file, say: the next call tries again.
      clients.catch(() => this.#clients.delete(connection));
    }
    return clients;
  }

  async #assumeRole(clients: Clients, roleArn: string, signal: AbortSignal): Promise<Credentials> {
    const { AssumeRoleCommand } = await import('./operations.ts');
    try {
      const { Credentials: session } = await clients.sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: ROLE_SESSION_NAME }),
        { abortSignal: signal },
      );
      if (!session?.AccessKeyId || !session.SecretAccessKey || !session.SessionToken) {
        throw new AwsError('BadResponse', 'AssumeRole was answered without credentials', { notDone: true });
      }
      const credentials = {
        accessKeyId: session.AccessKeyId,
        secretAccessKey: session.SecretAccessKey,
        sessionToken: session.SessionToken,
        expiration: session.Expiration,
      };
      this.#register(credentials);
      return credentials;
    } catch (error) {
      throw toAwsError(error, 'AssumeRole').asOfARead();
    }
  }

  #register({ secretAccessKey, sessionToken }: Credentials): void {
    this.#registerSecret(secretAccessKey);
    this.#registerSecret(sessionToken);
  }
}

class SdkAccount implements Account {
  readonly ownKeyIds: readonly string[];
  readonly #clients: Clients;

  constructor(clients: Clients, ownKeyIds: readonly string[]) {
    this.#clients = clients;
    this.ownKeyIds = ownKeyIds;
  }

  async send<Name extends Operation>(operation: Name, input: OperationInput<Name>, options: SendOptions) {
    const { iamOperations } = await import('./operations.ts');
    const client = options.once ? this.#clients.iamOnce : this.#clients.iam;
    // The map's types do not survive being indexed by a type parameter; `OperationInput` and `Output` hold the pair.
    const Command = iamOperations[operation] as unknown as new (input: unknown) => Parameters<typeof client.send>[0];
    try {
      const output: unknown = await client.send(new Command(input), { abortSignal: options.signal });
      return output as OperationOutput<Name>;
    } catch (error) {
      throw error instanceof CallError ? error : toAwsError(error, operation);
    }
  }

  async identity(signal: AbortSignal): Promise<Identity> {
    const { GetCallerIdentityCommand } = await import('./operations.ts');
    try {
      const { Account, Arn } = await this.#clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      if (!Account || !Arn) throw new AwsError('BadResponse', 'GetCallerIdentity named no account', { notDone: true });
      return { account: Account, arn: Arn };
    } catch (error) {
      throw toAwsError(error, 'GetCallerIdentity').asOfARead();
    }
  }
}

/** The credential chain takes no signal of its own, and its processes and metadata services may hang. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () =>
      reject(new CallError('Timeout', 'the credentials were not found within the time allowed (--call-timeout)'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
