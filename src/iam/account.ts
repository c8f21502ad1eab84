// One identity at AWS, for one call: the connection's own, or a role assumed from it. The only way out to AWS, and the
// boundary at which whatever the SDK throws becomes an `AwsError`.
import { setMaxListeners } from 'node:events';
import { CallError } from '../errors.ts';
import type { Redactor } from '../redact.ts';
import type { Connection } from '../settings/connection.ts';
import { unlessAborted } from '../time-limit.ts';
import type { RoleAgreement } from './allowed-roles.ts';
import type { Identity } from './caller-identity.ts';
import { type AwsError, STALE_CREDENTIALS, toAwsError } from './errors.ts';
import type { MfaCode } from './mfa.ts';
import type { IamOperations } from './operations.ts';
import type { Pace } from './pace.ts';
import type { Reach, Reached, ReachOptions } from './reach.ts';
import type { ExchangeMetadata } from './response.ts';
import type { Way } from './way.ts';

type Operation = keyof IamOperations;
export type OperationInput<Name extends Operation> = ConstructorParameters<IamOperations[Name]>[0];
type Handler<Name extends Operation> = ReturnType<InstanceType<IamOperations[Name]>['resolveMiddleware']>;
export type OperationOutput<Name extends Operation> = Awaited<ReturnType<Handler<Name>>>['output'] & {
  $metadata: ExchangeMetadata;
};

/**
 * What it does to carry out an operation twice: `repeatable` leaves everything as one time does, `once` makes a second of
 * what it makes, which nobody asked for.
 */
export type Nature = 'once' | 'repeatable';

/** Where a connection's requests go. */
export interface Place {
  region: string;
  /** Of that region: `aws`, `aws-cn`, … */
  partition: string;
  /** Of IAM, where it is not AWS's own. */
  endpoint: string | undefined;
  way: Way;
}

export interface Account extends Omit<Place, 'region'> {
  /**
   * @param nature `once` is not sent again when an answer is lost. Every read is `repeatable`
   * @throws AwsError
   */
  send<Name extends Operation>(
    operation: Name,
    input: OperationInput<Name>,
    signal: AbortSignal,
    nature?: Nature,
  ): Promise<OperationOutput<Name>>;
  /** Who AWS says this is: asked once for the same credentials, or `anew`, since they may have ended. @throws AwsError */
  identity(signal: AbortSignal, options?: { anew: boolean }): Promise<Identity>;
  /** Ids of the access keys without which this connection could not sign. */
  ownKeyIds: readonly string[];
  /**
   * The account of the connection itself, 12 digits, for a role that the call names: that one may be of another. Asked
   * once for the same credentials. @throws AwsError
   */
  ownAccount: ((signal: AbortSignal) => Promise<string>) | undefined;
}

export interface OpenOptions {
  roleArn?: string;
  /** A person's yes to that role, where it is not free. */
  agreement?: RoleAgreement;
  signal: AbortSignal;
  /** Left out where nobody can be asked for a code. */
  mfaCode?: MfaCode;
}

/** What a connection needs to reach AWS, and the state of the files that it was made from. */
interface Kept {
  files: string;
  reach: Promise<Reach>;
}

/** Opens accounts. What a connection needs to reach AWS is made once and kept, until the files behind it change. */
export class Accounts {
  readonly #options: ReachOptions;
  readonly #kept = new Map<Connection, Kept>();
  /** Beside what is kept: AWS's patience with a connection does not change with its files. */
  readonly #paces = new Map<Connection, Pace>();

  constructor(options: ReachOptions) {
    this.#options = options;
  }

