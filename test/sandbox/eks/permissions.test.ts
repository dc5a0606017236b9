import { expect, it } from 'vitest';
import { eksAccess } from '../../../sandbox/aws/eks/permissions.ts';
import type { EksContext } from '../../../sandbox/aws/eks/state.ts';
import type { Call } from '../../../sandbox/aws/service.ts';

const region = 'eu-west-1';
const arn = (rest: string) => `arn:aws:eks:${region}:123456789012:${rest}`;

const profile = { arn: arn('fargateprofile/shop/web/1'), tags: { a: 'b' } };
const shop = {
  tags: { c: 'd' },
  fargateProfiles: new Map([['web', profile]]),
  addons: new Map(),
  accessEntries: new Map(),
};
const access = eksAccess({
  world: { partition: 'aws', account: '123456789012' },
  clusters: new Map([[`${region}/shop`, shop]]),
} as unknown as EksContext);

const asked = (operation: string, input: object) =>
  access(input, { operation, region } as Call).map(({ action, resources, conditions }) => ({
    action,
    resources,
    conditions,
  }));

it('a cluster and what is made in it are asked for as the cluster', () => {
  const cluster = { arn: arn('cluster/shop'), tags: shop.tags };
  expect(asked('DescribeCluster', { name: 'shop' })).toMatchObject([{ resources: [cluster] }]);
  expect(asked('ListFargateProfiles', { clusterName: 'shop' })).toMatchObject([{ resources: [cluster] }]);
  expect(asked('CreateAddon', { clusterName: 'shop', addonName: 'coredns' })).toMatchObject([
    { resources: [cluster] },
  ]);
});

it('a part that is there is asked for with its ARN and tags, another with what its ARN would be', () => {
  expect(asked('DeleteFargateProfile', { clusterName: 'shop', fargateProfileName: 'web' })).toMatchObject([
    { resources: [profile] },
  ]);
  expect(asked('DescribeAddon', { clusterName: 'shop', addonName: 'coredns' })).toMatchObject([
    { resources: [{ arn: arn('addon/shop/coredns/*') }] },
  ]);
});

it('what is about no cluster is asked for on anything', () => {
  expect(asked('DescribeClusterVersions', {})).toEqual([{ resources: undefined }]);
});

it('giving a service a role asks whether the role may be passed to it', () => {
  const roleArn = 'arn:aws:iam::123456789012:role/r';
  const [, cluster] = asked('CreateCluster', { name: 'new', roleArn });
  expect(cluster).toEqual({
    action: 'iam:PassRole',
    resources: [{ arn: roleArn }],
    conditions: { 'iam:PassedToService': 'eks.amazonaws.com' },
  });
  const [, fargate] = asked('CreateFargateProfile', { clusterName: 'shop', podExecutionRoleArn: roleArn });
  expect(fargate?.conditions).toEqual({ 'iam:PassedToService': 'eks-fargate-pods.amazonaws.com' });
});

it('tags on creation ask for permission to tag what is made', () => {
  const tags = { a: 'b' };
  const [, cluster] = asked('CreateCluster', { name: 'new', tags });
  expect(cluster).toMatchObject({ action: 'eks:TagResource', resources: [{ arn: arn('cluster/new') }] });
  const [, addon] = asked('CreateAddon', { clusterName: 'shop', addonName: 'coredns', tags });
  expect(addon).toMatchObject({
    action: 'eks:TagResource',
    resources: [{ arn: arn('addon/shop/coredns/*') }],
  });
  expect(asked('CreateCluster', { name: 'new' })).toHaveLength(1);
});
