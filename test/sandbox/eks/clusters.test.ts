import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeUpdateCommand,
  ListClustersCommand,
  ListNodegroupsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateClusterConfigCommand,
  type UpdateClusterConfigCommandInput,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { region, type Stacks, startStacks } from '../cloudformation/fixture.ts';
import { describeCluster, makeCluster, makeNetwork, makeRole } from './fixture.ts';

const autoMode = {
  computeConfig: { enabled: true },
  kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
  storageConfig: { blockStorage: { enabled: true } },
};

describe('EKS clusters', () => {
  let stacks: Stacks;
  let network: Awaited<ReturnType<typeof makeNetwork>>;
  let roleArn: string;
  beforeAll(async () => {
    stacks = await startStacks({ speed: 500 });
    network = await makeNetwork(stacks);
    roleArn = await makeRole(stacks, 'service', 'eks.amazonaws.com');
  });
  afterAll(() => stacks.stop());

  const update = (input: Partial<UpdateClusterConfigCommandInput>) =>
    stacks.eks.send(new UpdateClusterConfigCommand({ name: 'c1', ...input }));
  const settled = async (id: string | undefined) => {
    const command = new DescribeUpdateCommand({ name: 'c1', updateId: id });
    await expect.poll(async () => (await stacks.eks.send(command)).update?.status).toBe('Successful');
    await expect.poll(async () => (await describeCluster(stacks, 'c1'))?.status).toBe('ACTIVE');
  };

  test('come in the versions that EKS offers', async () => {
    const { clusterVersions = [] } = await stacks.eks.send(new DescribeClusterVersionsCommand({}));
    const versions = clusterVersions.map(({ clusterVersion }) => clusterVersion).sort();
    expect(versions).toEqual(['1.33', '1.34', '1.35', '1.36']);
    const one = await stacks.eks.send(new DescribeClusterVersionsCommand({ clusterVersions: ['1.35'] }));
    expect(one.clusterVersions).toMatchObject([
      { versionStatus: 'STANDARD_SUPPORT', endOfStandardSupportDate: new Date('2027-03-27') },
    ]);
  });

  test.each([
    [{ version: '1.21' }, 'InvalidParameterException', 'unsupported Kubernetes version'],
    [{ name: '-x' }, 'InvalidParameterException', /cluster name/],
    [
      { roleArn: 'arn:aws:iam::123456789012:role/none' },
      'InvalidParameterException',
      'Role with arn: arn:aws:iam::123456789012:role/none, could not be assumed because it does not exist or the trusted entity is not correct',
    ],
    [
      { resourcesVpcConfig: { subnetIds: ['subnet-0'] } },
      'InvalidParameterException',
      `The subnet ID 'subnet-0' does not exist`,
    ],
    [{ computeConfig: { enabled: true } }, 'InvalidParameterException', /fully enabled or fully disabled/],
    [autoMode, 'InvalidParameterException', /bootstrapSelfManagedAddons must be set to false/],
    [
      {
        ...autoMode,
        bootstrapSelfManagedAddons: false,
        computeConfig: { enabled: true, nodePools: ['system'] },
      },
      'InvalidParameterException',
      /nodePool list cannot be populated/,
    ],
    [
      {
        ...{ ...autoMode, bootstrapSelfManagedAddons: false },
        computeConfig: { enabled: true, nodeRoleArn: 'arn:aws:iam::123456789012:role/node' },
      },
      'InvalidParameterException',
      /nodePool value\(s\) must be provided/,
    ],
    [{ encryptionConfig: [{ resources: ['secrets'] }] }, 'NotEmulated', /encryptionConfig/],
    [{ tags: { 'aws:x': 'y' } }, 'InvalidParameterException', /reserved prefix/],
  ])('are refused with %o', async (input, name, message) => {
    const { subnetIds } = network;
    const request = { name: 'c0', roleArn, resourcesVpcConfig: { subnetIds }, ...input };
    await expect(stacks.eks.send(new CreateClusterCommand(request))).rejects.toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('need subnets in two zones', async () => {
    const subnetIds = [network.subnetIds[0] ?? '', network.extra];
    const request = { name: 'c0', roleArn, resourcesVpcConfig: { subnetIds } };
    await expect(stacks.eks.send(new CreateClusterCommand(request))).rejects.toThrow(
      'Subnets specified must be in at least two different AZs',
    );
  });

  test('have an endpoint once they are ACTIVE, a security group and interfaces of their own', async () => {
    const creating = makeCluster(stacks, 'c1', network.subnetIds, { tags: { team: 'lab' } });
    await expect
      .poll(() => describeCluster(stacks, 'c1').catch(() => undefined))
      .toMatchObject({ status: 'CREATING' });
    expect((await describeCluster(stacks, 'c1'))?.endpoint).toBeUndefined();
    const cluster = await creating;
    expect(cluster).toMatchObject({
      version: '1.35',
      platformVersion: 'eks.1',
      kubernetesNetworkConfig: { serviceIpv4Cidr: '10.100.0.0/16', ipFamily: 'ipv4' },
      upgradePolicy: { supportType: 'EXTENDED' },
      deletionProtection: false,
      tags: { team: 'lab' },
      resourcesVpcConfig: { vpcId: network.vpcId, publicAccessCidrs: ['0.0.0.0/0'] },
    });
    expect(cluster.identity?.oidc?.issuer).toMatch(
      new RegExp(`^https://oidc\\.eks\\.${region}\\.amazonaws\\.com/id/[0-9A-F]{32}$`),
    );
    expect(Buffer.from(cluster.certificateAuthority?.data ?? '', 'base64').toString()).toContain(
      'BEGIN CERTIFICATE',
    );
    const kubernetes = stacks.world.kubernetes.find('c1', region);
    expect([kubernetes?.endpoint, kubernetes?.issuer]).toEqual([
      cluster.endpoint,
      cluster.identity?.oidc?.issuer,
    ]);
    const groupId = cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? '';
    const group = stacks.ec2.region(region).securityGroups.get(groupId);
    expect(group?.name).toMatch(/^eks-cluster-sg-c1-\d+$/);
    expect(group?.tags).toMatchObject({ 'aws:eks:cluster-name': 'c1', 'kubernetes.io/cluster/c1': 'owned' });
    const interfaces = [...stacks.ec2.region(region).networkInterfaces.values()];
    expect(interfaces.map(({ description }) => description)).toEqual(['Amazon EKS c1', 'Amazon EKS c1']);
    const { clusters } = await stacks.eks.send(new ListClustersCommand({ include: ['all'] }));
    expect(clusters).toEqual(['c1']);
    const { nodegroups } = await stacks.eks.send(new ListNodegroupsCommand({ clusterName: 'c1' }));
    expect(nodegroups).toEqual([]);
    await expect(makeCluster(stacks, 'c1', network.subnetIds)).rejects.toThrow();
  });

  test('exist once by name', async () => {
    const request = { name: 'c1', roleArn, resourcesVpcConfig: { subnetIds: network.subnetIds } };
    await expect(stacks.eks.send(new CreateClusterCommand(request))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Cluster already exists with name: c1',
    });
  });

  test('carry tags that come and go', async () => {
    const resourceArn = (await describeCluster(stacks, 'c1'))?.arn ?? '';
    const tags = { 'alpha.eksctl.io/cluster-oidc-enabled': 'true' };
    await stacks.eks.send(new TagResourceCommand({ resourceArn, tags }));
    await stacks.eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    expect((await stacks.eks.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual(tags);
  });

  test('change one thing at a time', async () => {
    const logging = { clusterLogging: [{ types: ['audit' as const], enabled: true }] };
    const first = await update({ logging });
    expect(first.update).toMatchObject({ status: 'InProgress', type: 'LoggingUpdate' });
    await expect(update({ deletionProtection: true })).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: `Cannot DeletionProtectionUpdate because cluster c1 currently has update ${first.update?.id} in progress`,
    });
    await settled(first.update?.id);
    await expect(update({ logging })).rejects.toThrow('No changes needed for the logging config provided');
    expect((await describeCluster(stacks, 'c1'))?.logging?.clusterLogging?.[0]).toEqual({
      types: ['audit'],
      enabled: true,
    });
  });

  test('are kept by deletion protection until it is switched off', async () => {
    const on = await update({ deletionProtection: true });
    await settled(on.update?.id);
    await expect(stacks.eks.send(new DeleteClusterCommand({ name: 'c1' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    const off = await update({ deletionProtection: false });
    await settled(off.update?.id);
  });

  test('take minutes to go, and take with them all but the log group', async () => {
    const { cluster } = await stacks.eks.send(new DeleteClusterCommand({ name: 'c1' }));
    expect(cluster?.status).toBe('DELETING');
    await expect
      .poll(() => describeCluster(stacks, 'c1').catch(({ message }) => message))
      .toBe('No cluster found for name: c1.');
    expect(stacks.world.kubernetes.find('c1', region)).toBeUndefined();
    const { networkInterfaces, securityGroups } = stacks.ec2.region(region);
    expect(networkInterfaces.size).toBe(0);
    expect([...securityGroups.values()].filter(({ name }) => name.startsWith('eks-'))).toEqual([]);
    const logs = new CloudWatchLogsClient(stacks.config);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/eks/c1/cluster']);
  });
});
