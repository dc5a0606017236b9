import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterTemplate } from './cluster-template.ts';
import {
  createStack,
  describeStack,
  region,
  type Stacks,
  stackEvents,
  stackReaches,
  startStacks,
} from './fixture.ts';

const role = (arn?: string, dependsOn?: string) => ({
  Type: 'AWS::IAM::Role',
  DependsOn: dependsOn,
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'eks.amazonaws.com' } }],
    },
    ManagedPolicyArns: arn ? [arn] : [],
  },
});
const missing = 'arn:aws:iam::123456789012:policy/Nope';
const failing = { Resources: { Good: role(), Bad: role(missing, 'Good'), Later: role(undefined, 'Bad') } };

describe('a stack that cannot be created', () => {
  let stacks: Stacks;
  beforeAll(async () => {
    stacks = await startStacks();
  });
  afterAll(() => stacks.stop());

  const roleNames = async () => {
    const { Roles = [] } = await stacks.iamClient.send(new ListRolesCommand({}));
    return Roles.map(({ RoleName }) => RoleName);
  };

  test('is rolled back, says why, and blocks its name until it is deleted', async () => {
    await createStack(stacks, 'bad', failing);
    const stack = await stackReaches(stacks, 'bad', 'ROLLBACK_COMPLETE');
    expect(stack.Outputs ?? []).toEqual([]);
    const events = (await stackEvents(stacks, 'bad')).reverse();
    const failure = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    expect(failure).toMatchObject({ LogicalResourceId: 'Bad', ResourceType: 'AWS::IAM::Role' });
    expect(failure?.ResourceStatusReason).toMatch(
      /^Resource handler returned message: "Policy .*Nope does not exist or is not attachable. \(Service: Iam, Status Code: 404, .* HandlerErrorCode: NotFound\)$/,
    );
    const rollback = events.find(({ ResourceStatus }) => ResourceStatus === 'ROLLBACK_IN_PROGRESS');
    expect(rollback?.ResourceStatusReason).toBe(
      'The following resource(s) failed to create: [Bad]. Rollback requested by user.',
    );
    expect(events.some(({ LogicalResourceId }) => LogicalResourceId === 'Later')).toBe(false);
    expect(await roleNames()).toEqual([]);
    await expect(createStack(stacks, 'bad', failing)).rejects.toThrow('Stack [bad] already exists');
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: 'bad' }));
    await expect.poll(() => describeStack(stacks, 'bad').catch(({ name }) => name)).toBe('ValidationError');
  });

  test('keeps what was made when rollback is disabled', async () => {
    await createStack(stacks, 'kept', failing, { DisableRollback: true });
    const stack = await stackReaches(stacks, 'kept', 'CREATE_FAILED');
    expect(stack.StackStatusReason).toBe('The following resource(s) failed to create: [Bad]. ');
    expect(await roleNames()).toHaveLength(2);
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: stack.StackId }));
    await stackReaches(stacks, stack.StackId ?? '', 'DELETE_COMPLETE');
    expect(await roleNames()).toEqual([]);
  });

  test('deletes itself when it was asked to', async () => {
    const id = await createStack(stacks, 'fleeting', failing, { OnFailure: 'DELETE' });
    const stack = await stackReaches(stacks, id, 'DELETE_COMPLETE');
    expect(stack.StackName).toBe('fleeting');
    expect(await roleNames()).toEqual([]);
  });

  test('cancels what was still being made and leaves nothing behind', async () => {
    stacks.world.faults.set([
      {
        plane: 'aws',
        call: '^ec2:CreateNatGateway$',
        effect: { kind: 'error', code: 'NatGatewayLimitExceeded', message: 'Performance limit reached' },
      },
    ]);
    await createStack(stacks, 'eksctl-r1-cluster', clusterTemplate('r1'));
    await stackReaches(stacks, 'eksctl-r1-cluster', 'ROLLBACK_COMPLETE');
    stacks.world.faults.set([]);
    const events = await stackEvents(stacks, 'eksctl-r1-cluster');
    const failures = events.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    expect(failures.at(-1)).toMatchObject({ LogicalResourceId: 'NATGateway' });
    const others = failures.slice(0, -1).map(({ ResourceStatusReason }) => ResourceStatusReason);
    expect(new Set(others)).toEqual(new Set(['Resource creation cancelled']));
    const { vpcs, addresses, networkInterfaces } = stacks.ec2.region(region);
    expect([...vpcs.values()].filter(({ isDefault }) => !isDefault)).toEqual([]);
    expect([addresses.size, networkInterfaces.size]).toEqual([0, 0]);
    expect(stacks.service.clusters(region)).toEqual([]);
    expect(await roleNames()).toEqual([]);
  });

  test('is given up at once when it is deleted meanwhile', async () => {
    const id = await createStack(stacks, 'eksctl-r2-cluster', clusterTemplate('r2'));
    await expect.poll(() => stacks.service.cluster('r2', region)?.status).toBe('CREATING');
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: id }));
    expect((await describeStack(stacks, id)).StackStatus).toBe('DELETE_IN_PROGRESS');
    await stackReaches(stacks, id, 'DELETE_COMPLETE');
    expect(stacks.service.clusters(region)).toEqual([]);
    expect(await roleNames()).toEqual([]);
  });

  test('shows a throttled call nowhere, because CloudFormation repeats it', async () => {
    stacks.world.faults.set([
      {
        plane: 'aws',
        call: '^iam:CreateRole$',
        times: 2,
        effect: { kind: 'error', code: 'Throttling', message: 'Rate exceeded' },
      },
    ]);
    const id = await createStack(stacks, 'throttled', { Resources: { Good: role() } });
    await stackReaches(stacks, id, 'CREATE_COMPLETE');
    stacks.world.faults.set([]);
  });

  test('cannot be deleted while somebody else uses its role', async () => {
    const id = await createStack(stacks, 'borrowed', { Resources: { Good: role() } });
    await stackReaches(stacks, id, 'CREATE_COMPLETE');
    const RoleName = (await roleNames()).find((name) => name?.startsWith('borrowed'));
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
    const { AttachRolePolicyCommand, DetachRolePolicyCommand } = await import('@aws-sdk/client-iam');
    await stacks.iamClient.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: id }));
    const stack = await stackReaches(stacks, id, 'DELETE_FAILED');
    expect(stack.StackStatusReason).toBe('The following resource(s) failed to delete: [Good]. ');
    await stacks.iamClient.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await stacks.cloudFormation.send(new DeleteStackCommand({ StackName: id }));
    await stackReaches(stacks, id, 'DELETE_COMPLETE');
  });
});
