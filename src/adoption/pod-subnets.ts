import { DescribeRouteTablesCommand, type RouteTable } from '@aws-sdk/client-ec2';
import type { Cluster } from '@aws-sdk/client-eks';
import { isServing } from '../aws/cluster.ts';
import { describeFargateProfiles } from '../aws/fargate-profiles.ts';
import type { Context } from '../context.ts';
import { findCompute } from './compute.ts';
import type { Problem } from './problem.ts';
import { isPublic, tableOf } from './subnets.ts';

/**
 * Whether pods on Fargate have subnets, and from there a way to their images: those of the controller and of the samples
 * come from public registries, and Fargate takes private subnets only. Looked at are those of the profiles that are there
 * and, where one is still to be made, those that EKS will give it: the private ones of the cluster.
 */
export async function checkPodSubnets(context: Context, cluster: Cluster): Promise<Problem | undefined> {
  if (!isServing(cluster) || cluster.computeConfig?.enabled) return undefined;
  const { aws, config } = context;
  const { vpcId = '', subnetIds = [] } = cluster.resourcesVpcConfig ?? {};
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { RouteTables = [] } = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const taken = (await describeFargateProfiles(context)).flatMap(({ subnets = [] }) => subnets);
  if (!(await isProfileMissing(context))) return judgeEgress(taken, RouteTables, config.region);
  const closed = subnetIds.filter((SubnetId) => !isPublic({ SubnetId }, RouteTables));
  if (closed.length > 0) return judgeEgress([...taken, ...closed], RouteTables, config.region);
  return {
    evidence: `pods on Fargate need private subnets; each of the cluster's has a route to an internet gateway: ${subnetIds.join(', ')}`,
    fix: `make private subnets (a default route to a NAT gateway), then aws eks update-cluster-config --name ${config.cluster} --resources-vpc-config subnetIds=${subnetIds.join(',')},PRIVATE-SUBNET-IDS --region ${config.region}`,
  };
}

/** The samples' namespace gets a profile of ours, that of kube-system is its owner's to make. */
async function isProfileMissing(context: Context): Promise<boolean> {
  for (const namespace of [context.config.namespace, 'kube-system'])
    if (!(await findCompute(context, namespace))) return true;
  return false;
}

/** The judgement on the way out alone. A NAT gateway is the usual one; any default route counts. */
function judgeEgress(
  subnetIds: readonly string[],
  tables: readonly RouteTable[],
  region: string,
): Problem | undefined {
  const closed = [...new Set(subnetIds)].filter((subnet) => !hasDefaultRoute(tableOf(subnet, tables)));
  if (closed.length === 0) return undefined;
  const ids = [...new Set(closed.map((subnet) => tableOf(subnet, tables)?.RouteTableId ?? 'ROUTE-TABLE-ID'))];
  return {
    evidence: `pods on Fargate cannot fetch images from the internet: no default route in ${closed.join(', ')}`,
    fix: ids.map((id) => routeCommand(id, region)).join('\n'),
  };
}

const hasDefaultRoute = (table: RouteTable | undefined): boolean =>
  table?.Routes?.some(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  ) ?? false;

const routeCommand = (table: string, region: string): string =>
  `aws ec2 create-route --route-table-id ${table} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id NAT-GATEWAY-ID --region ${region}`;
