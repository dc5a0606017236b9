import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  ModifySubnetAttributeRequest,
  Subnet,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { freeAddresses } from './addressing.ts';
import { contains, formatCidr, overlaps, parseCidr } from './cidr.ts';
import { select } from './describe.ts';
import { find, hasDependencies, invalidValue, missing, missingParameter } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import type { Ec2Context, Ec2Region, SubnetRecord, VpcRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';
import { type Zone, zonesOf } from './zones.ts';

/** The subnet operations. */
export function subnetHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account, partition } = ec2.world;
  const arn = (region: string, id: string) => `arn:${partition}:ec2:${region}:${account}:subnet/${id}`;
  const zoneId = (region: string, name: string) => zonesOf(region).find((zone) => zone.name === name)?.id;

  const filters = (region: Ec2Region): FilterTable<SubnetRecord> => ({
    'availability-zone': (subnet) => subnet.zone,
    availabilityZone: (subnet) => subnet.zone,
    'availability-zone-id': (subnet) => zoneId(region.name, subnet.zone),
    'available-ip-address-count': (subnet) => freeAddresses(region, subnet),
    cidr: (subnet) => subnet.cidr,
    'cidr-block': (subnet) => subnet.cidr,
    cidrBlock: (subnet) => subnet.cidr,
    'default-for-az': (subnet) => subnet.isDefault,
    'map-public-ip-on-launch': (subnet) => subnet.mapPublicIpOnLaunch,
    'owner-id': () => account,
    state: () => 'available',
    'subnet-arn': (subnet) => arn(region.name, subnet.id),
    'subnet-id': (subnet) => subnet.id,
    'vpc-id': (subnet) => subnet.vpcId,
  });

  const render = (region: Ec2Region, subnet: SubnetRecord): Subnet => ({
    SubnetId: subnet.id,
    SubnetArn: arn(region.name, subnet.id),
    OwnerId: account,
    VpcId: subnet.vpcId,
    State: 'available',
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: zoneId(region.name, subnet.zone),
    AvailableIpAddressCount: freeAddresses(region, subnet),
    DefaultForAz: subnet.isDefault,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    MapCustomerOwnedIpOnLaunch: false,
    EnableDns64: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    Tags: tagList(subnet.tags),
  });

  const chooseZone = (region: string, name: string | undefined, id: string | undefined): Zone => {
    const zones = zonesOf(region);
    if (!name && !id) return zones[ec2.world.random.integer(0, zones.length - 1)] as Zone;
    const zone = zones.find((candidate) => (name ? candidate.name === name : candidate.id === id));
    if (!zone) {
      const parameter = name ? 'availabilityZone' : 'availabilityZoneId';
      const offered = zones.map((candidate) => candidate.name).join(', ');
      throw invalidValue(
        `Value (${name ?? id}) for parameter ${parameter} is invalid. Subnets can currently only be created in the following availability zones: ${offered}.`,
      );
    }
    return zone;
  };

  return {
    CreateSubnet: operation(
      ['VpcId', 'CidrBlock', 'AvailabilityZone', 'AvailabilityZoneId', 'TagSpecifications'],
      (input: CreateSubnetRequest, call): CreateSubnetResult => {
        const region = ec2.region(call.region);
        const vpc = find(region.vpcs, input.VpcId, 'vpc');
        const cidr = freeRange(region, vpc, input.CidrBlock);
        const zone = chooseZone(region.name, input.AvailabilityZone, input.AvailabilityZoneId);
        const siblings = [...region.subnets.values()].filter((subnet) => subnet.vpcId === vpc.id);
        if (siblings.length >= networkQuotas.subnetsPerVpc.value) throw networkQuotas.subnetsPerVpc.error;
        const subnet: SubnetRecord = {
          id: ec2.id('subnet'),
          vpcId: vpc.id,
          cidr,
          zone: zone.name,
          isDefault: false,
          tags: tagsOf(input.TagSpecifications, 'subnet', call),
          mapPublicIpOnLaunch: false,
        };
        region.subnets.set(subnet.id, subnet);
        return { Subnet: render(region, subnet) };
      },
    ),

    DeleteSubnet: operation(['SubnetId'], (input: DeleteSubnetRequest, call) => {
      const region = ec2.region(call.region);
      const subnet = find(region.subnets, input.SubnetId, 'subnet');
      const used = [...region.networkInterfaces.values()].some((eni) => eni.subnetId === subnet.id);
      if (used) throw hasDependencies('subnet', subnet.id);
      for (const { associations } of region.routeTables.values()) {
        for (const [id, association] of associations) {
          if (association !== 'main' && association.subnetId === subnet.id) associations.delete(id);
        }
      }
      region.subnets.delete(subnet.id);
      return {};
    }),

    DescribeSubnets: operation(
      ['SubnetIds', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeSubnetsRequest, call): DescribeSubnetsResult => {
        const region = ec2.region(call.region);
        const { items, nextToken } = select(ec2, region.subnets, {
          ids: input.SubnetIds,
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters(region),
          missing: missing.subnet,
        });
        return { Subnets: items.map((subnet) => render(region, subnet)), NextToken: nextToken };
      },
    ),

    ModifySubnetAttribute: operation(
      ['SubnetId', 'MapPublicIpOnLaunch'],
      (input: ModifySubnetAttributeRequest, call) => {
        const subnet = find(ec2.region(call.region).subnets, input.SubnetId, 'subnet');
        subnet.mapPublicIpOnLaunch = input.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch;
        return {};
      },
    ),
  };
}

/** The canonical form of a range for a new subnet, when it lies in the VPC and clear of the other subnets. */
function freeRange(region: Ec2Region, vpc: VpcRecord, text: string | undefined): string {
  if (!text) throw missingParameter('cidrBlock');
  const cidr = parseCidr(text);
  if (!cidr) {
    throw invalidValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  }
  const range = parseCidr(vpc.cidr);
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28 || !range || !contains(range, cidr)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  }
  for (const subnet of region.subnets.values()) {
    const other = parseCidr(subnet.cidr);
    if (subnet.vpcId === vpc.id && other && overlaps(cidr, other)) {
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
    }
  }
  return formatCidr(cidr);
}
