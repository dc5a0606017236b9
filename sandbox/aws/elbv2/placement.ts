import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import { freeAddresses } from '../ec2/addressing.ts';
import { gatewayOf } from '../ec2/internet-gateways.ts';
import type { SubnetRecord } from '../ec2/state.ts';
import { AwsError, NotEmulated } from '../service.ts';
import { resourceIdOf } from './arns.ts';
import { invalid, invalidConfiguration } from './errors.ts';
import type { ElbContext, LoadBalancerRecord, LoadBalancerType, Node } from './state.ts';

const freeAddressesNeeded = 8;

/** The subnets that a request names, by either of its two parameters. */
export function subnetIdsOf(input: {
  readonly Subnets?: readonly string[];
  readonly SubnetMappings?: readonly SubnetMapping[];
}): string[] {
  if (input.Subnets?.length && input.SubnetMappings?.length) {
    throw invalid('You can specify either subnets or subnet mappings, not both');
  }
  for (const { SubnetId: _, ...address } of input.SubnetMappings ?? []) {
    const given = Object.entries(address).find(([, value]) => value !== undefined);
    if (given) throw new NotEmulated(`the ${given[0]} of a subnet mapping`);
  }
  return [...(input.Subnets ?? []), ...(input.SubnetMappings ?? []).map(({ SubnetId = '' }) => SubnetId)];
}

/** The subnets for a load balancer, when they are where one can stand (ELB user guides, "Subnets for your load balancer"). */
export function chooseSubnets(
  elb: ElbContext,
  regionName: string,
  ids: readonly string[],
  loadBalancer: { readonly type: LoadBalancerType; readonly scheme: LoadBalancerRecord['scheme'] },
): SubnetRecord[] {
  const region = elb.ec2.region(regionName);
  const subnets = ids.map((id) => {
    const subnet = region.subnets.get(id);
    if (!subnet) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const zones = new Set(subnets.map((subnet) => subnet.zone));
  const [first] = subnets;
  if (!first) throw invalid('At least one subnet must be specified');
  if (subnets.some((subnet) => subnet.vpcId !== first.vpcId)) {
    throw invalidConfiguration('All subnets must belong to the same VPC');
  }
  if (zones.size < subnets.length) {
    throw invalidConfiguration(
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  if (loadBalancer.type === 'application' && zones.size < 2) {
    throw invalid('At least two subnets in two different Availability Zones must be specified');
  }
  if (loadBalancer.scheme === 'internet-facing' && !gatewayOf(region, first.vpcId)) {
    throw new AwsError('InvalidSubnet', `VPC ${first.vpcId} has no internet gateway`);
  }
  return subnets;
}

/** Puts a load balancer's network interface into a subnet. */
export function addNode(
  elb: ElbContext,
  regionName: string,
  subnet: SubnetRecord,
  loadBalancer: Pick<LoadBalancerRecord, 'arn' | 'type' | 'scheme' | 'groupIds'>,
): Node {
  if (freeAddresses(elb.ec2.region(regionName), subnet) < freeAddressesNeeded) {
    throw new AwsError(
      'InvalidSubnet',
      `Not enough IP space available in ${subnet.id}. ELB requires at least ${freeAddressesNeeded} free IP addresses in each subnet.`,
    );
  }
  const eni = elb.ec2.createManagedInterface(regionName, {
    requester: `${loadBalancer.type}-load-balancer`,
    subnetId: subnet.id,
    groupIds: loadBalancer.groupIds,
    description: `ELB ${resourceIdOf(loadBalancer.arn)}`,
    publicAddress:
      loadBalancer.scheme === 'internet-facing'
        ? { ip: elb.ec2.publicAddress(), ownerId: 'amazon-elb' }
        : undefined,
  });
  return { subnetId: subnet.id, zone: subnet.zone, interfaceId: eni.id, privateIp: eni.privateIp };
}

/** The security groups of a load balancer, when they are of its VPC. */
export function chooseGroups(
  elb: ElbContext,
  regionName: string,
  ids: readonly string[],
  vpcId: string,
): readonly string[] {
  const { securityGroups } = elb.ec2.region(regionName);
  for (const id of ids) {
    const group = securityGroups.get(id);
    // The controller's issue 2371 shows code and sentence.
    if (!group) throw new AwsError('InvalidSecurityGroup', `The security group '${id}' does not exist`);
    if (group.vpcId !== vpcId) {
      throw invalidConfiguration('One or more security groups are invalid');
    }
  }
  return ids;
}
