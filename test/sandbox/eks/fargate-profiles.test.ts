import {
  DeleteClusterCommand,
  DeleteFargateProfileCommand,
  DescribeFargateProfileCommand,
  ListFargateProfilesCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { region, type Stacks, startStacks } from '../cloudformation/fixture.ts';
import {
  createProfile,
  makeCluster,
  makeNetwork,
  makeRole,
  openToInternet,
  profileReaches,
} from './fixture.ts';

describe('Fargate profiles', () => {
  let stacks: Stacks;
  let podExecutionRoleArn: string;
  let network: Awaited<ReturnType<typeof makeNetwork>>;
  const clusterName = 'c1';
  const selectors = [{ namespace: 'default' }, { namespace: 'kube-system', labels: { app: 'x' } }];

  beforeAll(async () => {
    stacks = await startStacks({ pageSize: 1, speed: 500 });
    network = await makeNetwork(stacks);
    podExecutionRoleArn = await makeRole(stacks, 'pods', 'eks-fargate-pods.amazonaws.com');
    await makeCluster(stacks, clusterName, network.subnetIds);
  });
  afterAll(() => stacks.stop());

  const remove = (fargateProfileName: string) =>
    stacks.eks.send(new DeleteFargateProfileCommand({ clusterName, fargateProfileName }));

  test.each([
    [
      { podExecutionRoleArn: 'arn:aws:iam::123456789012:role/none' },
      /^Misconfigured PodExecutionRole Trust Policy/,
    ],
    [{ selectors: [] }, /selectors/],
    [{ fargateProfileName: 'eks-x' }, /reserved prefix/],
    [{ subnets: ['subnet-0'] }, /does not exist/],
  ])('are refused with %o', async (input, message) => {
    const request = { clusterName, fargateProfileName: 'fp', podExecutionRoleArn, selectors, ...input };
    await expect(createProfile(stacks, request)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });

  test('change one at a time', async () => {
    await createProfile(stacks, {
      clusterName,
      fargateProfileName: 'fp-default',
      podExecutionRoleArn,
      selectors,
    });
    const second = { clusterName, fargateProfileName: 'sample-app', podExecutionRoleArn, selectors };
    await expect(createProfile(stacks, second)).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message:
        'Cannot create Fargate Profile sample-app because cluster c1 currently has Fargate profile fp-default in status CREATING',
    });
    await expect(createProfile(stacks, { ...second, fargateProfileName: 'fp-default' })).rejects.toThrow(
      'A Fargate Profile already exists with this name in this cluster.',
    );
    await profileReaches(stacks, clusterName, 'fp-default', 'ACTIVE');
    await createProfile(stacks, second);
    await profileReaches(stacks, clusterName, 'sample-app', 'ACTIVE');
  });

  test('use the private subnets of the cluster and can be read by what places pods', async () => {
    const command = new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'fp-default' });
    const { fargateProfile } = await stacks.eks.send(command);
    expect(fargateProfile).toMatchObject({ selectors, subnets: network.subnetIds, podExecutionRoleArn });
    expect(fargateProfile?.fargateProfileArn).toMatch(/:fargateprofile\/c1\/fp-default\/[0-9a-f-]{36}$/);
    expect(stacks.service.fargateProfiles(clusterName, region)).toMatchObject([
      { name: 'fp-default', status: 'ACTIVE', subnetIds: network.subnetIds },
      { name: 'sample-app', status: 'ACTIVE' },
    ]);
    const first = await stacks.eks.send(new ListFargateProfilesCommand({ clusterName }));
    expect(first.fargateProfileNames).toHaveLength(1);
    const { nextToken } = first;
    const rest = await stacks.eks.send(new ListFargateProfilesCommand({ clusterName, nextToken }));
    expect([...(first.fargateProfileNames ?? []), ...(rest.fargateProfileNames ?? [])].sort()).toEqual([
      'fp-default',
      'sample-app',
    ]);
  });

  test('keep the cluster from being deleted, and go one at a time', async () => {
    await expect(stacks.eks.send(new DeleteClusterCommand({ name: clusterName }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Cluster has Fargate Profiles in ACTIVE/CREATING state',
    });
    expect((await remove('fp-default')).fargateProfile?.status).toBe('DELETING');
    await expect(remove('sample-app')).rejects.toThrow(
      'Cannot Delete Fargate Profile sample-app because cluster c1 currently has Fargate profile fp-default in status DELETING',
    );
    await profileReaches(stacks, clusterName, 'fp-default', 'ResourceNotFoundException');
    await remove('sample-app');
    await profileReaches(stacks, clusterName, 'sample-app', 'ResourceNotFoundException');
    await expect(remove('sample-app')).rejects.toThrow('No Fargate Profile found with name: sample-app.');
  });

  test('do not take public subnets', async () => {
    await openToInternet(stacks, network.vpcId);
    const subnet = network.subnetIds[0] ?? '';
    const request = {
      clusterName,
      fargateProfileName: 'fp',
      podExecutionRoleArn,
      selectors,
      subnets: [subnet],
    };
    await expect(createProfile(stacks, request)).rejects.toThrow(
      `Subnet ${subnet} provided in Fargate Profile is not a private subnet`,
    );
    await stacks.eks.send(new DeleteClusterCommand({ name: clusterName }));
  });
});