  /**
   * Finds the credentials and, for a role, assumes it.
   * @throws MfaCodeNeeded when a person has to type codes first
   * @throws RoleNotFree when a person has to agree to the role first
   * @throws CallError NoCredentials, InvalidArguments (region, CA bundle, partition of the role), Timeout
   * @throws AwsError when AWS refuses the role
   */
  async open(connection: Connection, { roleArn, agreement, signal, mfaCode }: OpenOptions): Promise<Account> {
    const kept = await this.#keptFor(connection);
    const forget = () => this.#forget(connection, kept);
    try {
      const reached = kept.reach.then((reach) => reach.as(roleArn, mfaCode, agreement));
      const late = () => credentialsLate(this.#paces.get(connection)?.isSlowed ?? false);
      // The credential chain takes no signal, and its processes and metadata services may hang.
      return new SdkAccount(await unlessAborted(reached, signal, late), this.#options.redactor, forget);
    } catch (error) {
      // What hangs (a credential process, a metadata service) must not hang every later call too.
      if (signal.aborted) forget();
      throw error;
    }
  }

  /**
   * Where a connection's requests go, without sending any.
   * @throws CallError InvalidArguments for a region that there is not, or a CA bundle that cannot be read
   */
  async place(connection: Connection): Promise<Place> {
    const { place } = await (await this.#keptFor(connection)).reach;
    return place;
  }

  async #keptFor(connection: Connection): Promise<Kept> {
    const [{ filesBehind, Reach }, { Pace }] = await Promise.all([import('./reach.ts'), import('./pace.ts')]);
    const files = filesBehind(connection);
    const known = this.#kept.get(connection);
    if (known?.files === files) return known;
    let pace = this.#paces.get(connection);
    if (!pace) {
      pace = new Pace(this.#options.concurrency);
      this.#paces.set(connection, pace);
    }
    const kept = { files, reach: Reach.open(connection, pace, this.#options) };
    this.#kept.set(connection, kept);
    // A region that is not there, say: corrected in a file, the next call finds it.
    kept.reach.catch(() => this.#forget(connection, kept));
    return kept;
  }

  /** Only that very one: another call may have put a newer in its place. */
  #forget(connection: Connection, kept: Kept): void {
    if (this.#kept.get(connection) === kept) this.#kept.delete(connection);
  }
}

class SdkAccount implements Account {
  readonly ownKeyIds: readonly string[];
  readonly partition: string;
  readonly endpoint: string | undefined;
  readonly way: Way;
  readonly ownAccount: Account['ownAccount'];
  readonly #clients: Reached['clients'];
  readonly #identity: Reached['identity'];
  readonly #redactor: Pick<Redactor, 'text'>;
  readonly #forget: () => void;

  constructor(
    { clients, identity, ownKeyIds, partition, endpoint, way, ownAccount }: Reached,
    redactor: Pick<Redactor, 'text'>,
    forget: () => void,
  ) {
    this.#clients = clients;
    this.#identity = identity;
    this.ownKeyIds = ownKeyIds;
    this.partition = partition;
    this.endpoint = endpoint;
    this.way = way;
    this.ownAccount = ownAccount;
    this.#redactor = redactor;
    this.#forget = forget;
  }

  async send<Name extends Operation>(
    operation: Name,
    input: OperationInput<Name>,
    signal: AbortSignal,
    nature: Nature = 'repeatable',
  ) {
    const { iamOperations } = await import('./operations.ts');
    // All rows of a table listen to the one time limit of their call, which Node would take for a leak.
    setMaxListeners(0, signal);
    const client = nature === 'once' ? this.#clients.iamOnce : this.#clients.iam;
    // The map's types do not survive being indexed by a type parameter; `OperationInput` and `Output` hold the pair.
    const Command = iamOperations[operation] as unknown as new (input: unknown) => Parameters<typeof client.send>[0];
    try {
      const output: unknown = await client.send(new Command(input), { abortSignal: signal });
      return output as OperationOutput<Name>;
    } catch (error) {
      throw this.#told(error, operation);
    }
  }

  async identity(signal: AbortSignal, { anew } = { anew: false }): Promise<Identity> {
    try {
      return await (anew ? this.#identity.askAnew(signal) : this.#identity.get(signal));
    } catch (error) {
      throw this.#told(error, 'GetCallerIdentity').asOfARead();
    }
  }

  #told(thrown: unknown, operation: string): AwsError {
    const error = toAwsError(thrown, operation, (text) => this.#redactor.text(text));
    if (STALE_CREDENTIALS.has(error.code)) this.#forget();
    return error;
  }
}

function credentialsLate(isThrottled: boolean): CallError {
  const why = isThrottled ? ', while AWS throttled this connection' : '';
  return new CallError('Timeout', `the credentials were not found within the time allowed (--call-timeout)${why}`);
}
