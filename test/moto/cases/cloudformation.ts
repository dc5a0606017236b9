import {
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { type Case, type CaseTable, given, refused, until } from '../case.ts';
import type { Aws } from '../clients.ts';

const Tags = [{ Key: 'lbc-setup/cluster', Value: 'dev' }];
const network = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'a network',
  Parameters: { Range: { Type: 'String', Default: '192.168.0.0/16', Description: 'its addresses' } },
  Resources: {
    VPC: {
      Type: 'AWS::EC2::VPC',
      Properties: {
        CidrBlock: { Ref: 'Range' },
        EnableDnsHostnames: true,
        EnableDnsSupport: true,
        Tags: [{ Key: 'Name', Value: { 'Fn::Sub': '${AWS::StackName}/VPC' } }],
      },
    },
    Subnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: { Ref: 'VPC' },
        CidrBlock: '192.168.0.0/19',
        AvailabilityZone: 'ap-northeast-1a',
        MapPublicIpOnLaunch: true,
      },
    },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Communication between all nodes',
        VpcId: { Ref: 'VPC' },
      },
    },
  },
  Outputs: {
    VPC: { Value: { Ref: 'VPC' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}::VPC' } } },
    Subnets: { Value: { 'Fn::Join': [',', [{ Ref: 'Subnet' }]] } },
    Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] }, Description: 'the group' },
  },
};
const role = {
  AWSTemplateFormatVersion: '2010-09-09',
  Resources: {
    Role1: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'named-role',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: ['eks.amazonaws.com'] }, Action: ['sts:AssumeRole'] },
          ],
        },
      },
    },
  },
  Outputs: { Role1: { Value: { 'Fn::GetAtt': ['Role1', 'Arn'] } } },
};

/** Waits for a stack's status; one that is asked for by name and is not there is deleted. */
const settles = ({ cloudFormation }: Aws, StackName: string, status: RegExp): Promise<void> =>
  until(async () => {
    const answer = await cloudFormation.send(new DescribeStacksCommand({ StackName })).catch(() => undefined);
    return status.test(answer?.Stacks?.[0]?.StackStatus ?? 'DELETE_COMPLETE');
  });

async function create(
  aws: Aws,
  StackName: string,
  template: object,
  settings: Partial<CreateStackCommandInput> = {},
): Promise<void> {
  await aws.cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Tags, ...settings }),
  );
  await aws.quietly(() => settles(aws, StackName, /COMPLETE$|FAILED$/));
}

const cases: readonly Case[] = [
  {
    name: 'a network, read in every way and deleted',
    async play(aws) {
      const { cloudFormation, ec2 } = aws;
      const StackName = 'eksctl-dev-cluster';
      await create(aws, StackName, network);
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      await cloudFormation.send(new DescribeStacksCommand({}));
      await cloudFormation.send(new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }));
      await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
      await cloudFormation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Subnet' }));
      await cloudFormation.send(new ListStackResourcesCommand({ StackName }));
      await cloudFormation.send(new GetTemplateCommand({ StackName }));
      await cloudFormation.send(new ListExportsCommand({}));
      await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['eksctl-*'] }] }));
      const inStack = [{ Name: 'tag:aws:cloudformation:stack-name', Values: [StackName] }];
      await ec2.send(new DescribeSubnetsCommand({ Filters: inStack }));
      await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inStack }));
      const StackId = given(Stacks[0]?.StackId);
      await cloudFormation.send(new DeleteStackCommand({ StackName }));
      await aws.quietly(() => settles(aws, StackId, /^DELETE_COMPLETE$/));
      await refused(cloudFormation.send(new DescribeStacksCommand({ StackName })));
      await cloudFormation.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
      await cloudFormation.send(new DescribeStacksCommand({ StackName: StackId }));
      await cloudFormation.send(new ListExportsCommand({}));
      await ec2.send(new DescribeSubnetsCommand({ Filters: inStack }));
      await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inStack }));
    },
  },
  {
    name: 'two stacks of one name',
    async play(aws) {
      await create(aws, 'twice', network);
      await refused(create(aws, 'twice', network));
    },
  },
  {
    name: "a stack's events",
    async play(aws) {
      const StackName = 'events';
      await create(aws, StackName, network);
      await aws.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    },
  },
  {
    name: 'a role and a policy',
    async play(aws) {
      const { cloudFormation, iam } = aws;
      const StackName = 'eksctl-dev-addon-iamserviceaccount';
      await create(aws, StackName, role, { Capabilities: ['CAPABILITY_NAMED_IAM'] });
      await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      await iam.send(new GetRoleCommand({ RoleName: 'named-role' }));
      await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'named-role' }));
      await cloudFormation.send(new DeleteStackCommand({ StackName }));
      await aws.quietly(() => settles(aws, StackName, /^DELETE_COMPLETE$/));
      await refused(iam.send(new GetRoleCommand({ RoleName: 'named-role' })));
    },
  },
  {
    name: 'a role without the capability for it',
    play: (aws) => refused(create(aws, 'incapable', role)),
  },
  {
    name: 'a parameter',
    async play(aws) {
      const Parameters = [{ ParameterKey: 'Range', ParameterValue: '192.168.0.0/17' }];
      await create(aws, 'parameter', network, { Parameters });
      await aws.cloudFormation.send(new DescribeStacksCommand({ StackName: 'parameter' }));
      await refused(
        create(aws, 'unknown-parameter', network, {
          Parameters: [{ ParameterKey: 'Nobody', ParameterValue: 'x' }],
        }),
      );
      await refused(
        create(aws, 'lacks-parameter', {
          ...network,
          Parameters: { Range: { Type: 'String' } },
        }),
      );
    },
  },
  {
    name: 'templates are looked at',
    async play({ cloudFormation }) {
      const { VPC } = network.Resources;
      const TemplateBody = JSON.stringify({ ...network, Resources: { VPC }, Outputs: undefined });
      await cloudFormation.send(new ValidateTemplateCommand({ TemplateBody }));
      await cloudFormation.send(new GetTemplateSummaryCommand({ TemplateBody }));
      await refused(cloudFormation.send(new ValidateTemplateCommand({ TemplateBody: 'nonsense: [' })));
    },
  },
  {
    name: 'a stack that does not exist',
    async play({ cloudFormation }) {
      const StackName = 'nobody';
      await refused(cloudFormation.send(new DescribeStacksCommand({ StackName })));
      await refused(cloudFormation.send(new DescribeStackEventsCommand({ StackName })));
      await refused(cloudFormation.send(new DescribeStackResourcesCommand({ StackName })));
      await refused(cloudFormation.send(new ListStackResourcesCommand({ StackName })));
      await refused(
        cloudFormation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'VPC' })),
      );
      await refused(cloudFormation.send(new GetTemplateCommand({ StackName })));
      await refused(cloudFormation.send(new DeleteStackCommand({ StackName })));
    },
  },
];

export const cloudFormationCases: CaseTable = { service: 'cloudformation', cases };
