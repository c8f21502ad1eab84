// How one connection reaches AWS: region, network, credentials and roles, kept between calls. Part of the chunk that is
// loaded with the first call.
import type { Redactor } from '../redact.ts';
import { awsConfigFiles, stateOf } from '../settings/aws-files.ts';
import type { Connection } from '../settings/connection.ts';
import type { AssumedRole } from '../state/audit.ts';
import type { Place } from './account.ts';
import { accountOfArn, type RoleAgreement, refuseUnlessFree } from './allowed-roles.ts';
import { CallerIdentity } from './caller-identity.ts';
import { type ClientSettings, type Clients, makeClients } from './clients.ts';
import { type Credentials, credentialSource, recorded } from './credentials.ts';
import { AwsError, STALE_CREDENTIALS, toAwsError } from './errors.ts';
import type { CredentialSource } from './lookup.ts';
import type { MfaCode } from './mfa.ts';
import { requestHandlerFor, type Timeouts } from './network.ts';
import type { Pace } from './pace.ts';
import { refuseOtherPartition } from './partition.ts';
import { type FoundPlace, findPlace } from './place.ts';
import { assumeRole, ROLE_SESSION_NAME, RoleSessions } from './roles.ts';

/**
 * Puts on record that a role is about to be assumed, or is refused.
 * @returns tells what came of it: nothing, or what was thrown
 * @throws CallError Refused when that cannot be kept: then the role is not assumed
 */
export type RecordRole = (assumed: AssumedRole) => (error?: unknown) => void;

export interface ReachOptions {
  timeouts: Timeouts;
  /** How many requests may be on their way at once, for each connection. */
  concurrency: number;
  allowUnknownRegion: boolean;
  /** Learns every secret that a connection comes to use. */
  redactor: Pick<Redactor, 'register' | 'text'>;
  recordRole: RecordRole;
}

/** One identity at AWS: what it signs with, and who it is. */
interface Signer {
  clients: Clients;
  identity: CallerIdentity;
}

export interface Reached extends Signer, Place {
  /** Ids of the access keys without which these clients could not sign. */
  ownKeyIds: string[];
  /** As `Account` has it. */
  ownAccount: ((signal: AbortSignal) => Promise<string>) | undefined;
}

const MOST_IDENTITIES = 50;
// What the SDK calls a profile's role session where the profile does not say; it differs each time, and so would the
// caller's ARN, to which an agreement is bound.
const SDK_SESSION_NAME = /^aws-sdk-js-/;

export class Reach {
  readonly place: Place;
  readonly #connection: Connection;
  readonly #settings: ClientSettings;
  readonly #redactor: ReachOptions['redactor'];
  readonly #recordRole: RecordRole;
  readonly #newSource: () => CredentialSource;
  #source: CredentialSource;
  #sessions = new RoleSessions();
  /** Ids of the keys with which a profile's own roles were assumed. */
  readonly #keysBehindProfile = new Set<string>();
  /** By their credentials. */
  readonly #signers = new Map<string, Signer>();

  /** @throws CallError InvalidArguments for a region that there is not, or a CA bundle that cannot be used */
  static async open(connection: Connection, pace: Pace, options: ReachOptions): Promise<Reach> {
    const found = await findPlace(connection, options);
    return new Reach(connection, found, pace, options);
  }

