import {
  CreateAddonCommand,
  DeleteAddonCommand,
  DescribeAddonCommand,
  DescribeAddonConfigurationCommand,
  DescribeAddonVersionsCommand,
  ListAddonsCommand,
  UpdateAddonCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeClient } from '../../../sandbox/kubernetes/api.ts';
import { region, type Stacks, startStacks } from '../cloudformation/fixture.ts';
import { makeCluster, makeNetwork } from './fixture.ts';

const computeType = 'eks.amazonaws.com/compute-type';

describe('EKS add-ons', () => {
  let stacks: Stacks;
  let kubernetes: KubeClient;
  const clusterName = 'c1';

  beforeAll(async () => {
    stacks = await startStacks({ speed: 500 });
    const { subnetIds } = await makeNetwork(stacks);
    await makeCluster(stacks, clusterName, subnetIds);
    const cluster = stacks.world.kubernetes.find(clusterName, region);
    if (!cluster) throw new Error('no API server');
    kubernetes = cluster.client('test');
  });
  afterAll(() => stacks.stop());

  const addon = async (addonName: string) =>
    (await stacks.eks.send(new DescribeAddonCommand({ clusterName, addonName }))).addon;
  const status = async (name: string) =>
    (await addon(name).catch((error) => ({ status: error.message })))?.status;

  test('are offered in the versions of a Kubernetes version, one of them the default', async () => {
    const command = new DescribeAddonVersionsCommand({ addonName: 'vpc-cni', kubernetesVersion: '1.34' });
    const { addons } = await stacks.eks.send(command);
    expect(addons?.[0]?.addonVersions?.[0]).toMatchObject({
      addonVersion: 'v1.20.4-eksbuild.1',
      requiresIamPermissions: true,
      compatibilities: [{ clusterVersion: '1.34', defaultVersion: true }],
    });
    const configuration = new DescribeAddonConfigurationCommand({
      addonName: 'vpc-cni',
      addonVersion: 'v1.20.4-eksbuild.1',
    });
    expect((await stacks.eks.send(configuration)).podIdentityConfiguration).toEqual([
      {
        serviceAccount: 'aws-node',
        recommendedManagedPolicies: ['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy'],
      },
    ]);
  });

  test('are not there until they are created', async () => {
    await expect(addon('vpc-cni')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'No addon: vpc-cni found in cluster: c1',
    });
  });

  test('without nodes are ACTIVE when they run on nodes only', async () => {
    for (const addonName of ['vpc-cni', 'kube-proxy']) {
      await stacks.eks.send(
        new CreateAddonCommand({ clusterName, addonName, resolveConflicts: 'OVERWRITE' }),
      );
      expect(await status(addonName)).toBe('CREATING');
      await expect.poll(() => status(addonName)).toBe('ACTIVE');
    }
    await expect(
      stacks.eks.send(new CreateAddonCommand({ clusterName, addonName: 'vpc-cni' })),
    ).rejects.toThrow('Addon already exists.');
    expect(await kubernetes.get('daemonsets.apps', 'aws-node', 'kube-system')).toBeDefined();
  });

  test('give a ServiceAccount its role when they are updated', async () => {
    const serviceAccountRoleArn = 'arn:aws:iam::123456789012:role/cni';
    const command = new UpdateAddonCommand({ clusterName, addonName: 'vpc-cni', serviceAccountRoleArn });
    expect((await stacks.eks.send(command)).update).toMatchObject({
      status: 'InProgress',
      type: 'AddonUpdate',
    });
    await expect.poll(() => status('vpc-cni')).toBe('ACTIVE');
    const account = await kubernetes.get('serviceaccounts', 'aws-node', 'kube-system');
    expect(account?.metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': serviceAccountRoleArn });
  });

  test('with pods are CREATING, then DEGRADED, until the pods are ready', async () => {
    await stacks.eks.send(new CreateAddonCommand({ clusterName, addonName: 'coredns' }));
    await expect
      .poll(() => kubernetes.get('deployments.apps', 'coredns', 'kube-system'))
      .toMatchObject({
        metadata: { labels: { 'k8s-app': 'kube-dns', 'eks.amazonaws.com/component': 'coredns' } },
        spec: { replicas: 2, template: { metadata: { annotations: { [computeType]: 'ec2' } } } },
      });
    expect(await kubernetes.get('services', 'kube-dns', 'kube-system')).toMatchObject({
      spec: { clusterIP: '10.100.0.10' },
    });
    expect(await status('coredns')).toBe('CREATING');
    await expect.poll(() => status('coredns'), { timeout: 6000 }).toBe('DEGRADED');
    expect((await addon('coredns'))?.health?.issues).toMatchObject([
      { code: 'InsufficientNumberOfReplicas' },
    ]);
    const ready = { status: { replicas: 2, readyReplicas: 2 } };
    await kubernetes.patch('deployments.apps', 'coredns', 'kube-system', ready, { subresource: 'status' });
    expect(await status('coredns')).toBe('ACTIVE');
  });

  test('take the settings that have an effect and refuse the others', async () => {
    const change = (configurationValues: string) =>
      stacks.eks.send(new UpdateAddonCommand({ clusterName, addonName: 'coredns', configurationValues }));
    await expect(change('{"corefile":"x"}')).rejects.toMatchObject({ name: 'NotEmulated' });
    await change('{"computeType":"Fargate"}');
    await expect
      .poll(() => kubernetes.get('deployments.apps', 'coredns', 'kube-system'))
      .toMatchObject({
        spec: { template: { metadata: { annotations: { [computeType]: 'Fargate' } } } },
      });
  });

  test('do not overwrite what is there unless they are told to', async () => {
    const metadata = { name: 'metrics-server', namespace: 'kube-system' };
    await kubernetes.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await stacks.eks.send(new CreateAddonCommand({ clusterName, addonName: 'metrics-server' }));
    await expect.poll(() => status('metrics-server')).toBe('CREATE_FAILED');
    expect((await addon('metrics-server'))?.health?.issues).toMatchObject([
      { code: 'ConfigurationConflict' },
    ]);
  });

  test('take their objects with them', async () => {
    await stacks.eks.send(new DeleteAddonCommand({ clusterName, addonName: 'coredns' }));
    await expect.poll(() => status('coredns')).toBe('No addon: coredns found in cluster: c1');
    expect(await kubernetes.get('deployments.apps', 'coredns', 'kube-system')).toBeUndefined();
    const { addons } = await stacks.eks.send(new ListAddonsCommand({ clusterName }));
    expect(addons?.sort()).toEqual(['kube-proxy', 'metrics-server', 'vpc-cni']);
  });
});
