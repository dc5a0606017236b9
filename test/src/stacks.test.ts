import { CloudFormationClient, type StackEvent } from '@aws-sdk/client-cloudformation';
import { expect, it } from 'vitest';
import { stackFailure } from '../../src/aws/stacks.ts';
import type { Context } from '../../src/context.ts';

const StackId = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/a/1';

/** What CloudFormation says of a stack whose events, in order of time, are these. */
function failureAfter(events: readonly (readonly [resource: string, status: string, reason?: string])[]) {
  // The newest comes first (CloudFormation API reference, DescribeStackEvents).
  const StackEvents = events
    .map(
      ([LogicalResourceId, ResourceStatus, ResourceStatusReason]): StackEvent => ({
        StackId,
        EventId: LogicalResourceId,
        StackName: 'a',
        Timestamp: undefined,
        LogicalResourceId,
        PhysicalResourceId: LogicalResourceId === 'a' ? StackId : `${LogicalResourceId}-1`,
        ResourceType: LogicalResourceId === 'a' ? 'AWS::CloudFormation::Stack' : 'AWS::EC2::VPC',
        ResourceStatus: ResourceStatus as StackEvent['ResourceStatus'],
        ResourceStatusReason,
      }),
    )
    .reverse();
  const send = async () => ({ StackEvents });
  const cloudFormation = Object.assign(new CloudFormationClient({ region: 'eu-west-1' }), { send });
  const context = { aws: { cloudFormation } } as unknown as Context;
  const StackStatus = events.at(-1)?.[1] as 'DELETE_FAILED';
  return stackFailure(context, { StackId, StackName: 'a', StackStatus, CreationTime: undefined });
}

const rolledBack = [
  ['a', 'CREATE_IN_PROGRESS'],
  ['VPC', 'CREATE_FAILED', 'the limit'],
  ['Subnet', 'CREATE_FAILED', 'Resource creation cancelled'],
  ['a', 'ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create: [VPC].'],
  ['VPC', 'DELETE_COMPLETE'],
  ['a', 'ROLLBACK_COMPLETE'],
] as const;

it('a stack failed for the reason of the first failure, from which the others follow', async () => {
  expect(await failureAfter(rolledBack)).toBe('stack a is ROLLBACK_COMPLETE: AWS::EC2::VPC VPC: the limit');
});

it('a deletion that failed has its own reason, and so has the next one', async () => {
  const once = [
    ...rolledBack,
    ['a', 'DELETE_IN_PROGRESS'],
    ['VPC', 'DELETE_FAILED', 'has dependencies'],
    ['a', 'DELETE_FAILED'],
  ] as const;
  expect(await failureAfter(once)).toBe('stack a is DELETE_FAILED: AWS::EC2::VPC VPC: has dependencies');
  const twice = [
    ...once,
    ['a', 'DELETE_IN_PROGRESS'],
    ['VPC', 'DELETE_FAILED', 'not authorized'],
    ['a', 'DELETE_FAILED'],
  ] as const;
  expect(await failureAfter(twice)).toBe('stack a is DELETE_FAILED: AWS::EC2::VPC VPC: not authorized');
});