  private constructor(
    connection: Connection,
    { place, network, endpoints, profile }: FoundPlace,
    pace: Pace,
    options: ReachOptions,
  ) {
    this.place = place;
    this.#connection = connection;
    this.#redactor = options.redactor;
    this.#recordRole = options.recordRole;
    const answerTimeoutMs = connection.timeout === undefined ? options.timeouts.answer : connection.timeout * 1000;
    const { region, partition } = place;
    const requestHandler = requestHandlerFor(network, { connect: options.timeouts.connect, answer: answerTimeoutMs });
    this.#settings = {
      region,
      endpoints,
      profile,
      requestHandler,
      answerTimeoutMs,
      pace,
    };
    const ofProfile: Parameters<typeof credentialSource>[1]['assumeRole'] = async (own, params) => {
      refuseOtherPartition("the profile's role_arn", params.RoleArn ?? '', partition);
      this.#keysBehindProfile.add(own.accessKeyId);
      return this.#assumed(own, {
        ...params,
        RoleArn: params.RoleArn,
        RoleSessionName: SDK_SESSION_NAME.test(params.RoleSessionName ?? '')
          ? ROLE_SESSION_NAME
          : params.RoleSessionName,
      });
    };
    this.#newSource = () =>
      credentialSource(connection.credentials, {
        region,
        requestHandler,
        assumeRole: ofProfile,
        recordRole: (role) => this.#recorded(role),
        redact: this.#redact,
      });
    this.#source = this.#newSource();
  }

  readonly #redact = (text: string): string => this.#redactor.text(text);

  /**
   * @param roleArn a role to assume from the connection's identity
   * @param agreement to it, by a person
   * @throws MfaCodeNeeded before anything is sent; RoleNotFree for a role that takes an agreement; CallError NoCredentials,
   *   InvalidArguments; AwsError when AWS refuses the role
   */
  async as(roleArn: string | undefined, mfaCode: MfaCode | undefined, agreement?: RoleAgreement): Promise<Reached> {
    const { role } = this.#connection;
    const { partition } = this.place;
    const asked = roleArn === undefined ? undefined : { arn: roleArn };
    // All of them first: finding the credentials may send something, too.
    if (role) refuseOtherPartition("the connection's roleArn", role.arn, partition);
    if (asked) refuseOtherPartition('role_arn', asked.arn, partition);
    const own = await this.#source(mfaCode);
    const ownAccount = (signal?: AbortSignal) => this.#ownAccount(own, signal);
    if (asked && !agreement) await refuseUnlessFree(asked.arn, this.#connection, ownAccount);
    let identity = own;
    const ownKeyIds = [own.accessKeyId, ...this.#keysBehindProfile];
    for (const next of [role, asked]) {
      if (!next) continue;
      identity = await this.#assume(identity, next, next === asked ? agreement : undefined);
      ownKeyIds.push(identity.accessKeyId);
    }
    return { ...this.#signerFor(identity), ...this.place, ownKeyIds, ownAccount: asked && ownAccount };
  }

  /** Of the role that the connection works as, else of its own credentials. */
  async #ownAccount(own: Credentials, signal: AbortSignal | undefined): Promise<string> {
    const { role } = this.#connection;
    if (role) return accountOfArn(role.arn);
    try {
      const { account } = await this.#signerFor(own).identity.get(signal);
      return account;
    } catch (error) {
      throw this.#afterStale(toAwsError(error, 'GetCallerIdentity', this.#redact).asOfARead());
    }
  }

  async #assume(
    from: Credentials,
    role: NonNullable<Connection['role']>,
    agreement: RoleAgreement | undefined,
  ): Promise<Credentials> {
    try {
      return await this.#sessions.get(JSON.stringify([keyOf(from), role]), () =>
        this.#assumed(
          from,
          {
            RoleArn: role.arn,
            RoleSessionName: role.sessionName ?? ROLE_SESSION_NAME,
            ExternalId: role.externalId,
            DurationSeconds: role.durationSeconds,
          },
          agreement,
        ),
      );
    } catch (error) {
      throw this.#afterStale(error);
    }
  }

  /** Credentials that AWS no longer takes are looked for anew by the next call. */
  #afterStale(error: unknown): unknown {
    if (error instanceof AwsError && STALE_CREDENTIALS.has(error.code)) {
      this.#source = this.#newSource();
      this.#sessions = new RoleSessions();
    }
    return error;
  }

  /** On record before it is sent: whoever acts in another account must be found there. */
  async #assumed(
    by: Credentials,
    input: Parameters<typeof assumeRole>[1],
    agreement?: RoleAgreement,
  ): Promise<Credentials> {
    const settled = this.#recorded(input?.RoleArn, by.accessKeyId, agreement);
    return recorded(settled, () => assumeRole(this.#signerFor(by).clients.sts, input, this.#redact));
  }

  #recorded(role = '', accessKeyId?: string, agreement?: RoleAgreement): (error?: unknown) => void {
    return this.#recordRole({ connection: this.#connection.label, role, accessKeyId, agreement });
  }

  /** One set of clients an identity, so that a call signs as one and the same from its plan to its end. */
  #signerFor(credentials: Credentials): Signer {
    const key = keyOf(credentials);
    const known = this.#signers.get(key);
    if (known) return known;
    this.#redactor.register(credentials.secretAccessKey);
    this.#redactor.register(credentials.sessionToken);
    const clients = makeClients(credentials, this.#settings);
    const signer = { clients, identity: new CallerIdentity(clients.sts) };
    const [oldest] = this.#signers.keys();
    if (this.#signers.size >= MOST_IDENTITIES && oldest !== undefined) this.#signers.delete(oldest);
    this.#signers.set(key, signer);
    return signer;
  }
}

/**
 * Changes with the files that a connection depends on, so that a profile changed on disk is seen by the next call.
 * Costs a few stat calls.
 */
export function filesBehind({ credentials, region, caBundle }: Connection): string {
  const usesProfiles = credentials.from === 'profile' || credentials.from === 'chain' || region === undefined;
  const files = [...(usesProfiles ? awsConfigFiles() : []), caBundle ?? process.env.AWS_CA_BUNDLE ?? ''];
  return stateOf(files);
}

function keyOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string {
  return JSON.stringify([accessKeyId, secretAccessKey, sessionToken]);
}
