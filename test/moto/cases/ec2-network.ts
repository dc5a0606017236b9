import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { type Case, type CaseTable, given, refused, until } from '../case.ts';
import type { Aws } from '../clients.ts';

const none = '0123456789abcdef0';
const tagged = (ResourceType: ResourceType, name: string) => [
  {
    ResourceType,
    Tags: [
      { Key: 'Name', Value: name },
      { Key: 'lbc-setup/cluster', Value: 'dev' },
    ],
  },
];
const byTag = [{ Name: 'tag:lbc-setup/cluster', Values: ['dev'] }];

/** A VPC of its own. */
export async function makeVpc({ ec2 }: Aws, CidrBlock = '192.168.0.0/16'): Promise<string> {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock, TagSpecifications: tagged('vpc', 'eksctl-dev-cluster/VPC') }),
  );
  return given(Vpc?.VpcId);
}

/** A subnet, `letter` being its zone's. */
export async function makeSubnet({ ec2 }: Aws, VpcId: string, number: number, letter: string) {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId,
      CidrBlock: `192.168.${number * 32}.0/19`,
      AvailabilityZone: `ap-northeast-1${letter}`,
      TagSpecifications: tagged('subnet', `subnet-${letter}`),
    }),
  );
  return given(Subnet?.SubnetId);
}

async function makeGateway({ ec2 }: Aws, VpcId: string): Promise<string> {
  const { InternetGateway } = await ec2.send(
    new CreateInternetGatewayCommand({ TagSpecifications: tagged('internet-gateway', 'gateway') }),
  );
  const InternetGatewayId = given(InternetGateway?.InternetGatewayId);
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  return InternetGatewayId;
}

const zones: readonly Case[] = [
  {
    name: 'zones and regions',
    async play({ ec2 }) {
      await ec2.send(new DescribeAvailabilityZonesCommand({}));
      await ec2.send(new DescribeRegionsCommand({ RegionNames: ['ap-northeast-1', 'us-east-1'] }));
    },
  },
];

