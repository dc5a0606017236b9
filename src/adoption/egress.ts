import { DescribeRouteTablesCommand, type RouteTable } from '@aws-sdk/client-ec2';
import type { Cluster, FargateProfile } from '@aws-sdk/client-eks';
import { isServing } from '../aws/cluster.ts';
import { describeFargateProfiles } from '../aws/fargate-profiles.ts';
import type { Context } from '../context.ts';
import type { Problem } from './problem.ts';
import { tableOf } from './subnets.ts';

/**
 * Whether pods on Fargate can fetch their images: those of the controller and of the samples come from public
 * registries, and Fargate's subnets are private. A NAT gateway is the usual way out; any default route counts.
 */
export async function checkEgress(context: Context, cluster: Cluster): Promise<Problem | undefined> {
  const { aws, config } = context;
  if (!isServing(cluster)) return undefined;
  const profiles = await describeFargateProfiles(context);
  if (profiles.length === 0) return undefined;
  const Filters = [{ Name: 'vpc-id', Values: [cluster.resourcesVpcConfig?.vpcId ?? ''] }];
  const { RouteTables = [] } = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters }));
  return judgeEgress(profiles, RouteTables, config.region);
}

/** The judgement alone. */
export function judgeEgress(
  profiles: readonly FargateProfile[],
  tables: readonly RouteTable[],
  region: string,
): Problem | undefined {
  const subnets = [...new Set(profiles.flatMap((profile) => profile.subnets ?? []))];
  const closed = subnets.filter((subnet) => !hasDefaultRoute(tableOf(subnet, tables)));
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
