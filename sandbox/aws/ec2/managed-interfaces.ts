import { AwsError } from '../service.ts';
import { drawAddress } from './addressing.ts';
import { find, missing } from './errors.ts';
import type { Ec2Context, Ec2Region, NetworkInterfaceRecord, SubnetRecord, Tags } from './state.ts';

/** What a service says of itself on the interfaces that it makes. */
interface Requester {
  readonly type: NetworkInterfaceRecord['type'];
  readonly requesterId: string;
  readonly instanceOwnerId: string;
  readonly attachmentPrefix: string;
}

// How AWS's own interfaces look in DescribeNetworkInterfaces. Where AWS prints the number of an account of its own,
// `amazon-aws` stands here.
const requesters = {
  'application-load-balancer': {
    type: 'interface',
    requesterId: 'amazon-elb',
    instanceOwnerId: 'amazon-elb',
    attachmentPrefix: 'ela-attach',
  },
  'network-load-balancer': {
    type: 'network_load_balancer',
    requesterId: 'amazon-elb',
    instanceOwnerId: 'amazon-aws',
    attachmentPrefix: 'ela-attach',
  },
  'nat-gateway': {
    type: 'nat_gateway',
    requesterId: 'amazon-aws',
    instanceOwnerId: 'amazon-aws',
    attachmentPrefix: 'ela-attach',
  },
  eks: {
    type: 'interface',
    requesterId: 'amazon-aws',
    instanceOwnerId: 'amazon-aws',
    attachmentPrefix: 'eni-attach',
  },
  fargate: {
    type: 'interface',
    requesterId: 'amazon-aws',
    instanceOwnerId: 'amazon-aws',
    attachmentPrefix: 'eni-attach',
  },
} as const satisfies Record<string, Requester>;

/** The services that make interfaces in an account's subnets. */
type InterfaceRequester = keyof typeof requesters;

/** An interface to be made by a service. */
export interface ManagedInterfaceSpec {
  readonly requester: InterfaceRequester;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  /** As AWS writes it: `ELB app/NAME/HASH`, `ELB net/NAME/HASH`, `Amazon EKS CLUSTER`, `Interface for NAT Gateway ID`. */
  readonly description: string;
  readonly tags?: Tags;
  /** A public address of this owner, mapped to the interface (internet-facing load balancers, NAT gateways). */
  readonly publicAddress?: { readonly ip: string; readonly ownerId: string };
}

/** 02: a locally administered MAC address, as EC2's are. */
function macAddress(ec2: Ec2Context): string {
  const octets = Array.from({ length: 5 }, () => ec2.world.random.hex(2));
  return ['02', ...octets].join(':');
}

/** Adds an interface to a subnet with a drawn or a given private address. */
export function addInterface(
  ec2: Ec2Context,
  region: Ec2Region,
  subnet: SubnetRecord,
  fields: Omit<NetworkInterfaceRecord, 'id' | 'subnetId' | 'vpcId' | 'zone' | 'privateIp' | 'macAddress'> & {
    readonly privateIp?: string;
  },
): NetworkInterfaceRecord {
  for (const groupId of fields.groupIds) {
    const group = find(region.securityGroups, groupId, 'securityGroup');
    if (group.vpcId !== subnet.vpcId) {
      throw new AwsError(
        'InvalidParameterValue',
        `Security group ${group.id} and subnet ${subnet.id} belong to different networks.`,
      );
    }
  }
  const record: NetworkInterfaceRecord = {
    ...fields,
    id: ec2.id('eni'),
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    privateIp: fields.privateIp ?? drawAddress(region, subnet, ec2.world.random),
    macAddress: macAddress(ec2),
  };
  region.networkInterfaces.set(record.id, record);
  return record;
}

/** Makes a requester-managed, attached interface. Throws AwsError for a subnet or group that does not exist or is full. */
export function createManagedInterface(
  ec2: Ec2Context,
  region: Ec2Region,
  spec: ManagedInterfaceSpec,
): NetworkInterfaceRecord {
  const requester = requesters[spec.requester];
  return addInterface(ec2, region, find(region.subnets, spec.subnetId, 'subnet'), {
    description: spec.description,
    type: requester.type,
    requesterId: requester.requesterId,
    groupIds: spec.groupIds,
    tags: spec.tags ?? {},
    publicAddress: spec.publicAddress,
    attachment: {
      id: ec2.id(requester.attachmentPrefix),
      instanceOwnerId: requester.instanceOwnerId,
      time: ec2.world.clock.now(),
    },
  });
}

/** Gives a managed interface other security groups. */
export function setInterfaceGroups(region: Ec2Region, id: string, groupIds: readonly string[]): void {
  const eni = region.networkInterfaces.get(id);
  if (!eni) throw missing.networkInterface(id);
  for (const groupId of groupIds) find(region.securityGroups, groupId, 'securityGroup');
  eni.groupIds = groupIds;
}
