import type { Stack } from '@aws-sdk/client-cloudformation';
import { DescribeSubnetsCommand, DescribeVpcsCommand, paginateDescribeSubnets } from '@aws-sdk/client-ec2';
import { Failure, wrap } from '../failure.ts';
import type { AwsClients } from './clients.ts';
import { describeCluster, type Provider } from './provider.ts';
import { outputOf, requireOutput } from './stacks.ts';

type SubnetLists = readonly (readonly string[])[];

const subnetLists = (stack: Stack): SubnetLists =>
  ['SubnetsPrivate', 'SubnetsPublic']
    .map((output) => (outputOf(stack, output) ?? '').split(',').filter(Boolean))
    .filter((ids) => ids.length > 0);

async function importSubnets({ ec2 }: AwsClients, vpcId: string, ids: readonly string[]): Promise<void> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }));
  const elsewhere = Subnets.find((subnet) => subnet.VpcId !== vpcId);
  if (elsewhere !== undefined)
    throw new Failure(`given ${elsewhere.SubnetId} is in ${elsewhere.VpcId}, not in ${vpcId}`);
  await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
}

/** Reads the subnets and the VPC that a new cluster stack names, as eksctl does before it goes on. Throws Failure. */
export async function importNetwork(clients: AwsClients, stack: Stack): Promise<void> {
  const vpcId = requireOutput(stack, 'VPC');
  for (const ids of subnetLists(stack)) await importSubnets(clients, vpcId, ids);
}

/** The subnets that a VPC has now must include those that the stack made. Throws Failure. */
async function checkDrift({ ec2 }: AwsClients, vpcId: string, ids: readonly string[]): Promise<void> {
  const present = new Set<string | undefined>();
  const pages = paginateDescribeSubnets({ client: ec2 }, { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
  for await (const { Subnets = [] } of pages) for (const { SubnetId } of Subnets) present.add(SubnetId);
  const missing = ids.find((id) => !present.has(id));
  if (missing !== undefined)
    throw new Failure(
      `${missing} was found in cluster's CloudFormation stack outputs, but has been removed from VPC ${vpcId} outside of eksctl`,
    );
}

/**
 * Reads back what an older cluster stack names and looks for drift, between two looks at the cluster
 * (transcripts/eksctl/e1-fp-create.txt). Throws Failure.
 */
export async function reloadNetwork(provider: Provider, stack: Stack, clusterName: string): Promise<void> {
  const { clients } = provider;
  try {
    await describeCluster(provider, clusterName);
    const vpcId = requireOutput(stack, 'VPC');
    for (const ids of subnetLists(stack)) {
      await checkDrift(clients, vpcId, ids);
      await importSubnets(clients, vpcId, ids);
    }
    await describeCluster(provider, clusterName);
  } catch (error) {
    throw wrap("couldn't load cluster into spec", error);
  }
}
