import type * as Ec2 from '@aws-sdk/client-ec2';
import { AwsError } from '../../service.ts';
import type { ResourceContext } from '../resource-type.ts';
import { define, tagSpecifications } from './define.ts';

/** AWS::EC2::InternetGateway */
export const internetGateway = define<object>({
  properties: {},
  required: [],
  tags: 'all',
  attributeNames: ['InternetGatewayId'],
  seconds: 16,
  service: 'Ec2',
  async create(_, context) {
    const { InternetGateway } = await context.invoke<Ec2.CreateInternetGatewayResult>(
      'ec2',
      'CreateInternetGateway',
      tagSpecifications('internet-gateway', context),
    );
    return InternetGateway?.InternetGatewayId ?? '';
  },
  attributes: async (InternetGatewayId) => ({ InternetGatewayId }),
  async delete(InternetGatewayId, _, { invoke }) {
    await invoke('ec2', 'DeleteInternetGateway', { InternetGatewayId });
  },
});

interface AttachmentProperties {
  VpcId: string;
  InternetGatewayId: string;
}

/** AWS::EC2::VPCGatewayAttachment */
export const gatewayAttachment = define<AttachmentProperties>({
  properties: { VpcId: 'string', InternetGatewayId: 'string' },
  required: ['VpcId', 'InternetGatewayId'],
  tags: 'none',
  attributeNames: ['AttachmentType'],
  seconds: 5,
  service: 'Ec2',
  async create({ VpcId, InternetGatewayId }, { invoke }) {
    await invoke('ec2', 'AttachInternetGateway', { VpcId, InternetGatewayId });
    return `IGW|${VpcId}`;
  },
  attributes: async () => ({ AttachmentType: 'IGW' }),
  async delete(_, { VpcId, InternetGatewayId }, { invoke }) {
    await invoke('ec2', 'DetachInternetGateway', { VpcId, InternetGatewayId });
  },
});

async function address(PublicIp: string, { invoke }: ResourceContext): Promise<Ec2.Address | undefined> {
  const input = { PublicIps: [PublicIp] };
  return (await invoke<Ec2.DescribeAddressesResult>('ec2', 'DescribeAddresses', input)).Addresses?.[0];
}

/** AWS::EC2::EIP. Its physical id is the address. */
export const elasticIp = define<{ Domain?: string }>({
  properties: { Domain: 'string' },
  required: [],
  tags: 'all',
  attributeNames: ['AllocationId', 'PublicIp'],
  seconds: 16,
  service: 'Ec2',
  async create({ Domain }, context) {
    const input = { Domain: Domain ?? 'vpc', ...tagSpecifications('elastic-ip', context) };
    return (await context.invoke<Ec2.AllocateAddressResult>('ec2', 'AllocateAddress', input)).PublicIp ?? '';
  },
  async attributes(PublicIp, _, context) {
    return { PublicIp, AllocationId: (await address(PublicIp, context))?.AllocationId };
  },
  async delete(PublicIp, _, context) {
    const AllocationId = (await address(PublicIp, context))?.AllocationId;
    if (AllocationId) await context.invoke('ec2', 'ReleaseAddress', { AllocationId });
  },
});

interface NatGatewayProperties {
  SubnetId: string;
  AllocationId?: string;
  ConnectivityType?: string;
}

async function natGatewayOf(id: string, { invoke }: ResourceContext): Promise<Ec2.NatGateway | undefined> {
  const input = { NatGatewayIds: [id] };
  const { NatGateways } = await invoke<Ec2.DescribeNatGatewaysResult>('ec2', 'DescribeNatGateways', input);
  return NatGateways?.[0];
}

/** AWS::EC2::NatGateway */
export const natGateway = define<NatGatewayProperties>({
  properties: { SubnetId: 'string', AllocationId: 'string', ConnectivityType: 'string' },
  required: ['SubnetId'],
  tags: 'all',
  attributeNames: ['NatGatewayId'],
  seconds: 2,
  service: 'Ec2',
  async create({ SubnetId, AllocationId, ConnectivityType }, context) {
    const specifications = tagSpecifications('natgateway', context);
    const input = { SubnetId, AllocationId, ConnectivityType, ...specifications };
    const { NatGateway } = await context.invoke<Ec2.CreateNatGatewayResult>('ec2', 'CreateNatGateway', input);
    return NatGateway?.NatGatewayId ?? '';
  },
  async stabilised(id, _, context) {
    const gateway = await natGatewayOf(id, context);
    if (gateway?.State === 'failed') {
      throw new AwsError('NotStabilized', gateway.FailureMessage ?? 'NAT gateway failed');
    }
    return gateway?.State === 'available';
  },
  attributes: async (NatGatewayId) => ({ NatGatewayId }),
  async delete(NatGatewayId, _, { invoke }) {
    await invoke('ec2', 'DeleteNatGateway', { NatGatewayId });
  },
  async gone(id, _, context) {
    const state = (await natGatewayOf(id, context))?.State;
    return state === undefined || state === 'deleted';
  },
});
