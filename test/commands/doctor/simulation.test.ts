// What is made of the simulator's answers, those that the sandbox never gives included.
import type { EvaluationResult } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/commands/doctor/simulation.ts';
import type { Account } from '../../../src/iam/account.ts';
import { AwsError } from '../../../src/iam/errors.ts';

const RESOURCE = 'arn:aws:iam::111122223333:user/*';

/** An account whose simulator knows only `principal`, and answers with one result. */
async function simulated(
  result: Partial<EvaluationResult> | undefined,
  policySources = ['known'],
  principal = 'known',
) {
  const asked: unknown[] = [];
  const account = {
    async send(_: string, { PolicySourceArn }: { PolicySourceArn: string }) {
      asked.push(PolicySourceArn);
      if (PolicySourceArn !== principal)
        throw new AwsError('NoSuchEntity', 'The role cannot be found.', { notDone: true });
      return {
        EvaluationResults: result && [{ EvalActionName: 'iam:CreateAccessKey', ...result }],
        IsTruncated: false,
      };
    },
  } as unknown as Account;
  const { signal } = new AbortController();
  const verdicts = await simulate(account, ['CreateAccessKey'], { policySources, resource: RESOURCE, signal });
  return { verdict: verdicts.get('CreateAccessKey'), asked };
}

describe('a simulation', () => {
  it('goes on to the next principal while IAM knows none of that ARN', async () => {
    const { verdict, asked } = await simulated({ EvalDecision: 'allowed' }, ['first', 'known', 'third']);
    expect(asked).toEqual(['first', 'known']);
    expect(verdict).toEqual({ allowed: true, how: 'simulated for any user' });
  });

  it('of a principal that IAM does not know says so', async () => {
    const { verdict } = await simulated({ EvalDecision: 'allowed' }, ['first']);
    expect(verdict).toMatchObject({ allowed: undefined, how: expect.stringContaining('NoSuchEntity: The role') });
  });

  it('is not made where there is nobody to simulate', async () => {
    const { verdict, asked } = await simulated({ EvalDecision: 'allowed' }, []);
    expect(asked).toEqual([]);
    expect(verdict).toMatchObject({ allowed: undefined, how: expect.stringContaining('only users and roles') });
  });

  it.each([
    [{ OrganizationsDecisionDetail: { AllowedByOrganizations: false } }, ", by a policy of the account's organization"],
    [{ PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } }, ', by the permissions boundary'],
    [{ OrganizationsDecisionDetail: { AllowedByOrganizations: true } }, ''],
  ])('says whose denial it is: %j', async (details, told) => {
    const { verdict } = await simulated({ EvalDecision: 'implicitDeny', ...details });
    expect(verdict).toEqual({ allowed: false, how: `simulated for any user${told}`, isExplicit: false });
  });

  it('that depends on the circumstances of a call leaves it open, unless it is allowed anyway', async () => {
    const MissingContextValues = ['aws:MultiFactorAuthPresent'];
    const denied = await simulated({ EvalDecision: 'explicitDeny', MissingContextValues });
    expect(denied.verdict).toMatchObject({ allowed: undefined, how: expect.stringContaining('aws:MultiFactor') });
    const allowed = await simulated({ EvalDecision: 'allowed', MissingContextValues });
    expect(allowed.verdict).toMatchObject({ allowed: true });
  });

  it('without an answer for the operation leaves it open', async () => {
    expect((await simulated(undefined)).verdict).toMatchObject({ allowed: undefined });
  });
});
