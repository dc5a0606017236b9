import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientsOf } from './foreign-world.ts';
import { makeCluster, makeNetwork, type Network } from './hand-made-cluster.ts';
import { handsFor, system } from './own-cluster.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

let rehearsal: Rehearsal;
let network: Network;
/** Its public subnets, those behind a NAT gateway, and those from which no route leads out. */
const open = (): string[] => network.subnetIds.slice(0, 3);
const nat = (): string[] => network.subnetIds.slice(3, 5);
const closed = (): string[] => network.subnetIds.slice(5);
beforeAll(async () => {
  rehearsal = await startRehearsal();
  const ways = { internet: 'acd', nat: 'ac', nowhere: 'ac' } as const;
  network = await makeNetwork(rehearsal, ways);
});
afterAll(() => rehearsal.stop());

/** Runs `up`, which must refuse and change nothing, and tells its words. */
async function refuse(cluster: string, command = 'up'): Promise<string> {
  const position = (await rehearsal.record()).length;
  const { exitCode, stderr } = await rehearsal.run([command, '--yes', '--cluster', cluster]);
  expect(exitCode, stderr).toBe(1);
  expect(await rehearsal.writes(position), stderr).toEqual([]);
  return stderr;
}

it('a cluster in Auto Mode is left alone', async () => {
  await makeCluster(rehearsal, 'auto', {
    subnetIds: [...open(), ...nat()],
    request: {
      bootstrapSelfManagedAddons: false,
      computeConfig: {
        enabled: true,
        nodePools: ['general-purpose', 'system'],
        nodeRoleArn: 'arn:aws:iam::123456789012:role/nodes',
      },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      storageConfig: { blockStorage: { enabled: true } },
    },
  });
  const { eks } = clientsOf(rehearsal);
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'auto' }));
  expect(cluster).toMatchObject({
    computeConfig: { enabled: true, nodePools: ['general-purpose', 'system'] },
    kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
    storageConfig: { blockStorage: { enabled: true } },
  });
  for (const command of ['up', 'cluster', 'iam', 'install-controller']) {
    const said = await refuse('auto', command);
    expect(said, command).toContain(
      'the cluster runs in EKS Auto Mode, which makes load balancers by itself',
    );
    expect(said, command).toContain('use another --cluster; in Auto Mode there is nothing to install');
  }
});

it('a cluster whose pods have no way to the internet is told of its routes', async () => {
  await makeCluster(rehearsal, 'closed', {
    subnetIds: [...open(), ...closed()],
    namespaces: ['kube-system', 'default', 'sample'],
  });
  const said = await refuse('closed');
  expect(said).toContain(
    `pods on Fargate cannot fetch images from the internet: no default route in ${closed().join(', ')}`,
  );
  for (const table of network.routeTableIds.slice(5))
    expect(said).toContain(`aws ec2 create-route --route-table-id ${table} `);
});

it('a cluster with public subnets only has no place for pods on Fargate', async () => {
  await makeCluster(rehearsal, 'open', { subnetIds: open() });
  const said = await refuse('open');
  expect(said).toContain('no Fargate profile selects kube-system, and there are no nodes');
  expect(said).toContain(
    `pods on Fargate need private subnets; each of the cluster's has a route to an internet gateway: ${open().join(', ')}`,
  );
  expect(said).toContain(
    `aws eks update-cluster-config --name open --resources-vpc-config subnetIds=${open().join(',')},PRIVATE-SUBNET-IDS`,
  );
});

it('a cluster on which nothing can run yet is told of the profile that it needs', async () => {
  await makeCluster(rehearsal, 'empty', { subnetIds: [...open(), ...nat()] });
  const said = await refuse('empty');
  expect(said).toContain('no Fargate profile selects kube-system, and there are no nodes');
  expect(said).toContain(
    'next: eksctl create fargateprofile --cluster empty --name fp-default --namespace kube-system',
  );
});

it('a cluster with private subnets only has no place for load balancers on the internet', async () => {
  const { subnetIds } = await makeNetwork(rehearsal, { nowhere: 'ac' });
  await makeCluster(rehearsal, 'private', { subnetIds });
  const said = await refuse('private');
  expect(said).toContain('with a route to an internet gateway the VPC has none');
  expect(said).toContain('add public subnets to the VPC');
  expect(said).toContain(`no default route in ${subnetIds.join(', ')}`);
});

it('a cluster in three zones without a single tag is adopted', { timeout: 120_000 }, async () => {
  await makeCluster(rehearsal, 'shop', {
    subnetIds: [...open(), ...nat()],
    namespaces: ['kube-system', 'default', 'sample'],
  });
  // The way onto Fargate that the EKS User Guide has for CoreDNS.
  const hands = await handsFor(rehearsal, 'shop');
  const annotation = '/spec/template/metadata/annotations/eks.amazonaws.com~1compute-type';
  const patch = `--patch=[{"op":"remove","path":"${annotation}"}]`;
  const waiting = await refuse('shop');
  expect(waiting).toContain('CoreDNS: 0 of 2 pods available');
  await hands.kubectl('patch', 'deployment', 'coredns', ...system, '--type=json', patch);
  await hands.kubectl('rollout', 'status', 'deployment', 'coredns', ...system);
  const up = await rehearsal.runJson(['up', '--yes', '--cluster', 'shop']);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  const teardown = await rehearsal.runJson(['teardown', '--yes', '--cluster', 'shop']);
  expect(teardown, teardown.stderr).toMatchObject({ exitCode: 0, data: { leftovers: [] } });
});
