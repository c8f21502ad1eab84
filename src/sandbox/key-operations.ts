// The five operations on access keys.
import { type Call, type Operation, required, subjectUser, userResource } from './operation.ts';
import { accessKeyId, paging, userName } from './parameters.ts';
import { QueryError } from './query-protocol.ts';
import type { AccessKey, KeyStatus } from './state.ts';

/** Inactive keys count, and AWS raises this quota for nobody. */
export const KEYS_PER_USER = 2;

export const GetAccessKeyLastUsed: Operation = {
  service: 'iam',
  rules: { AccessKeyId: { ...accessKeyId, required: true } },
  resource: (call) => `access key ${call.parameters.AccessKeyId}`,
  run: (call) => {
    const id = required(call, 'AccessKeyId');
    const key = call.account.key(id);
    if (!key) {
      // Not NoSuchEntity: IAM would tell strangers which keys exist.
      throw new QueryError(
        403,
        'AccessDenied',
        `User: ${call.callerArn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${id}`,
      );
    }
    const { lastUse } = key;
    return {
      UserName: key.user.userName,
      AccessKeyLastUsed: {
        LastUsedDate: lastUse?.date,
        ServiceName: lastUse?.serviceName ?? 'N/A',
        Region: lastUse?.region ?? 'N/A',
      },
    };
  },
};

export const CreateAccessKey: Operation = {
  service: 'iam',
  rules: { UserName: userName },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    if (user.keys.length >= KEYS_PER_USER) {
      throw new QueryError(409, 'LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`);
    }
    const key = call.account.addKey(user, { secret: call.takePlantedSecret() });
    return {
      AccessKey: {
        UserName: user.userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        SecretAccessKey: key.secretAccessKey,
        CreateDate: key.createDate,
      },
    };
  },
};

export const DeleteAccessKey: Operation = {
  service: 'iam',
  rules: { UserName: userName, AccessKeyId: { ...accessKeyId, required: true } },
  resource: userResource,
  run: (call) => {
    call.account.removeKey(subjectKey(call));
    return undefined;
  },
};

export const ListAccessKeys: Operation = {
  service: 'iam',
  rules: { UserName: userName, ...paging },
  resource: userResource,
  run: (call) => {
    const user = subjectUser(call);
    const { Marker: marker, MaxItems: maxItems } = call.parameters;
    const page = call.pager.page(user.keys, { listing: `keys of ${user.userId}`, marker, maxItems });
    const member = page.items.map((key) => ({
      UserName: user.userName,
      AccessKeyId: key.accessKeyId,
      Status: key.status,
      CreateDate: key.createDate,
    }));
    return { AccessKeyMetadata: { member }, ...page.tail };
  },
};

export const UpdateAccessKey: Operation = {
  service: 'iam',
  rules: {
    UserName: userName,
    AccessKeyId: { ...accessKeyId, required: true },
    Status: { required: true, oneOf: ['Active', 'Inactive'] satisfies KeyStatus[] },
  },
  resource: userResource,
  run: (call) => {
    subjectKey(call).status = required(call, 'Status') === 'Active' ? 'Active' : 'Inactive';
    return undefined;
  },
};

/** A key of another user is as unknown as one that does not exist. */
function subjectKey(call: Call): AccessKey {
  const user = subjectUser(call);
  const id = required(call, 'AccessKeyId');
  const key = user.keys.find((candidate) => candidate.accessKeyId === id);
  if (!key) throw new QueryError(404, 'NoSuchEntity', `The Access Key with id ${id} cannot be found.`);
  return key;
}
