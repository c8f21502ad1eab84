import {
  type IAMClient,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf, stsClient } from './clients.ts';

const ANY_USER = 'arn:aws:iam::111122223333:user/*';

async function opened(options?: SandboxOptions) {
  const sandbox = await aSandbox(options);
  const { Arn: operator = '' } = await stsClient(sandbox).send(new GetCallerIdentityCommand({}));
  return { sandbox, operator, iam: iamClient(sandbox) };
}

async function decisions(iam: IAMClient, PolicySourceArn: string, ActionNames: string[], ResourceArns?: string[]) {
  const found: string[] = [];
  const request: SimulatePrincipalPolicyRequest = { PolicySourceArn, ActionNames, ResourceArns };
  do {
    const page = await iam.send(new SimulatePrincipalPolicyCommand(request));
    for (const { EvalActionName, EvalDecision, EvalResourceName } of page.EvaluationResults ?? []) {
      found.push(`${EvalActionName} on ${EvalResourceName}: ${EvalDecision}`);
    }
    request.Marker = page.IsTruncated ? page.Marker : undefined;
  } while (request.Marker);
  return found;
}

describe('a simulation', () => {
  test('tells what is allowed from what is denied, and how it is denied', async () => {
    const { sandbox, operator, iam } = await opened();
    sandbox.deny('iam:CreateAccessKey');
    sandbox.deny('iam:AttachUserPolicy', true);
    const actions = ['iam:UpdateAccessKey', 'iam:createaccesskey', 'iam:AttachUserPolicy'];
    expect(await decisions(iam, operator, actions, [ANY_USER])).toEqual([
      `iam:UpdateAccessKey on ${ANY_USER}: allowed`,
      `iam:createaccesskey on ${ANY_USER}: implicitDeny`,
      `iam:AttachUserPolicy on ${ANY_USER}: explicitDeny`,
    ]);
  });

  test('goes through every resource, and takes * where none is named', async () => {
    const { operator, iam } = await opened();
    expect(await decisions(iam, operator, ['iam:GetUser'])).toEqual(['iam:GetUser on *: allowed']);
    expect(await decisions(iam, operator, ['iam:GetUser'], ['a', 'b'])).toEqual([
      'iam:GetUser on a: allowed',
      'iam:GetUser on b: allowed',
    ]);
  });

  test('comes in pages', async () => {
    const { operator, iam } = await opened({ pageSize: 2, emptyPages: true });
    const actions = ['iam:GetUser', 'iam:GetPolicy', 'iam:ListPolicies'];
    expect(await decisions(iam, operator, actions)).toHaveLength(3);
  });

  test('knows of no denials but the operator’s, as the sandbox itself does', async () => {
    const { sandbox, iam } = await opened();
    sandbox.deny('iam:GetUser');
    for (const arn of [sandbox.company.responderRoleArn, `arn:aws:iam::${sandbox.account}:user/ci-deploy`]) {
      expect(await decisions(iam, arn, ['iam:GetUser'])).toEqual(['iam:GetUser on *: allowed']);
    }
  });

  test('changes nothing', async () => {
    const { sandbox, operator, iam } = await opened();
    const before = sandbox.keysOf('ci-deploy');
    await decisions(iam, operator, ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'], [ANY_USER]);
    expect(sandbox.keysOf('ci-deploy')).toEqual(before);
  });

  test('can itself be denied', async () => {
    const { sandbox, operator, iam } = await opened();
    sandbox.deny('iam:SimulatePrincipalPolicy');
    const refusal = await refusalOf(decisions(iam, operator, ['iam:GetUser']));
    expect(refusal).toMatch(/^AccessDenied 403: .* perform: iam:SimulatePrincipalPolicy on resource: arn:aws:iam::/);
  });

  test.each([
    [
      'a session of a role',
      'arn:aws:sts::111122223333:assumed-role/responder/me',
      'InvalidInput 400: Invalid Entity Arn',
    ],
    ['a user there is not', 'arn:aws:iam::111122223333:user/nobody', 'NoSuchEntity 404: The user with name nobody'],
    ['a user of another path', 'arn:aws:iam::111122223333:user/x/ci-deploy', 'NoSuchEntity 404'],
    ['a role there is not', 'arn:aws:iam::111122223333:role/nobody', 'NoSuchEntity 404: The role with name nobody'],
    ['a name', 'somebody-with-a-long-name', 'ValidationError 400'],
  ])('refuses %s', async (_, arn, refusal) => {
    const { iam } = await opened();
    expect(await refusalOf(decisions(iam, arn, ['iam:GetUser']))).toContain(refusal);
  });

  test('refuses what is no action', async () => {
    const { operator, iam } = await opened();
    expect(await refusalOf(decisions(iam, operator, ['GetUser']))).toBe(
      'InvalidInput 400: Invalid Action Name: GetUser',
    );
    expect(await refusalOf(decisions(iam, operator, []))).toContain('ValidationError 400');
  });
});
