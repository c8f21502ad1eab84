// About forty of AWS's own managed policies, by their real names, paths and ARNs. The documents are shortened: they
// grant what the real ones are about, so that a plan made from them says something true.
import type { NewPolicy } from './given.ts';
import { idOfAwsPolicy } from './identifiers.ts';

// Two lines each: path and name, day of creation, default version and description; below, what it allows or denies.
const POLICIES = `
/AdministratorAccess 2015-02-06 v1 Provides full access to AWS services and resources.
  Allow *
/AmazonAthenaFullAccess 2016-11-30 v11 Full access to Athena and scoped access to the data it queries.
  Allow athena:* glue:Get* s3:GetObject s3:ListBucket
/AmazonCognitoPowerUser 2015-03-24 v5 Administrative access to existing Cognito resources.
  Allow cognito-identity:* cognito-idp:* cognito-sync:* iam:ListRoles
/AmazonDynamoDBFullAccess 2015-02-06 v15 Full access to DynamoDB.
  Allow dynamodb:* dax:* cloudwatch:GetMetricData
/AmazonDynamoDBReadOnlyAccess 2015-02-06 v14 Read-only access to DynamoDB.
  Allow dynamodb:BatchGetItem dynamodb:Describe* dynamodb:GetItem dynamodb:List* dynamodb:Query dynamodb:Scan
/AmazonEC2ContainerRegistryReadOnly 2015-12-21 v3 Read-only access to ECR repositories.
  Allow ecr:GetAuthorizationToken ecr:BatchGetImage ecr:Describe* ecr:List*
/AmazonEC2FullAccess 2015-02-06 v5 Full access to EC2.
  Allow ec2:* elasticloadbalancing:* cloudwatch:* autoscaling:*
/AmazonEC2ReadOnlyAccess 2015-02-06 v2 Read-only access to EC2.
  Allow ec2:Describe* elasticloadbalancing:Describe* cloudwatch:Describe* autoscaling:Describe*
/AmazonECS_FullAccess 2017-11-07 v21 Administrative access to ECS resources.
  Allow ecs:* ecr:* application-autoscaling:* logs:CreateLogGroup
/AmazonEKSClusterPolicy 2018-05-27 v6 Lets Kubernetes manage resources on your behalf.
  Allow autoscaling:DescribeAutoScalingGroups ec2:CreateTags ec2:Describe* elasticloadbalancing:*
/AmazonEKSWorkerNodePolicy 2018-05-27 v3 Lets worker nodes connect to EKS clusters.
  Allow ec2:DescribeInstances ec2:DescribeSubnets eks:DescribeCluster
/AmazonRDSFullAccess 2015-02-06 v14 Full access to RDS.
  Allow rds:* cloudwatch:GetMetricStatistics ec2:DescribeVpcs sns:Publish
/AmazonRDSReadOnlyAccess 2015-02-06 v7 Read-only access to RDS.
  Allow rds:Describe* rds:ListTagsForResource cloudwatch:GetMetricStatistics
/AmazonRoute53FullAccess 2015-02-06 v4 Full access to Route 53.
  Allow route53:* route53domains:* sns:ListTopics
/AmazonS3FullAccess 2015-02-06 v2 Full access to all buckets.
  Allow s3:* s3-object-lambda:*
/AmazonS3ReadOnlyAccess 2015-02-06 v3 Read-only access to all buckets.
  Allow s3:Get* s3:List* s3:Describe*
/AmazonSESFullAccess 2015-02-06 v1 Full access to SES.
  Allow ses:*
/AmazonSNSFullAccess 2015-02-06 v2 Full access to SNS.
  Allow sns:*
/AmazonSQSFullAccess 2015-02-06 v1 Full access to SQS.
  Allow sqs:*
/AmazonSSMManagedInstanceCore 2019-03-15 v2 Lets an EC2 instance use the core of Systems Manager.
  Allow ssm:GetParameter ssm:UpdateInstanceInformation ssmmessages:* ec2messages:*
/AmazonVPCFullAccess 2015-02-06 v13 Full access to VPC.
  Allow ec2:*Vpc* ec2:*Subnet* ec2:*Route* ec2:*SecurityGroup*
/AWSCloudTrail_ReadOnlyAccess 2022-06-14 v1 Read-only access to CloudTrail.
  Allow cloudtrail:Get* cloudtrail:Describe* cloudtrail:List* cloudtrail:LookupEvents
/AWSCodeBuildDeveloperAccess 2016-12-01 v17 Builds, without managing build projects.
  Allow codebuild:StartBuild codebuild:StopBuild codebuild:BatchGet* codebuild:List* logs:GetLogEvents
/AWSCompromisedKeyQuarantineV2 2021-04-21 v6 Denies what is done with exposed keys; AWS attaches it to users whose key leaked.
  Deny ec2:RunInstances iam:AddUserToGroup iam:AttachUserPolicy iam:CreateAccessKey iam:CreateUser
/AWSCompromisedKeyQuarantineV3 2024-08-20 v1 Denies what is done with exposed keys; AWS attaches it to users whose key leaked.
  Deny bedrock:InvokeModel ec2:RunInstances iam:AttachUserPolicy iam:CreateAccessKey iam:CreateUser s3:DeleteObject
/AWSCompromisedKeyQuarantineV4 2026-11-06 v1 Denies what is done with exposed keys; AWS attaches it to users whose key leaked.
  Deny cloudtrail:LookupEvents ec2:PurchaseReservedInstancesOffering ec2:RequestSpotInstances ec2:RunInstances ec2:StartInstances iam:AttachUserPolicy iam:CreateAccessKey iam:CreateUser
/AWSDenyAll 2019-05-01 v2 Denies all access.
  Deny *
/AWSKeyManagementServicePowerUser 2015-02-06 v2 Uses and creates keys, without administering them.
  Allow kms:CreateAlias kms:CreateKey kms:Describe* kms:GenerateRandom kms:Get* kms:List*
/AWSLambda_FullAccess 2020-11-17 v2 Full access to Lambda and to what it is commonly used with.
  Allow lambda:* cloudformation:DescribeStacks cloudwatch:GetMetricData iam:PassRole logs:*
/AWSLambda_ReadOnlyAccess 2020-11-17 v2 Read-only access to Lambda.
  Allow lambda:Get* lambda:List* logs:DescribeLogGroups
/CloudFrontFullAccess 2015-02-06 v9 Full access to CloudFront.
  Allow cloudfront:* s3:ListAllMyBuckets acm:ListCertificates
/CloudWatchLogsFullAccess 2015-02-06 v2 Full access to CloudWatch Logs.
  Allow logs:* cloudwatch:GenerateQuery
/CloudWatchReadOnlyAccess 2015-02-06 v8 Read-only access to CloudWatch.
  Allow cloudwatch:Get* cloudwatch:List* cloudwatch:Describe* logs:Get* logs:Describe*
/IAMFullAccess 2015-02-06 v2 Full access to IAM.
  Allow iam:* organizations:DescribeAccount organizations:ListPolicies
/IAMReadOnlyAccess 2015-02-06 v4 Read-only access to IAM.
  Allow iam:GenerateCredentialReport iam:Get* iam:List* iam:SimulateCustomPolicy
/IAMUserChangePassword 2016-11-15 v2 Lets a user change their own password.
  Allow iam:ChangePassword iam:GetAccountPasswordPolicy
/PowerUserAccess 2015-02-06 v5 Full access, except to managing users, groups and roles.
  AllowExcept iam:* organizations:* account:*
/ReadOnlyAccess 2015-02-06 v120 Read-only access to AWS services and resources.
  Allow ec2:Describe* iam:Get* iam:List* lambda:Get* rds:Describe* s3:Get* s3:List* sns:List* sqs:List*
/SecurityAudit 2015-02-06 v100 Reads security configuration.
  Allow cloudtrail:Describe* config:Describe* ec2:Describe* guardduty:Get* iam:Get* iam:List* s3:GetBucketPolicy
/job-function/Billing 2016-11-10 v12 Billing and cost management.
  Allow aws-portal:*Billing aws-portal:*PaymentMethods budgets:ViewBudget ce:* cur:*
/job-function/DatabaseAdministrator 2016-11-10 v4 Sets up and runs databases.
  Allow dynamodb:* elasticache:* rds:* redshift:* cloudwatch:PutMetricAlarm iam:PassRole
/job-function/ViewOnlyAccess 2016-11-10 v22 Views resources and basic metadata.
  Allow ec2:Describe* iam:List* lambda:List* rds:Describe* s3:ListAllMyBuckets
/service-role/AWSCodeDeployRole 2015-05-04 v12 Lets CodeDeploy expand tags and work with Auto Scaling.
  Allow autoscaling:* ec2:DescribeInstances ec2:TerminateInstances tag:GetResources
/service-role/AWSLambdaBasicExecutionRole 2015-04-09 v1 Write access to CloudWatch Logs.
  Allow logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
/service-role/AmazonEC2RoleforSSM 2015-05-29 v8 Systems Manager on EC2 instances; superseded.
  Allow ssm:* ssmmessages:* ec2messages:* s3:GetObject s3:PutObject
/aws-service-role/AWSSupportServiceRolePolicy 2018-04-19 v40 Lets AWS Support look at resources.
  Allow ec2:Describe* iam:Get* s3:GetBucketLocation
`;

