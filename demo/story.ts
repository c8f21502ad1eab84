// The story of the drill: a key of the deploy robot has leaked. What a call needs (key ids, ARNs) is taken from the
// answers before it, as an assistant would.
import { Calls, expect, few } from './calls.ts';
import type { Host } from './host.ts';
import type { Stage } from './stage.ts';

const USER = 'ci-deploy';
const HOME_REGION = 'eu-west-1';
const QUARANTINE = 'AWSCompromisedKeyQuarantineV3';
const TEMPTING = 'LegacyBuildTools';

interface Key {
  AccessKeyId: string;
  Status: string;
}
interface LastUsed {
  UserName: string;
  AccessKeyLastUsed: { ServiceName: string; Region: string };
}
interface Policy {
  PolicyName: string;
  Arn: string;
}
interface NewKey {
  AccessKey: { AccessKeyId: string };
  SecretFile: string;
}

/** @returns the file with the new key's secret. @throws PlotError */
export async function play(host: Host, stage: Stage): Promise<{ secretFile: string }> {
  const calls = new Calls(host, stage);
  const leakedKeyId = await findTheKey(calls, stage);
  await turnItOff(leakedKeyId, calls, stage);
  await quarantineTheUser(calls, stage);
  const { AccessKey, SecretFile } = await makeANewKey(calls, stage);
  await refuseAShortcut(calls, stage);
  const left = await deleteTheKey(leakedKeyId, calls, stage);
  expect(left.length === 1 && left[0]?.AccessKeyId === AccessKey.AccessKeyId, 'only the new key to be left');
  return { secretFile: SecretFile };
}

async function findTheKey(calls: Calls, stage: Stage): Promise<string> {
  stage.scene('Which key is it?', `An access key of ${USER}, the deploy robot, was found in a public repository.`);
  const keys = await calls.succeeds<Key[]>('list_access_keys', { user_name: USER });
  const [leaked] = keys;
  expect(keys.length === 1 && leaked?.Status === 'Active', `${USER} to have one key, an Active one`);

  stage.scene('Is somebody using it?', `The robot deploys containers in ${HOME_REGION}. What did the key do last?`);
  const use = await calls.succeeds<LastUsed>('get_access_key_last_used', { access_key_id: leaked.AccessKeyId });
  const { ServiceName, Region } = use.AccessKeyLastUsed;
  expect(use.UserName === USER, `the key to be of ${USER}`);
  expect(ServiceName === 'iam' && Region !== HOME_REGION, 'the key to be used for iam, far from home');
  stage.tell(`Calls to ${ServiceName} from ${Region}, minutes ago: not the robot.`);
  return leaked.AccessKeyId;
}

async function turnItOff(keyId: string, calls: Calls, stage: Stage): Promise<void> {
  stage.scene(
    'Turn it off',
    'Off before gone: that can be undone. The person is asked, and reads facts that the server looked up.',
  );
  const input = { user_name: USER, access_key_id: keyId, status: 'Inactive' };
  await calls.succeeds('update_access_key', input, { person: { types: keyId.slice(-4) } });
}

async function quarantineTheUser(calls: Calls, stage: Stage): Promise<void> {
  stage.scene('Put the user in quarantine', 'AWS has a managed policy for users whose key leaked. What is its ARN?');
  const policies = await calls.succeeds<Policy[]>(
    'list_policies',
    { scope: 'AWS' },
    { show: few(['Arn'], ({ PolicyName }) => PolicyName === QUARANTINE) },
  );
  const input = { user_name: USER, policy_arn: arnOf(QUARANTINE, policies) };
  await calls.succeeds('attach_user_policy', input, { person: { types: QUARANTINE } });
}

async function makeANewKey(calls: Calls, stage: Stage): Promise<NewKey> {
  stage.scene('A new key', 'Deploys have to go on. The new secret goes to a file; the assistant is told only where.');
  return calls.succeeds<NewKey>('create_access_key', { user_name: USER }, { person: { types: USER } });
}

async function refuseAShortcut(calls: Calls, stage: Stage): Promise<void> {
  stage.scene(
    'A tempting shortcut',
    `A build step is refused now, and ${TEMPTING} sounds right. The person sees what it really grants.`,
  );
  const policies = await calls.succeeds<Policy[]>(
    'list_policies',
    { scope: 'Local' },
    { show: few(['PolicyName', 'Arn'], ({ PolicyName }) => PolicyName === TEMPTING) },
  );
  const input = { user_name: USER, policy_arn: arnOf(TEMPTING, policies) };
  const refusal = await calls.isRefused('attach_user_policy', input, { person: 'declines' });
  expect(/^ApprovalDeclined: .*Nothing was changed\.$/.test(refusal), 'the refusal to say that nothing was changed');

  const attached = await calls.succeeds<Policy[]>(
    'list_policies',
    { scope: 'Local', only_attached: true },
    { show: few(['PolicyName']) },
  );
  expect(!attached.some(({ PolicyName }) => PolicyName === TEMPTING), `${TEMPTING} to be attached to nobody`);
}

/** @returns the keys that are left */
async function deleteTheKey(keyId: string, calls: Calls, stage: Stage): Promise<Key[]> {
  stage.scene('Delete the leaked key', 'The new key works, and nothing has missed the old one: it can go for good.');
  const input = { user_name: USER, access_key_id: keyId };
  await calls.succeeds('delete_access_key', input, { person: { types: keyId.slice(-4) } });
  return calls.succeeds<Key[]>('list_access_keys', { user_name: USER }, { show: few(['AccessKeyId', 'Status']) });
}

function arnOf(name: string, policies: Policy[]): string {
  const arn = policies.find(({ PolicyName }) => PolicyName === name)?.Arn;
  expect(arn !== undefined, `list_policies to find ${name}`);
  return arn;
}
