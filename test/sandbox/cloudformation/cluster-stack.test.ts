import {
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateNetworkInterfaceCommand } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterTemplate } from './cluster-template.ts';
import {
  createStack,
  describeStack,
  outputsOf,
  region,
  type Stacks,
  stackEvents,
  stackReaches,
  startStacks,
} from './fixture.ts';

describe('the stack of an EKS cluster', () => {
  let stacks: Stacks;
  let stackId: string;
  const name = 'eksctl-c1-cluster';

  beforeAll(async () => {
    stacks = await startStacks({ pageSize: 3 });
    stackId = await createStack(stacks, name, clusterTemplate('c1'), {
      EnableTerminationProtection: true,
      DisableRollback: false,
      Tags: [
        { Key: 'alpha.eksctl.io/cluster-name', Value: 'c1' },
        { Key: 'team', Value: 'lab' },
      ],
    });
  });
  afterAll(() => stacks.stop());

  test('has no outputs while it is being created', async () => {
    const stack = await describeStack(stacks, name);
    expect(stack.StackStatus).toBe('CREATE_IN_PROGRESS');
    expect(stack.Outputs ?? []).toEqual([]);
    await expect(createStack(stacks, name, clusterTemplate('c1'))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: `Stack [${name}] already exists`,
    });
  });

  test('makes its 33 resources and tells their names in its outputs', async () => {
    const outputs = outputsOf(await stackReaches(stacks, name, 'CREATE_COMPLETE'));
    expect(Object.keys(outputs)).toHaveLength(13);
    expect(outputs.ARN).toBe(`arn:aws:eks:${region}:123456789012:cluster/c1`);
    expect(outputs.SubnetsPrivate?.split(',')).toHaveLength(3);
    expect(outputs.Endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(outputs.ServiceRoleARN).toMatch(/role\/eksctl-c1-cluster-ServiceRole-[A-Z0-9]{12}$/);
    const { StackResources = [] } = await stacks.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: name }),
    );
    expect(StackResources).toHaveLength(33);
    expect(new Set(StackResources.map(({ ResourceStatus }) => ResourceStatus))).toEqual(
      new Set(['CREATE_COMPLETE']),
    );
  });

  test('tells its events from the last to the first, three of each resource', async () => {
    const events = await stackEvents(stacks, name);
    expect(events[0]).toMatchObject({
      LogicalResourceId: name,
      ResourceStatus: 'CREATE_COMPLETE',
      ResourceType: 'AWS::CloudFormation::Stack',
    });
    expect(events.at(-1)?.ResourceStatusReason).toBe('User Initiated');
    const ofVpc = events.filter(({ LogicalResourceId }) => LogicalResourceId === 'VPC').reverse();
    expect(
      ofVpc.map(({ ResourceStatus, ResourceStatusReason }) => [ResourceStatus, ResourceStatusReason]),
    ).toEqual([
      ['CREATE_IN_PROGRESS', undefined],
      ['CREATE_IN_PROGRESS', 'Resource creation Initiated'],
      ['CREATE_COMPLETE', undefined],
    ]);
  });

  test('passes its tags on, with those of CloudFormation, and acts for its owner', async () => {
    const { cluster } = await stacks.eks.send(new DescribeClusterCommand({ name: 'c1' }));
    expect(cluster?.status).toBe('ACTIVE');
    expect(cluster?.tags).toMatchObject({
      Name: `${name}/ControlPlane`,
      team: 'lab',
      'alpha.eksctl.io/cluster-name': 'c1',
      'aws:cloudformation:stack-name': name,
      'aws:cloudformation:stack-id': stackId,
      'aws:cloudformation:logical-id': 'ControlPlane',
    });
    const calls = stacks.world.record.calls().filter(({ call }) => call === 'eks:CreateCluster');
    expect(calls.map(({ caller }) => caller)).toEqual(['cloudformation.amazonaws.com']);
    expect([...(stacks.service.cluster('c1', region)?.accessEntries.keys() ?? [])]).toEqual([
      'arn:aws:iam::123456789012:user/administrator',
    ]);
  });

  test('cannot be deleted while it is protected', async () => {
    await expect(
      stacks.cloudFormation.send(new DeleteStackCommand({ StackName: name })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message: `Stack [${name}] cannot be deleted while TerminationProtection is enabled`,
    });
    const open = { StackName: name, EnableTerminationProtection: false };
    await stacks.cloudFormation.send(new UpdateTerminationProtectionCommand(open));
    expect((await describeStack(stacks, name)).EnableTerminationProtection).toBe(false);
  });

  test('ends DELETE_FAILED, with the resources and the reason, while a stray interface holds a subnet', async () => {
    const outputs = outputsOf(await describeStack(stacks, name));
    const SubnetId = outputs.SubnetsPrivate?.split(',')[0];
    await stacks.ec2Client.send(new CreateNetworkInterfaceCommand({ SubnetId }));
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
    const stack = await stackReaches(stacks, name, 'DELETE_FAILED');
    expect(stack.StackStatusReason).toBe('The following resource(s) failed to delete: [SubnetPrivateA]. ');
    const events = await stackEvents(stacks, name);
    const reason = events.find(({ LogicalResourceId, ResourceStatus }) => {
      return LogicalResourceId === 'SubnetPrivateA' && ResourceStatus === 'DELETE_FAILED';
    });
    expect(reason?.ResourceStatusReason).toMatch(
      /^Resource handler returned message: "The subnet 'subnet-\w+' has dependencies and cannot be deleted. \(Service: Ec2, Status Code: 400, Request ID: [-0-9a-f]+\) \(SDK Attempt Count: 1\)" \(RequestToken: [-0-9a-f]+, HandlerErrorCode: InvalidRequest\)$/,
    );
    await expect(stacks.eks.send(new DescribeClusterCommand({ name: 'c1' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'No cluster found for name: c1.',
    });
  });

  test('goes when the subnet is kept, together with all that does not hold it', async () => {
    const input = { StackName: name, RetainResources: ['SubnetPrivateA', 'VPC'] };
    await stacks.cloudFormation.send(new DeleteStackCommand(input));
    const stack = await stackReaches(stacks, stackId, 'DELETE_COMPLETE');
    expect(stack.DeletionTime).toBeInstanceOf(Date);
    await expect(describeStack(stacks, name)).rejects.toMatchObject({
      name: 'ValidationError',
      message: `Stack with id ${name} does not exist`,
    });
    const { Roles } = await stacks.iamClient.send(new ListRolesCommand({}));
    expect(Roles).toEqual([]);
    // Deleting what is gone is no error.
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  });
});