const ENTRY = /^(\/\S*\/|\/)(\S+) (\S+) (v\d+) (.+)\n {2}(Allow|AllowExcept|Deny) (.+)$/gm;

// Behind the company's own. A number of its own for each, so that they need not be kept to stay where they are.
const FIRST_SEQUENCE = 1000;

/** The same in every account, ids and places in a listing included. */
export function awsManagedPolicies(): (NewPolicy & { sequence: number })[] {
  return [...POLICIES.matchAll(ENTRY)].map(
    ([, path = '', policyName = '', created, defaultVersionId, description, effect = '', actions = ''], index) => ({
      policyName,
      policyId: idOfAwsPolicy(`arn:aws:iam::aws:policy${path}${policyName}`),
      sequence: FIRST_SEQUENCE + index,
      path,
      description,
      isAwsManaged: true,
      defaultVersionId,
      createDate: new Date(`${created}T18:40:00Z`),
      document: { Version: '2012-10-17', Statement: [statement(effect, actions.split(' '))] },
    }),
  );
}

function statement(effect: string, actions: string[]): object {
  if (effect === 'AllowExcept') return { Effect: 'Allow', NotAction: actions, Resource: '*' };
  // IAM's documents may hold a lone action as a string, and readers of them have to cope with both.
  return { Effect: effect, Action: actions.length === 1 ? actions[0] : actions, Resource: '*' };
}
