// How one connection reaches AWS: region, network, credentials and roles, kept between calls. Part of the chunk that is
// loaded with the first call.
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import type { Redactor } from '../redact.ts';
import { awsConfigFiles, stateOf } from '../settings/aws-files.ts';
import type { Connection } from '../settings/connection.ts';
import type { AssumedRole } from '../state/audit.ts';
import { accountOfArn, type RoleAgreement, refuseUnlessFree } from './allowed-roles.ts';
import { CallerIdentity } from './caller-identity.ts';
import { type ClientSettings, type Clients, makeClients } from './clients.ts';
import { type Credentials, credentialSource, recorded } from './credentials.ts';
import { configuredEndpoint } from './endpoints.ts';
import { AwsError, STALE_CREDENTIALS, toAwsError } from './errors.ts';
import type { CredentialSource } from './lookup.ts';
import type { MfaCode } from './mfa.ts';
import { requestHandlerFor, type Timeouts } from './network.ts';
import type { Pace } from './pace.ts';
import { refuseOtherPartition } from './partition.ts';
import { partitionOf } from './regions.ts';
import { assumeRole, ROLE_SESSION_NAME, RoleSessions } from './roles.ts';

/**
 * Puts on record that a role is about to be assumed.
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

export interface Reached extends Signer {
  partition: string;
  /** Of IAM, where it is not AWS's own. */
  endpoint: string | undefined;
  /** Ids of the access keys without which these clients could not sign. */
  ownKeyIds: string[];
}

// IAM is global: with no region set anywhere, this one reaches the commercial partition.
const REGION_WITHOUT_SETTING = 'us-east-1';
const MOST_IDENTITIES = 50;
// What the SDK calls a profile's role session where the profile does not say; it differs each time, and so would the
// caller's ARN, to which an agreement is bound.
const SDK_SESSION_NAME = /^aws-sdk-js-/;

export class Reach {
  readonly region: string;
  readonly partition: string;
  /** Of IAM, where it is not AWS's own. */
  readonly endpoint: string | undefined;
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

  /** @throws CallError InvalidArguments for a region that there is not, or a CA bundle that cannot be read */
  static async open(connection: Connection, pace: Pace, options: ReachOptions): Promise<Reach> {
    return new Reach(connection, await regionOf(connection), await endpointsOf(connection), pace, options);
  }

  private constructor(
    connection: Connection,
    region: string,
    endpoints: ClientSettings['endpoints'],
    pace: Pace,
    options: ReachOptions,
  ) {
    const isSandbox = connection.credentials.from === 'sandbox';
    this.region = region;
    this.partition = partitionOf(region, options.allowUnknownRegion);
    this.endpoint = endpoints.IAM;
    this.#connection = connection;
    this.#redactor = options.redactor;
    this.#recordRole = options.recordRole;
    const answerTimeoutMs = connection.timeout === undefined ? options.timeouts.answer : connection.timeout * 1000;
    const requestHandler = requestHandlerFor(
      { ...connection, direct: isSandbox },
      { connect: options.timeouts.connect, answer: answerTimeoutMs },
    );
    this.#settings = {
      region,
      endpoints,
      profile: profileOf(connection),
      requestHandler,
      answerTimeoutMs,
      pace,
    };
    const ofProfile: Parameters<typeof credentialSource>[1]['assumeRole'] = async (own, params) => {
      refuseOtherPartition("the profile's role_arn", params.RoleArn ?? '', this.partition);
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
    const asked = roleArn === undefined ? undefined : { arn: roleArn };
    // All of them first: finding the credentials may send something, too.
    if (role) refuseOtherPartition("the connection's roleArn", role.arn, this.partition);
    if (asked) refuseOtherPartition('role_arn', asked.arn, this.partition);
    let identity = await this.#source(mfaCode);
    if (asked && !agreement) await refuseUnlessFree(asked.arn, this.#connection, () => this.#ownAccount(identity));
    const ownKeyIds = [identity.accessKeyId, ...this.#keysBehindProfile];
    for (const next of [role, asked]) {
      if (!next) continue;
      identity = await this.#assume(identity, next, next === asked ? agreement : undefined);
      ownKeyIds.push(identity.accessKeyId);
    }
    const { partition, endpoint } = this;
    return { ...this.#signerFor(identity), partition, endpoint, ownKeyIds };
  }

  /** Of the role that the connection works as, else of its own credentials. */
  async #ownAccount(own: Credentials): Promise<string> {
    const { role } = this.#connection;
    if (role) return accountOfArn(role.arn);
    try {
      const { account } = await this.#signerFor(own).identity.get();
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

async function regionOf(connection: Connection): Promise<string> {
  if (connection.credentials.from === 'sandbox') return REGION_WITHOUT_SETTING;
  if (connection.region !== undefined) return connection.region;
  const configured = loadConfig(
    { ...NODE_REGION_CONFIG_OPTIONS, default: REGION_WITHOUT_SETTING },
    { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile: profileOf(connection), ignoreCache: true },
  );
  // A variable that is set and empty counts as one that is not set.
  return (await configured()).trim() || REGION_WITHOUT_SETTING;
}

async function endpointsOf({ endpoint, ...connection }: Connection): Promise<ClientSettings['endpoints']> {
  if (endpoint !== undefined) return { IAM: endpoint, STS: endpoint };
  const profile = profileOf(connection);
  const [IAM, STS] = await Promise.all([configuredEndpoint('IAM', profile), configuredEndpoint('STS', profile)]);
  return { IAM, STS };
}

function profileOf({ credentials }: Pick<Connection, 'credentials'>): string | undefined {
  return credentials.from === 'profile' ? credentials.profile : undefined;
}

function keyOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string {
  return JSON.stringify([accessKeyId, secretAccessKey, sessionToken]);
}
