import { type CommandTable, row } from './row.ts';

export const cloudFormation: CommandTable = {
  command: 'cloudformation',
  service: 'cloudformation',
  rows: [
    row('ValidateTemplate', '--template-body {template}', { shows: '"an address range"' }),
    row('GetTemplateSummary', '--template-body {template}', { shows: '"AWS::EC2::VPC"' }),
    row('CreateStack', '--stack-name walk --template-body {template} --tags Key=a,Value=b', {
      shows: ':stack/walk/',
    }),
    row('DescribeStacks', '--stack-name walk', { shows: '"CREATE_COMPLETE"', waits: true }),
    row('ListStacks', '', { shows: '"StackName": "walk"' }),
    row('DescribeStackEvents', '--stack-name walk', { shows: '"User Initiated"' }),
    row('DescribeStackResource', '--stack-name walk --logical-resource-id VPC', { shows: '"vpc-' }),
    row('DescribeStackResources', '--stack-name walk', { shows: '"AWS::EC2::VPC"' }),
    row('ListStackResources', '--stack-name walk', { shows: '"LogicalResourceId": "VPC"' }),
    row('GetTemplate', '--stack-name walk', { shows: '10.9.0.0/16' }),
    row('ListExports', '', { shows: '"the-vpc"' }),
    row('UpdateTerminationProtection', '--stack-name walk --enable-termination-protection', {
      shows: ':stack/walk/',
    }),
    row('UpdateTerminationProtection', '--stack-name walk --no-enable-termination-protection', {
      shows: ':stack/walk/',
    }),
    row('DeleteStack', '--stack-name walk'),
    row('ListStacks', '--stack-status-filter DELETE_COMPLETE', { shows: '"walk"', waits: true }),
  ],
};

export const logs: CommandTable = {
  command: 'logs',
  service: 'logs',
  rows: [
    row('CreateLogGroup', '--log-group-name walk'),
    row('PutRetentionPolicy', '--log-group-name walk --retention-in-days 7'),
    row('DescribeLogGroups', '--log-group-name-prefix walk', {
      shows: '"retentionInDays": 7',
      save: { logGroup: 'logGroups.0.logGroupArn' },
    }),
    row('TagResource', '--resource-arn {logGroup} --tags a=b'),
    row('ListTagsForResource', '--resource-arn {logGroup}', { shows: '"a": "b"' }),
    row('DeleteLogGroup', '--log-group-name walk'),
  ],
};

export const quotas: CommandTable = {
  command: 'service-quotas',
  service: 'servicequotas',
  rows: [
    row('GetServiceQuota', '--service-code vpc --quota-code L-F678F1CE', { shows: '"VPCs per Region"' }),
    row('GetAWSDefaultServiceQuota', '--service-code vpc --quota-code L-F678F1CE', { shows: '"Value": 5' }),
    row('ListServiceQuotas', '--service-code elasticloadbalancing', { shows: '"L-53DA6B97"' }),
  ],
};

export const shield: CommandTable = {
  command: 'shield',
  service: 'shield',
  rows: [row('GetSubscriptionState', '', { shows: '"INACTIVE"' })],
};
