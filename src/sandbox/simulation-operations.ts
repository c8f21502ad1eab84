// SimulatePrincipalPolicy: what a principal may do, without doing it. The sandbox has no policies that count, only what
// its operator was denied, so that is what it answers by.
import { type Call, type Operation, required } from './operation.ts';
import { paging, validationError } from './parameters.ts';
import { QueryError } from './query-protocol.ts';

const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]+)$/;
const ACTION_NAME = /^[\w-]+:[\w*]+$/;

export const SimulatePrincipalPolicy: Operation = {
  service: 'iam',
  rules: {
    PolicySourceArn: { required: true, minLength: 20, maxLength: 2048 },
    'ActionNames.member.1': { required: true, minLength: 3, maxLength: 128 },
    ...paging,
  },
  resource: (call) => required(call, 'PolicySourceArn'),
  run: (call) => {
    const source = required(call, 'PolicySourceArn');
    checkPrincipal(source, call);
    const actions = members(call, 'ActionNames');
    const unknown = actions.find((action) => !ACTION_NAME.test(action));
    if (unknown !== undefined) throw new QueryError(400, 'InvalidInput', `Invalid Action Name: ${unknown}`);
    const resources = members(call, 'ResourceArns');
    const results = actions.flatMap((action) =>
      (resources.length > 0 ? resources : ['*']).map((resource) => ({ action, resource })),
    );
    const { Marker: marker, MaxItems: maxItems } = call.parameters;
    const page = call.pager.page(
      results.map((result, index) => ({ ...result, sequence: index + 1 })),
      { listing: `simulation ${source} ${JSON.stringify(results)}`, marker, maxItems },
    );
    const member = page.items.map(({ action, resource }) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decision(call.denialOf(action, source)),
      MissingContextValues: '',
    }));
    return { EvaluationResults: { member }, ...page.tail };
  },
};

function decision(denial: { explicit: boolean } | undefined): string {
  if (!denial) return 'allowed';
  return denial.explicit ? 'explicitDeny' : 'implicitDeny';
}

/** `ResourceArns.member.1`, `.2`, … in their order. */
function members({ parameters }: Call, name: string): string[] {
  const found: string[] = [];
  for (;;) {
    const value = parameters[`${name}.member.${found.length + 1}`];
    if (value === undefined) return found;
    found.push(value);
  }
}

/** @throws QueryError NoSuchEntity; InvalidInput for what is no user or role, such as the ARN of a role's session */
function checkPrincipal(arn: string, { account }: Call): void {
  if (!arn.startsWith('arn:')) throw validationError(`Invalid ARN: ${arn}`);
  const [, kind, name = ''] = PRINCIPAL_ARN.exec(arn) ?? [];
  if (kind === undefined) {
    const why = 'does not clearly define entity type and name.';
    throw new QueryError(400, 'InvalidInput', `Invalid Entity Arn: ${arn} ${why}`);
  }
  const isThere = kind === 'user' ? account.user(name)?.arn === arn : account.roles.has(arn);
  if (!isThere) throw new QueryError(404, 'NoSuchEntity', `The ${kind} with name ${name} cannot be found.`);
}