const vpcs: readonly Case[] = [
  {
    name: 'a VPC with its attributes, filters and end',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
      await ec2.send(new DescribeVpcsCommand({ Filters: byTag }));
      await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'isDefault', Values: ['true'] }] }));
      await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'cidr', Values: ['192.168.0.0/16'] }] }));
      await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag-key', Values: ['lbc-setup/*'] }] }));
      for (const Attribute of ['enableDnsSupport', 'enableDnsHostnames'] as const)
        await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
      await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
      await ec2.send(new DeleteVpcCommand({ VpcId }));
      await refused(ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] })));
      await ec2.send(new DescribeVpcsCommand({ Filters: byTag }));
    },
  },
  {
    name: 'a VPC that cannot be',
    async play({ ec2 }) {
      for (const CidrBlock of ['10.0.0.0/8', '10.0.0.0/29', '10.0.0/16', 'nonsense'])
        await refused(ec2.send(new CreateVpcCommand({ CidrBlock })));
      const VpcId = `vpc-${none}`;
      await refused(ec2.send(new DeleteVpcCommand({ VpcId })));
      await refused(ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' })));
    },
  },
];

const subnets: readonly Case[] = [
  {
    name: 'subnets of two zones, their attribute, filters and end',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const first = await makeSubnet(aws, VpcId, 0, 'a');
      const second = await makeSubnet(aws, VpcId, 1, 'c');
      await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [first, second] }));
      await ec2.send(
        new ModifySubnetAttributeCommand({ SubnetId: first, MapPublicIpOnLaunch: { Value: true } }),
      );
      await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }));
      await ec2.send(
        new DescribeSubnetsCommand({
          Filters: [
            { Name: 'vpc-id', Values: [VpcId] },
            { Name: 'availability-zone', Values: ['ap-northeast-1c'] },
          ],
        }),
      );
      await ec2.send(new DescribeSubnetsCommand({ Filters: byTag }));
      await ec2.send(
        new DescribeSubnetsCommand({
          Filters: [
            { Name: 'vpc-id', Values: [VpcId] },
            { Name: 'tag:Name', Values: ['*-c'] },
          ],
        }),
      );
      await refused(ec2.send(new DeleteVpcCommand({ VpcId })));
      await ec2.send(new DeleteSubnetCommand({ SubnetId: first }));
      await refused(ec2.send(new DescribeSubnetsCommand({ SubnetIds: [first] })));
      await ec2.send(new DeleteSubnetCommand({ SubnetId: second }));
      await ec2.send(new DeleteVpcCommand({ VpcId }));
    },
  },
  {
    name: 'subnets that cannot be',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      await makeSubnet(aws, VpcId, 0, 'a');
      const tries = [
        { VpcId, CidrBlock: '192.168.0.0/24' },
        { VpcId, CidrBlock: '10.0.0.0/24' },
        { VpcId, CidrBlock: '192.168.64.0/29' },
        { VpcId, CidrBlock: '192.168.128.0/19', AvailabilityZone: 'us-east-1a' },
        { VpcId: `vpc-${none}`, CidrBlock: '192.168.64.0/19' },
      ];
      for (const input of tries) await refused(ec2.send(new CreateSubnetCommand(input)));
      await refused(ec2.send(new DeleteSubnetCommand({ SubnetId: `subnet-${none}` })));
    },
  },
];

async function stateOfNat({ ec2 }: Aws, id: string): Promise<string | undefined> {
  const { NatGateways: [found] = [] } = await ec2.send(
    new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }),
  );
  return found?.State;
}

const gateways: readonly Case[] = [
  {
    name: 'an internet gateway is attached to one VPC',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const other = await makeVpc(aws, '10.1.0.0/16');
      const InternetGatewayId = await makeGateway(aws, VpcId);
      await ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [InternetGatewayId] }));
      await ec2.send(
        new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] }),
      );
      await refused(ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: other })));
      await refused(ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })));
      await refused(ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: other })));
      await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
      await refused(ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })));
      await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
      await refused(ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })));
      await refused(ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: `igw-${none}`, VpcId })));
    },
  },
  {
    name: 'a NAT gateway with its address',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const SubnetId = await makeSubnet(aws, VpcId, 0, 'a');
      await makeGateway(aws, VpcId);
      const { AllocationId } = await ec2.send(
        new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications: tagged('elastic-ip', 'nat') }),
      );
      const allocationId = given(AllocationId);
      await ec2.send(new DescribeAddressesCommand({ AllocationIds: [allocationId] }));
      await refused(ec2.send(new CreateNatGatewayCommand({ SubnetId: `subnet-${none}`, AllocationId })));
      const { NatGateway } = await ec2.send(
        new CreateNatGatewayCommand({
          SubnetId,
          AllocationId,
          TagSpecifications: tagged('natgateway', 'nat'),
        }),
      );
      const NatGatewayId = given(NatGateway?.NatGatewayId);
      await aws.quietly(() => until(async () => (await stateOfNat(aws, NatGatewayId)) === 'available'));
      await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
      await ec2.send(new DescribeNatGatewaysCommand({ Filter: byTag }));
      await ec2.send(new DescribeNatGatewaysCommand({ Filter: [{ Name: 'vpc-id', Values: [VpcId] }] }));
      await ec2.send(
        new DescribeNatGatewaysCommand({
          Filter: [
            { Name: 'subnet-id', Values: [SubnetId] },
            { Name: 'state', Values: ['available'] },
          ],
        }),
      );
      await ec2.send(new DescribeAddressesCommand({ Filters: byTag }));
      await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
      await aws.quietly(() =>
        until(async () => ['deleted', undefined].includes(await stateOfNat(aws, NatGatewayId))),
      );
      await ec2.send(new ReleaseAddressCommand({ AllocationId }));
      await refused(ec2.send(new DescribeAddressesCommand({ AllocationIds: [allocationId] })));
      await refused(ec2.send(new ReleaseAddressCommand({ AllocationId })));
      await refused(ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: `nat-${none}` })));
    },
  },
];

const holding: readonly Case[] = [
  {
    name: 'an address that a NAT gateway has cannot be released',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const SubnetId = await makeSubnet(aws, VpcId, 0, 'a');
      await makeGateway(aws, VpcId);
      const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
      await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
      await refused(ec2.send(new ReleaseAddressCommand({ AllocationId })));
    },
  },
  {
    name: 'a VPC with a gateway stays',
    async play(aws) {
      const VpcId = await makeVpc(aws);
      await makeGateway(aws, VpcId);
      await refused(aws.ec2.send(new DeleteVpcCommand({ VpcId })));
    },
  },
  {
    name: 'a subnet with an interface stays',
    async play(aws) {
      const { ec2 } = aws;
      const SubnetId = await makeSubnet(aws, await makeVpc(aws), 0, 'a');
      await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
      await refused(ec2.send(new DeleteSubnetCommand({ SubnetId })));
    },
  },
];

const routing: readonly Case[] = [
  {
    name: 'a route table, its routes and associations',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const first = await makeSubnet(aws, VpcId, 0, 'a');
      const second = await makeSubnet(aws, VpcId, 1, 'c');
      const GatewayId = await makeGateway(aws, VpcId);
      const inVpc = [{ Name: 'vpc-id', Values: [VpcId] }];
      await ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc }));
      const made = await ec2.send(
        new CreateRouteTableCommand({ VpcId, TagSpecifications: tagged('route-table', 'public') }),
      );
      const RouteTableId = given(made.RouteTable?.RouteTableId);
      const DestinationCidrBlock = '0.0.0.0/0';
      await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
      await refused(ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId })));
      await ec2.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
      const { AssociationId } = await ec2.send(
        new AssociateRouteTableCommand({ RouteTableId, SubnetId: first }),
      );
      await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: second }));
      await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
      await ec2.send(
        new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [first] }] }),
      );
      await ec2.send(
        new DescribeRouteTablesCommand({
          Filters: [...inVpc, { Name: 'association.main', Values: ['true'] }],
        }),
      );
      const other = await ec2.send(new CreateRouteTableCommand({ VpcId }));
      const otherId = given(other.RouteTable?.RouteTableId);
      const { NewAssociationId } = await ec2.send(
        new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: otherId }),
      );
      await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [otherId] }));
      await refused(ec2.send(new DeleteRouteTableCommand({ RouteTableId })));
      await ec2.send(new DisassociateRouteTableCommand({ AssociationId: NewAssociationId }));
      await refused(ec2.send(new DisassociateRouteTableCommand({ AssociationId: NewAssociationId })));
      await ec2.send(new DeleteRouteTableCommand({ RouteTableId: otherId }));
      await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
      await refused(ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock })));
      await refused(ec2.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId })));
      await refused(ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [`rtb-${none}`] })));
      await refused(ec2.send(new DeleteRouteTableCommand({ RouteTableId: `rtb-${none}` })));
      await refused(ec2.send(new CreateRouteTableCommand({ VpcId: `vpc-${none}` })));
    },
  },
];

const interfaces: readonly Case[] = [
  {
    name: 'a network interface holds its subnet',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const SubnetId = await makeSubnet(aws, VpcId, 0, 'a');
      const made = await ec2.send(
        new CreateNetworkInterfaceCommand({
          SubnetId,
          Description: 'an interface',
          PrivateIpAddress: '192.168.0.77',
          TagSpecifications: tagged('network-interface', 'interface'),
        }),
      );
      const NetworkInterfaceId = given(made.NetworkInterface?.NetworkInterfaceId);
      await aws.quietly(() => available(aws, NetworkInterfaceId));
      await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId] }));
      await ec2.send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'subnet-id', Values: [SubnetId] }] }),
      );
      await ec2.send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
      );
      await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: byTag }));
      await ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [
            { Name: 'subnet-id', Values: [SubnetId] },
            { Name: 'description', Values: ['an *'] },
          ],
        }),
      );
      await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      await refused(ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })));
      await refused(
        ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId] })),
      );
      await refused(ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: `subnet-${none}` })));
    },
  },
];

const available = ({ ec2 }: Aws, id: string): Promise<void> =>
  until(async () => {
    const { NetworkInterfaces: [found] = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] }),
    );
    return found?.Status === 'available';
  });

const tags: readonly Case[] = [
  {
    name: 'tags of several resources',
    async play(aws) {
      const { ec2 } = aws;
      const VpcId = await makeVpc(aws);
      const subnet = await makeSubnet(aws, VpcId, 0, 'a');
      await ec2.send(
        new CreateTagsCommand({
          Resources: [VpcId, subnet],
          Tags: [
            { Key: 'Name', Value: 'renamed' },
            { Key: 'kubernetes.io/role/elb', Value: '1' },
          ],
        }),
      );
      await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [subnet] }] }));
      await ec2.send(
        new DescribeTagsCommand({
          Filters: [
            { Name: 'resource-type', Values: ['vpc'] },
            { Name: 'key', Values: ['Name'] },
          ],
        }),
      );
      await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'value', Values: ['renam*'] }] }));
      // With another value than it has, a tag stays.
      await ec2.send(
        new DeleteTagsCommand({
          Resources: [subnet],
          Tags: [{ Key: 'Name', Value: 'other' }, { Key: 'kubernetes.io/role/elb' }],
        }),
      );
      await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [subnet] }] }));
      const Tags = [{ Key: 'a', Value: 'b' }];
      for (const prefix of ['vpc', 'subnet', 'igw', 'rtb', 'sg'])
        await refused(ec2.send(new CreateTagsCommand({ Resources: [`${prefix}-${none}`], Tags })));
      await refused(
        ec2.send(new CreateTagsCommand({ Resources: [VpcId], Tags: [{ Key: 'aws:x', Value: 'b' }] })),
      );
    },
  },
];

export const ec2NetworkCases: CaseTable = {
  service: 'ec2',
  cases: [...zones, ...vpcs, ...subnets, ...gateways, ...holding, ...routing, ...interfaces, ...tags],
};
