import {
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { Context } from '../context.ts';
import type { Problem } from './problem.ts';

/** What the controller looks for when it places load balancers on the internet. */
const roleTag = 'kubernetes.io/role/elb';

/** Zones that an Application Load Balancer needs, and addresses that a subnet must have free for a load balancer. */
const zonesNeeded = 2;
const addressesNeeded = 8;

/**
 * Whether the controller will find subnets for the samples, by its own rules: those with the role tag; when none has it,
 * those with a route to an internet gateway; of these the ones that are not another cluster's and have addresses left
 * (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/).
 */
export async function checkSubnets(context: Context, vpcId: string): Promise<Problem | undefined> {
  const { aws, config } = context;
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const subnets: Subnet[] = [];
  for await (const page of paginateDescribeSubnets({ client: aws.ec2 }, { Filters }))
    subnets.push(...(page.Subnets ?? []));
  const tables: RouteTable[] = [];
  for await (const page of paginateDescribeRouteTables({ client: aws.ec2 }, { Filters }))
    tables.push(...(page.RouteTables ?? []));
  return judgeSubnets(subnets, tables, config);
}

/** The judgement alone. */
export function judgeSubnets(
  subnets: readonly Subnet[],
  tables: readonly RouteTable[],
  { cluster, region }: { readonly cluster: string; readonly region: string },
): Problem | undefined {
  const tagged = subnets.filter(hasRoleTag);
  const reachable = subnets.filter((subnet) => isPublic(subnet, tables));
  const candidates = (tagged.length > 0 ? tagged : reachable).filter((subnet) => isFree(subnet, cluster));
  if (zonesOf(candidates.filter(hasAddresses)) >= zonesNeeded) return undefined;

  const evidence = `load balancers need subnets in ${zonesNeeded} zones with ${addressesNeeded} free addresses each; the controller finds ${describe(candidates)}`;
  const taggable = reachable.filter(
    (subnet) => isFree(subnet, cluster) && hasAddresses(subnet) && !hasRoleTag(subnet),
  );
  if (zonesOf([...candidates.filter(hasAddresses), ...taggable]) >= zonesNeeded) {
    return { evidence, fix: taggable.map(({ SubnetId = '' }) => tagCommand(SubnetId, region)).join('\n') };
  }
  return {
    evidence: `${evidence}; with a route to an internet gateway the VPC has ${describe(reachable)}`,
    fix: `add public subnets to the VPC (a route to an internet gateway, two zones), then tag each: ${tagCommand('SUBNET-ID', region)}`,
  };
}

const tagCommand = (subnet: string, region: string): string =>
  `aws ec2 create-tags --resources ${subnet} --tags Key=${roleTag},Value=1 --region ${region}`;

const hasRoleTag = ({ Tags = [] }: Subnet): boolean =>
  Tags.some(({ Key, Value }) => Key === roleTag && (Value === '' || Value === '1'));

const hasAddresses = ({ AvailableIpAddressCount = 0 }: Subnet): boolean =>
  AvailableIpAddressCount >= addressesNeeded;

/** A subnet that is tagged for other clusters only is passed over by the controller. */
function isFree({ Tags = [] }: Subnet, cluster: string): boolean {
  const prefix = 'kubernetes.io/cluster/';
  const clusters = Tags.filter(({ Key }) => Key?.startsWith(prefix));
  return clusters.length === 0 || clusters.some(({ Key }) => Key === `${prefix}${cluster}`);
}

/** A subnet without a route table of its own has the main one of its VPC. */
export function tableOf(subnetId: string | undefined, tables: readonly RouteTable[]): RouteTable | undefined {
  const own = tables.find(({ Associations }) => Associations?.some((one) => one.SubnetId === subnetId));
  return own ?? tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
}

/** Whether a subnet has a route to an internet gateway. */
export function isPublic({ SubnetId }: Subnet, tables: readonly RouteTable[]): boolean {
  return tableOf(SubnetId, tables)?.Routes?.some(({ GatewayId }) => GatewayId?.startsWith('igw-')) ?? false;
}

const zonesOf = (subnets: readonly Subnet[]): number =>
  new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size;

const describe = (subnets: readonly Subnet[]): string =>
  subnets
    .map(
      ({ SubnetId, AvailabilityZone, AvailableIpAddressCount }) =>
        `${SubnetId} (${AvailabilityZone}, ${AvailableIpAddressCount} free)`,
    )
    .join(', ') || 'none';
