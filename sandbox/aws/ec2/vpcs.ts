import type {
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  Vpc,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler, NotEmulated } from '../service.ts';
import { formatCidr, parseCidr } from './cidr.ts';
import { select } from './describe.ts';
import { find, hasDependencies, invalidValue, missing, missingParameter } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import { newSecurityGroup } from './security-group-record.ts';
import type { Ec2Context, Ec2Region, Tags, VpcRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

const filters: FilterTable<VpcRecord> = {
  cidr: (vpc) => vpc.cidr,
  'cidr-block-association.cidr-block': (vpc) => vpc.cidr,
  'is-default': (vpc) => vpc.isDefault,
  isDefault: (vpc) => vpc.isDefault,
  state: () => 'available',
  'vpc-id': (vpc) => vpc.id,
};

/** Adds a VPC with what AWS gives each one: a main route table and a security group named `default`. */
export function addVpc(
  ec2: Ec2Context,
  region: Ec2Region,
  vpc: { cidr: string; isDefault: boolean; tags: Tags },
): VpcRecord {
  const record: VpcRecord = {
    id: ec2.id('vpc'),
    ...vpc,
    dnsSupport: true,
    dnsHostnames: vpc.isDefault,
  };
  region.vpcs.set(record.id, record);
  const table = ec2.id('rtb');
  region.routeTables.set(table, {
    id: table,
    vpcId: record.id,
    tags: {},
    associations: new Map([[ec2.id('rtbassoc'), 'main']]),
    routes: new Map(),
  });
  const group = newSecurityGroup(ec2, {
    name: 'default',
    description: 'default VPC security group',
    vpcId: record.id,
    tags: {},
    openToItself: true,
  });
  region.securityGroups.set(group.id, group);
  return record;
}

/** The VPC operations. */
export function vpcHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account } = ec2.world;
  const render = (vpc: VpcRecord): Vpc => ({
    VpcId: vpc.id,
    OwnerId: account,
    State: 'available',
    CidrBlock: vpc.cidr,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.id.replace('vpc-', 'vpc-cidr-assoc-'),
        CidrBlock: vpc.cidr,
        CidrBlockState: { State: 'associated' },
      },
    ],
    DhcpOptionsId: 'dopt-0default',
    InstanceTenancy: 'default',
    IsDefault: vpc.isDefault,
    Tags: tagList(vpc.tags),
  });

  return {
    CreateVpc: operation(
      ['CidrBlock', 'InstanceTenancy', 'TagSpecifications', 'AmazonProvidedIpv6CidrBlock'],
      (input: CreateVpcRequest, call): CreateVpcResult => {
        if (input.AmazonProvidedIpv6CidrBlock) throw new NotEmulated('IPv6 address ranges');
        if ((input.InstanceTenancy ?? 'default') !== 'default') throw new NotEmulated('dedicated tenancy');
        if (!input.CidrBlock) throw missingParameter('cidrBlock');
        const cidr = parseCidr(input.CidrBlock);
        if (!cidr) {
          throw invalidValue(
            `Value (${input.CidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
          );
        }
        if (cidr.prefixLength < 16 || cidr.prefixLength > 28) {
          throw new AwsError('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
        }
        const region = ec2.region(call.region);
        const tags = tagsOf(input.TagSpecifications, 'vpc', call);
        if (region.vpcs.size >= networkQuotas.vpcs.value) throw networkQuotas.vpcs.error;
        return {
          Vpc: {
            ...render(addVpc(ec2, region, { cidr: formatCidr(cidr), isDefault: false, tags })),
            State: 'pending',
          },
        };
      },
    ),

    DeleteVpc: operation(['VpcId'], (input: DeleteVpcRequest, call) => {
      const region = ec2.region(call.region);
      const vpc = find(region.vpcs, input.VpcId, 'vpc');
      if (isUsed(region, vpc.id)) throw hasDependencies('vpc', vpc.id);
      for (const records of [region.routeTables, region.securityGroups]) {
        for (const [id, record] of records) if (record.vpcId === vpc.id) records.delete(id);
      }
      region.vpcs.delete(vpc.id);
      return {};
    }),

    DescribeVpcs: operation(
      ['VpcIds', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeVpcsRequest, call): DescribeVpcsResult => {
        const { items, nextToken } = select(ec2, ec2.region(call.region).vpcs, {
          ids: input.VpcIds,
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters,
          missing: missing.vpc,
        });
        return { Vpcs: items.map(render), NextToken: nextToken };
      },
    ),

    DescribeVpcAttribute: operation(
      ['VpcId', 'Attribute'],
      (input: DescribeVpcAttributeRequest, call): DescribeVpcAttributeResult => {
        const vpc = find(ec2.region(call.region).vpcs, input.VpcId, 'vpc');
        const attributes = {
          enableDnsSupport: { EnableDnsSupport: { Value: vpc.dnsSupport } },
          enableDnsHostnames: { EnableDnsHostnames: { Value: vpc.dnsHostnames } },
          enableNetworkAddressUsageMetrics: { EnableNetworkAddressUsageMetrics: { Value: false } },
        };
        const attribute = attributes[input.Attribute as keyof typeof attributes];
        if (!attribute) throw invalidValue(`Value (${input.Attribute}) for parameter attribute is invalid.`);
        return { VpcId: vpc.id, ...attribute };
      },
    ),

    ModifyVpcAttribute: operation(
      ['VpcId', 'EnableDnsSupport', 'EnableDnsHostnames'],
      (input: ModifyVpcAttributeRequest, call) => {
        const vpc = find(ec2.region(call.region).vpcs, input.VpcId, 'vpc');
        vpc.dnsSupport = input.EnableDnsSupport?.Value ?? vpc.dnsSupport;
        vpc.dnsHostnames = input.EnableDnsHostnames?.Value ?? vpc.dnsHostnames;
        return {};
      },
    ),
  };
}

/** Whether something that AWS did not make together with the VPC is still in it. */
function isUsed(region: Ec2Region, vpcId: string): boolean {
  const within = (record: { vpcId?: string }) => record.vpcId === vpcId;
  return (
    [...region.subnets.values()].some(within) ||
    [...region.internetGateways.values()].some(within) ||
    [...region.networkInterfaces.values()].some(within) ||
    [...region.securityGroups.values()].some((group) => within(group) && group.name !== 'default') ||
    [...region.routeTables.values()].some(
      (table) => within(table) && ![...table.associations.values()].includes('main'),
    ) ||
    [...region.natGateways.values()].some((gateway) => within(gateway) && gateway.state !== 'deleted')
  );
}
