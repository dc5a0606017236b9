import { EC2Client, type RouteTable, type Subnet } from '@aws-sdk/client-ec2';
import { type Cluster, EKSClient } from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { matches, takesPods } from '../../src/adoption/compute.ts';
import { findForeignController } from '../../src/adoption/foreign-controller.ts';
import { judgeSubnets } from '../../src/adoption/subnets.ts';
import type { Context } from '../../src/context.ts';
import { adoptCluster } from '../../src/steps/adopt-cluster.ts';
import type { KubeObject } from '../../src/tools/kubectl.ts';

const target = { cluster: 'shop', region: 'ap-northeast-1' };

describe('subnets of an adopted cluster', () => {
  const roleTag = { Key: 'kubernetes.io/role/elb', Value: '1' };
  const subnet = (id: string, zone: string, more: Partial<Subnet> = {}): Subnet => ({
    SubnetId: id,
    AvailabilityZone: zone,
    AvailableIpAddressCount: 100,
    ...more,
  });
  const main: RouteTable = { Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] };
  const publicTable = (...ids: string[]): RouteTable => ({
    Associations: ids.map((SubnetId) => ({ SubnetId })),
    Routes: [{ GatewayId: 'local' }, { GatewayId: 'igw-1' }],
  });

  it('are good with the role tag in two zones', () => {
    const subnets = [subnet('a', '1a', { Tags: [roleTag] }), subnet('b', '1b', { Tags: [roleTag] })];
    expect(judgeSubnets(subnets, [main], target)).toBeUndefined();
  });

  it('are good without any tag when two zones have a route to an internet gateway', () => {
    const subnets = [subnet('a', '1a'), subnet('b', '1b'), subnet('c', '1c')];
    expect(judgeSubnets(subnets, [main, publicTable('a', 'b')], target)).toBeUndefined();
  });

  it('that lack a tag, where others have it, are named with the command that tags them', () => {
    const subnets = [subnet('a', '1a', { Tags: [roleTag] }), subnet('b', '1b'), subnet('c', '1c')];
    const problem = judgeSubnets(subnets, [main, publicTable('a', 'b')], target);
    expect(problem?.evidence).toContain('the controller finds a (1a, 100 free)');
    expect(problem?.fix).toBe(
      'aws ec2 create-tags --resources b --tags Key=kubernetes.io/role/elb,Value=1 --region ap-northeast-1',
    );
  });

  it('do not count when another cluster owns them or fewer than eight addresses are free', () => {
    const taken = { Key: 'kubernetes.io/cluster/other', Value: 'owned' };
    const subnets = [
      subnet('a', '1a', { Tags: [roleTag] }),
      subnet('b', '1b', { Tags: [roleTag, taken] }),
      subnet('c', '1c', { Tags: [roleTag], AvailableIpAddressCount: 7 }),
    ];
    expect(judgeSubnets(subnets, [main], target)).toBeDefined();
    const shared = { Key: 'kubernetes.io/cluster/shop', Value: 'shared' };
    const own = [...subnets.slice(0, 1), subnet('b', '1b', { Tags: [roleTag, taken, shared] })];
    expect(judgeSubnets(own, [main], target)).toBeUndefined();
  });

  it('of a VPC without two public zones cannot be had by tags alone', () => {
    const problem = judgeSubnets([subnet('a', '1a'), subnet('b', '1b')], [main, publicTable('a')], target);
    expect(problem?.fix).toContain('add public subnets to the VPC');
  });
});

describe('what pods run on', () => {
  it.each([
    ['shop', 'shop', true],
    ['shop', 'shop-2', false],
    ['shop*', 'shop-2', true],
    ['*-sample', 'a-sample', true],
    ['team-?', 'team-10', false],
    ['a.c', 'abc', false],
  ])('a Fargate selector %s and namespace %s: %s', (pattern, namespace, selected) => {
    expect(matches(pattern, namespace)).toBe(selected);
  });

  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  const node = (spec: object, status: object = ready): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n' },
    spec,
    status,
  });
  it('a node counts when it is ready, open and without a taint that keeps pods away', () => {
    expect(takesPods(node({}))).toBe(true);
    expect(takesPods(node({ taints: [{ key: 'x', effect: 'PreferNoSchedule' }] }))).toBe(true);
    const fargate = { taints: [{ key: 'eks.amazonaws.com/compute-type', effect: 'NoSchedule' }] };
    expect(takesPods(node(fargate))).toBe(false);
    expect(takesPods(node({ unschedulable: true }))).toBe(false);
    expect(takesPods(node({}, { conditions: [{ type: 'Ready', status: 'Unknown' }] }))).toBe(false);
  });
});

