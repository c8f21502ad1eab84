// One connection from its region to its permissions, in the order in which a call depends on them. What depends on
// something that failed is not known.
import { howFound } from '../../calls/connection-summary.ts';
import { CallError } from '../../errors.ts';
import type { Account, Accounts, Place } from '../../iam/account.ts';
import type { AwsError } from '../../iam/errors.ts';
import { MfaCodeNeeded } from '../../iam/mfa.ts';
import type { Connection } from '../../settings/connection.ts';
import { TimeLimit } from '../../time-limit.ts';
import { type Check, type ConnectionReport, failed, notKnown, ok, warning } from './check.ts';
import { checkClock, type TimedAnswer } from './clock-check.ts';
import { checkNetwork } from './network-check.ts';
import { isOfNetwork, type Outcome, outcomeOf, told } from './outcome.ts';
import { checkPermissions, type Identity, permissionsNotKnown } from './permission-checks.ts';

/** What the checks of a connection work with. */
export interface CheckSettings {
  accounts: Accounts;
  /** Only the tools that read are offered. */
  readOnly: boolean;
  /** For one whole connection. */
  callTimeoutMs: number;
}

const NOT_REACHED = 'AWS was not reached; see network';

/** Never throws, and ends in bounded time. */
export async function checkConnection(connection: Connection, settings: CheckSettings): Promise<ConnectionReport> {
  const limit = new TimeLimit(settings.callTimeoutMs);
  const report = { label: connection.label, account: null, arn: null };
  try {
    const place = await outcomeOf(settings.accounts.place(connection));
    if (place.error) return { ...report, checks: withoutPlace(place.error, connection, settings) };
    return { ...report, ...(await checkReached(connection, place.value, settings, limit.signal)) };
  } finally {
    limit.stop();
  }
}

/** Region or CA bundle cannot be used, and nothing works without them. */
function withoutPlace(error: CallError | AwsError, connection: Connection, settings: CheckSettings): Check[] {
  const isCaBundle = error instanceof CallError && error.field === 'caBundle';
  const cause = isCaBundle ? 'not tried without the CA bundle' : 'not tried without a region';
  return [
    isCaBundle ? notKnown('region', cause) : failed('region', error.message),
    ...['credentials', ...(connection.role ? ['role'] : []), 'identity', 'clock'].map((check) =>
      notKnown(check, cause),
    ),
    isCaBundle ? failed('network', error.message) : notKnown('network', cause),
    ...permissionsNotKnown(settings.readOnly || connection.readOnly, cause),
  ];
}

async function checkReached(connection: Connection, place: Place, settings: CheckSettings, signal: AbortSignal) {
  const own = await open({ ...connection, role: undefined }, settings.accounts, signal);
  const account = connection.role && own.value ? await open(connection, settings.accounts, signal) : own;
  const [identity, probe] = account.value
    ? await Promise.all([outcomeOf(account.value.identity(signal)), timedProbe(account.value, signal)])
    : [];
  const networkError = [own, account, identity, probe?.answer].map((outcome) => outcome?.error).find(isOfNetwork);
  const known = identity?.value;
  const readOnly = settings.readOnly || connection.readOnly;
  return {
    account: known?.account ?? null,
    arn: known?.arn ?? null,
    checks: [
      checkRegion(connection, place),
      checkCredentials(connection, own),
      ...(connection.role ? [checkRole(connection.role.arn, own, account)] : []),
      checkIdentity(identity),
      probe ? checkClock(probe) : notKnown('clock', 'AWS was not asked'),
      checkNetwork(connection, place.way, {
        problem: networkError && told(networkError),
        wasTried: probe !== undefined,
      }),
      ...(account.value && known && probe
        ? await checkPermissions({
            account: account.value,
            identity: known,
            region: place.region,
            role: connection.role?.arn,
            listPolicies: probe.answer,
            readOnly,
            signal,
          })
        : permissionsNotKnown(readOnly, 'not tried, since the identity is not known')),
    ],
  };
}

class MfaCodeWanted extends CallError {}

function open(connection: Connection, accounts: Accounts, signal: AbortSignal): Promise<Outcome<Account>> {
  const opened = accounts.open(connection, { signal, mfaCode: () => undefined });
  return outcomeOf(
    opened.catch((error: unknown) => {
      if (!(error instanceof MfaCodeNeeded)) throw error;
      throw new MfaCodeWanted(
        'NoCredentials',
        'they take an MFA code, which the server asks for by a form, where the host has one; the doctor does not ask',
      );
    }),
  );
}

/** The first read: its answer tells the time, too, whether it is permitted or not. */
async function timedProbe(account: Account, signal: AbortSignal): Promise<TimedAnswer> {
  const askedAt = Date.now();
  const answer = await outcomeOf(account.send('ListPolicies', { MaxItems: 1 }, signal));
  return { answer, askedAt, cameAt: Date.now() };
}

function checkRegion({ region: set }: Connection, { region, partition }: Place): Check {
  return ok('region', `${region}, partition ${partition}${set === undefined ? " (AWS's own setting or default)" : ''}`);
}

function checkCredentials(connection: Connection, own: Outcome<Account>): Check {
  const how = howFound(connection);
  if (own.error instanceof MfaCodeWanted) return notKnown('credentials', `${how}: ${own.error.message}`);
  if (isOfNetwork(own.error)) return notKnown('credentials', `${how}: ${NOT_REACHED}`);
  if (own.error) return failed('credentials', own.error.message);
  const [keyId = ''] = own.value.ownKeyIds;
  return ok('credentials', `${how}; its key id ends in ${keyId.slice(-4)}`);
}

function checkRole(arn: string, own: Outcome<Account>, account: Outcome<Account>): Check {
  if (own.error) return notKnown('role', `${arn}: not tried without credentials`);
  if (isOfNetwork(account.error)) return notKnown('role', `${arn}: ${NOT_REACHED}`);
  return account.error ? failed('role', `${arn}: ${told(account.error)}`) : ok('role', arn);
}

function checkIdentity(identity: Outcome<Identity> | undefined): Check {
  if (!identity) return notKnown('identity', 'not asked without credentials');
  if (isOfNetwork(identity.error)) return notKnown('identity', NOT_REACHED);
  if (identity.error) return failed('identity', told(identity.error));
  const { account, arn } = identity.value;
  const who = `account ${account}, ${arn}`;
  return arn.endsWith(':root')
    ? warning('identity', `${who}: the root user, whom no policy limits; use an IAM identity`)
    : ok('identity', who);
}
