import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizePrincipal } from '../../../sandbox/aws/eks/access.ts';
import type { Principal } from '../../../sandbox/aws/service.ts';
import { region, type Stacks, startStacks } from '../cloudformation/fixture.ts';
import { createProfile, makeCluster, makeNetwork, makeRole } from './fixture.ts';

const clusterAdmin = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const creator = 'arn:aws:iam::123456789012:user/administrator';

describe('access entries', () => {
  let stacks: Stacks;
  let subnetIds: string[];
  const clusterName = 'c1';
  const principalArn = 'arn:aws:iam::123456789012:role/sweeper';
  const session: Principal = {
    kind: 'role',
    arn: 'arn:aws:sts::123456789012:assumed-role/sweeper/ci',
    userId: 'AROA:ci',
    roleArn: principalArn,
  };

  beforeAll(async () => {
    stacks = await startStacks({ speed: 500 });
    ({ subnetIds } = await makeNetwork(stacks));
    await makeCluster(stacks, clusterName, subnetIds);
  });
  afterAll(() => stacks.stop());

  const identity = (principal: Principal) => {
    const cluster = stacks.service.cluster(clusterName, region);
    return cluster && authorizePrincipal(cluster, principal);
  };

  test('make the creator an administrator', async () => {
    const { accessEntries } = await stacks.eks.send(new ListAccessEntriesCommand({ clusterName }));
    expect(accessEntries).toEqual([creator]);
    const user: Principal = { kind: 'user', arn: creator, userId: 'AIDA' };
    expect(identity(user)).toEqual({ username: creator, groups: ['system:masters'] });
    const command = new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn: creator });
    expect((await stacks.eks.send(command)).associatedAccessPolicies).toMatchObject([
      { policyArn: clusterAdmin },
    ]);
  });

  test('decide who a role is in the cluster', async () => {
    expect(identity(session)).toBeUndefined();
    const create = new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups: ['readers'] });
    const { accessEntry } = await stacks.eks.send(create);
    expect(accessEntry).toMatchObject({ type: 'STANDARD', kubernetesGroups: ['readers'] });
    expect(identity(session)).toEqual({ username: session.arn, groups: ['readers'] });
    const accessScope = { type: 'cluster' as const };
    await stacks.eks.send(
      new AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn: clusterAdmin, accessScope }),
    );
    expect(identity(session)?.groups).toEqual(['readers', 'system:masters']);
    await expect(stacks.eks.send(create)).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await stacks.eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
    expect(identity(session)).toBeUndefined();
    await expect(
      stacks.eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('are made for the role of a Fargate profile', async () => {
    const podExecutionRoleArn = await makeRole(stacks, 'pods', 'eks-fargate-pods.amazonaws.com');
    const selectors = [{ namespace: 'default' }];
    await createProfile(stacks, { clusterName, fargateProfileName: 'fp', podExecutionRoleArn, selectors });
    const command = new DescribeAccessEntryCommand({ clusterName, principalArn: podExecutionRoleArn });
    expect((await stacks.eks.send(command)).accessEntry?.type).toBe('FARGATE_LINUX');
  });

  test('do not exist in a cluster that keeps to its ConfigMap', async () => {
    await makeCluster(stacks, 'old', subnetIds, { accessConfig: { authenticationMode: 'CONFIG_MAP' } });
    const command = new ListAccessEntriesCommand({ clusterName: 'old' });
    await expect(stacks.eks.send(command)).rejects.toThrow(/authentication mode must be set to one of/);
    const cluster = stacks.service.cluster('old', region);
    const user: Principal = { kind: 'user', arn: creator, userId: 'AIDA' };
    expect(cluster && authorizePrincipal(cluster, user)?.groups).toEqual(['system:masters']);
  });
});
