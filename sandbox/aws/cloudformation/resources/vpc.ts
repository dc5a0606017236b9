import type * as Ec2 from '@aws-sdk/client-ec2';
import { define, tagSpecifications } from './define.ts';

interface VpcProperties {
  CidrBlock: string;
  EnableDnsSupport?: boolean;
  EnableDnsHostnames?: boolean;
  InstanceTenancy?: string;
}

/** AWS::EC2::VPC */
export const vpc = define<VpcProperties>({
  properties: {
    CidrBlock: 'string',
    EnableDnsSupport: 'boolean',
    EnableDnsHostnames: 'boolean',
    InstanceTenancy: 'string',
  },
  required: ['CidrBlock'],
  tags: 'all',
  attributeNames: ['VpcId', 'CidrBlock', 'DefaultSecurityGroup'],
  seconds: 12,
  service: 'Ec2',
  async create({ CidrBlock, InstanceTenancy }, context) {
    const input = { CidrBlock, InstanceTenancy, ...tagSpecifications('vpc', context) };
    const { Vpc } = await context.invoke<Ec2.CreateVpcResult>('ec2', 'CreateVpc', input);
    return Vpc?.VpcId ?? '';
  },
  async configure(VpcId, { EnableDnsSupport, EnableDnsHostnames }, { invoke }) {
    // One attribute a call (EC2 API reference, ModifyVpcAttribute).
    if (EnableDnsSupport !== undefined) {
      await invoke('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsSupport: { Value: EnableDnsSupport } });
    }
    if (EnableDnsHostnames !== undefined) {
      await invoke('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: EnableDnsHostnames } });
    }
  },
  async attributes(VpcId, { CidrBlock }, { invoke }) {
    const Filters = [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'group-name', Values: ['default'] },
    ];
    const { SecurityGroups } = await invoke<Ec2.DescribeSecurityGroupsResult>(
      'ec2',
      'DescribeSecurityGroups',
      { Filters },
    );
    return { VpcId, CidrBlock, DefaultSecurityGroup: SecurityGroups?.[0]?.GroupId };
  },
  async delete(VpcId, _, { invoke }) {
    await invoke('ec2', 'DeleteVpc', { VpcId });
  },
});

interface SubnetProperties {
  VpcId: string;
  CidrBlock: string;
  AvailabilityZone?: string;
  MapPublicIpOnLaunch?: boolean;
}

/** AWS::EC2::Subnet */
export const subnet = define<SubnetProperties>({
  properties: {
    VpcId: 'string',
    CidrBlock: 'string',
    AvailabilityZone: 'string',
    MapPublicIpOnLaunch: 'boolean',
  },
  required: ['VpcId', 'CidrBlock'],
  tags: 'all',
  attributeNames: ['SubnetId', 'VpcId', 'AvailabilityZone', 'CidrBlock'],
  seconds: 4,
  service: 'Ec2',
  async create({ VpcId, CidrBlock, AvailabilityZone }, context) {
    const input = { VpcId, CidrBlock, AvailabilityZone, ...tagSpecifications('subnet', context) };
    const { Subnet } = await context.invoke<Ec2.CreateSubnetResult>('ec2', 'CreateSubnet', input);
    return Subnet?.SubnetId ?? '';
  },
  async configure(SubnetId, { MapPublicIpOnLaunch }, { invoke }) {
    if (MapPublicIpOnLaunch === undefined) return;
    const input = { SubnetId, MapPublicIpOnLaunch: { Value: MapPublicIpOnLaunch } };
    await invoke('ec2', 'ModifySubnetAttribute', input);
  },
  async attributes(SubnetId, { VpcId, CidrBlock }, { invoke }) {
    const input = { SubnetIds: [SubnetId] };
    const { Subnets } = await invoke<Ec2.DescribeSubnetsResult>('ec2', 'DescribeSubnets', input);
    return { SubnetId, VpcId, CidrBlock, AvailabilityZone: Subnets?.[0]?.AvailabilityZone };
  },
  async delete(SubnetId, _, { invoke }) {
    await invoke('ec2', 'DeleteSubnet', { SubnetId });
  },
});