/** A client that is answered the same to everything. */
const answering = <Client extends object>(client: Client, answer: object): Client =>
  Object.assign(client, { send: async () => answer });

/** A cluster of somebody else, with what kubectl lists in it and nothing in EC2. */
function adopting(cluster: Partial<Cluster>, objects: Partial<KubeObject>[] = []): Context {
  const found: Cluster = {
    name: 'shop',
    status: 'ACTIVE',
    version: '1.34',
    identity: { oidc: { issuer: 'https://oidc.example/id/1' } },
    resourcesVpcConfig: { vpcId: 'vpc-1' },
    ...cluster,
  };
  return {
    config: { ...target, namespace: 'sample' },
    aws: { eks: answering(new EKSClient({ region: target.region }), { cluster: found }), ec2: undefined },
    kubectl: {
      list: async (kind: string) => objects.filter((object) => object.kind === kind),
      get: async (kind: string, name: string) =>
        objects.find((object) => object.kind === kind && object.metadata?.name === name),
    },
  } as unknown as Context;
}

describe('another controller', () => {
  const deployment = (container: object, available = 2) => ({
    kind: 'Deployment',
    metadata: { name: 'lbc', namespace: 'infra', generation: 1 },
    spec: { replicas: 2, template: { spec: { containers: [container] } } },
    status: {
      observedGeneration: 1,
      availableReplicas: available,
      updatedReplicas: available,
      replicas: available,
    },
  });
  const image = 'public.ecr.aws/eks/aws-load-balancer-controller:v2.13.4';

  it('is found by its image in any namespace and used', async () => {
    const found = await findForeignController(adopting({}, [deployment({ image })]));
    expect(found).toEqual({ evidence: 'Deployment infra/lbc, v2.13' });
  });

  it('is used whatever its version when only a digest is known', async () => {
    const digest = `mirror.example/aws-load-balancer-controller@sha256:${'0'.repeat(64)}`;
    const found = await findForeignController(adopting({}, [deployment({ image: digest })]));
    expect(found).toEqual({ evidence: 'Deployment infra/lbc' });
  });

  it.each([
    ['too old', { image: 'x/aws-alb-ingress-controller:v1.1.9' }, 2, 'older than v2.4', '--cluster'],
    [
      'watching another namespace',
      { image, args: ['--watch-namespace=shop'] },
      2,
      'shop only',
      '--namespace shop',
    ],
    ['down', { image }, 0, 'none of its pods is available', 'kubectl --namespace infra describe'],
  ])('is in the way when it is %s', async (_, container, available, why, fix) => {
    const found = await findForeignController(adopting({}, [deployment(container, available)]));
    expect(found?.problem?.evidence).toContain(why);
    expect(found?.problem?.fix).toContain(fix);
  });

  it('is not looked for once ours is installed, nor in a cluster of ours', async () => {
    const objects = [deployment({ image }), { kind: 'Secret' }];
    expect(await findForeignController(adopting({}, objects))).toBeUndefined();
    const own = { tags: { 'lbc-setup/cluster': 'shop', 'lbc-setup/region': 'ap-northeast-1' } };
    expect(await findForeignController(adopting(own, objects))).toBeUndefined();
  });
});

const node: Partial<KubeObject> = {
  kind: 'Node',
  metadata: { name: 'n' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const coreDns: Partial<KubeObject> = {
  kind: 'Deployment',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  spec: { replicas: 2, template: { spec: { containers: [] } } },
  status: { availableReplicas: 2, updatedReplicas: 2, replicas: 2 },
};

it.each([
  ['in Auto Mode', { computeConfig: { enabled: true } }, 'EKS Auto Mode'],
  ['too old', { version: '1.21' }, 'older than the controller supports'],
  ['without an OIDC issuer', { identity: {} }, 'no OIDC issuer'],
  ['being deleted', { status: 'DELETING' as const }, 'EKS says DELETING'],
])('a cluster %s is not adopted, and every reason is given at once', async (_, cluster, why) => {
  const context = adopting(cluster, [node, coreDns]);
  // Without subnets, so that there is always a second reason.
  const ec2 = answering(new EC2Client({ region: target.region }), {});
  const found = await adoptCluster.check({ ...context, aws: { ...context.aws, ec2 } } as Context);
  expect(found).toMatchObject({ status: 'foreign', fits: false });
  expect(found.evidence).toContain(why);
  expect(found.evidence).toContain('load balancers need subnets in 2 zones');
  expect(found.fix?.split('\n')).toHaveLength(2);
});
