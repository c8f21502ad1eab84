// The company's own managed policies. Some are not what their names say, so that reading the document pays.
import type { NewPolicy } from './given.ts';

const DAY = 24 * 60 * 60_000;

/** @returns each with its age in milliseconds */
export function customerPolicies(): (NewPolicy & { age: number })[] {
  return [
    {
      policyName: 'DeployPipeline',
      description: 'What a deploy from CI needs.',
      age: 730 * DAY,
      document: document(
        allow(['ecr:*', 'ecs:UpdateService', 'ecs:DescribeServices'], '*'),
        allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::northwind-artifacts/*'),
        allow('iam:PassRole', 'arn:aws:iam::111122223333:role/ecs-*'),
      ),
    },
    {
      policyName: 'LegacyBuildTools',
      description: 'Tools of the old build server.',
      age: 1460 * DAY,
      document: document({ Sid: 'BuildTools', ...allow('*', '*') }),
    },
    {
      policyName: 'DataLakeReader',
      description: 'Reads the data lake.',
      age: 300 * DAY,
      document: document(
        allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::northwind-lake', 'arn:aws:s3:::northwind-lake/*']),
      ),
    },
    {
      policyName: 'OfficeOnly',
      description: 'Denies everything from outside the office network.',
      age: 900 * DAY,
      document: document({
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] }, Bool: { 'aws:ViaAWSService': 'false' } },
      }),
    },
    {
      policyName: 'TeamLead',
      description: 'Everything but identities and billing.',
      age: 640 * DAY,
      document: document({
        Effect: 'Allow',
        NotAction: ['iam:*', 'organizations:*', 'aws-portal:*'],
        Resource: '*',
      }),
    },
    {
      policyName: 'DeveloperBoundary',
      path: '/boundaries/',
      description: 'The most a developer can be given.',
      age: 320 * DAY,
      document: document(allow(['athena:*', 'glue:*', 's3:*', 'logs:*', 'cloudwatch:*'], '*'), {
        Effect: 'Deny',
        Action: ['iam:*', 'organizations:*'],
        Resource: '*',
      }),
    },
  ];
}

function document(...Statement: object[]): object {
  return { Version: '2012-10-17', Statement };
}

function allow(Action: string | string[], Resource: string | string[]): object {
  return { Effect: 'Allow', Action, Resource };
}

/** A whole document, of one statement. */
export function allowing(actions: string | string[], resource: string | string[] = '*'): object {
  return document(allow(actions, resource));
}
