// The two operations of STS: become a role, and ask who one is.
import { type Call, type Operation, required } from './operation.ts';
import { validationError } from './parameters.ts';
import { QueryError } from './query-protocol.ts';
import { sessionArn } from './signature.ts';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9_+=,.@/-]+$/;
const ONE_HOUR = 3600;

export const AssumeRole: Operation = {
  service: 'sts',
  rules: {
    RoleArn: { required: true, minLength: 20, maxLength: 2048 },
    RoleSessionName: {
      required: true,
      minLength: 2,
      maxLength: 64,
      pattern: { matches: /^[A-Za-z0-9_+=,.@-]*$/, asWritten: '[\\w+=,.@-]*' },
    },
    DurationSeconds: { range: [900, 43_200] },
    ExternalId: {
      minLength: 2,
      maxLength: 1224,
      pattern: { matches: /^[A-Za-z0-9_+=,.@:/-]*$/, asWritten: '[\\w+=,.@:\\/-]*' },
    },
  },
  resource: (call) => required(call, 'RoleArn'),
  run: (call) => {
    const arn = required(call, 'RoleArn');
    if (!ROLE_ARN.test(arn)) throw validationError(`${arn} is invalid`);
    const role = call.account.roles.get(arn);
    const isTrusted = role?.trustedArns.includes(call.callerArn);
    if (!role || !isTrusted || (role.externalId !== undefined && role.externalId !== call.parameters.ExternalId)) {
      // One text for all: AWS tells nobody which roles exist.
      throw new QueryError(
        403,
        'AccessDenied',
        `User: ${call.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    }
    const seconds = Number(call.parameters.DurationSeconds ?? ONE_HOUR);
    const session = call.account.openSession(role, required(call, 'RoleSessionName'), seconds);
    return {
      AssumedRoleUser: {
        AssumedRoleId: `${role.roleId}:${session.sessionName}`,
        Arn: sessionArn(session, call.account),
      },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiration,
      },
    };
  },
};

export const GetCallerIdentity: Operation = {
  service: 'sts',
  rules: {},
  resource: (call) => call.callerArn,
  run: (call) => ({ Arn: call.callerArn, UserId: callerId(call), Account: call.account.id }),
};

function callerId({ caller }: Call): string {
  if (caller.kind === 'user') return caller.key.user.userId;
  return `${caller.session.role.roleId}:${caller.session.sessionName}`;
}
