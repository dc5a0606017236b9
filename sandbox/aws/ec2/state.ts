import type { World } from '../../world.ts';

/** A resource's tags. */
export type Tags = Record<string, string>;

export interface VpcRecord {
  readonly id: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  readonly tags: Tags;
  dnsSupport: boolean;
  dnsHostnames: boolean;
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  readonly isDefault: boolean;
  readonly tags: Tags;
  mapPublicIpOnLaunch: boolean;
}

export interface InternetGatewayRecord {
  readonly id: string;
  readonly tags: Tags;
  vpcId?: string;
}

export interface RouteTableRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly tags: Tags;
  /** Association id → subnet, or `main` for the VPC's main table. */
  readonly associations: Map<string, { readonly subnetId: string } | 'main'>;
  /** Destination CIDR → target; the VPC's own range is implied. */
  readonly routes: Map<string, RouteTarget>;
}

export type RouteTarget = { readonly gatewayId: string } | { readonly natGatewayId: string };

export interface AddressRecord {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly tags: Tags;
  association?: { readonly id: string; readonly interfaceId: string };
}

export interface NatGatewayRecord {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateIp: string;
  readonly publicIp: string;
  readonly createdAt: Date;
  readonly clientToken?: string;
  readonly tags: Tags;
  state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
  failure?: { readonly code: string; readonly message: string };
  deletedAt?: Date;
}

/** Whom a rule lets through: an address range or the members of a security group. */
export type Peer = { readonly cidr: string } | { readonly groupId: string };

export interface SecurityGroupRuleRecord {
  readonly id: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, a number, or `-1` for all. */
  readonly protocol: string;
  /** -1 with protocol -1. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: Peer;
  readonly tags: Tags;
  description?: string;
}

export interface SecurityGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Tags;
  readonly rules: Map<string, SecurityGroupRuleRecord>;
}

export interface NetworkInterfaceRecord {
  readonly id: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly macAddress: string;
  readonly description: string;
  readonly type: 'interface' | 'network_load_balancer' | 'nat_gateway';
  /** The service that made it; undefined for an interface of the account's own. */
  readonly requesterId?: string;
  readonly attachment?: { readonly id: string; readonly instanceOwnerId: string; readonly time: Date };
  readonly clientToken?: string;
  readonly tags: Tags;
  groupIds: readonly string[];
  /** `ownerId` is the account, or the service whose address it is (`amazon-elb`). */
  publicAddress?: { readonly ip: string; readonly ownerId: string };
}

/** What EC2 holds in one region. */
export interface Ec2Region {
  readonly name: string;
  readonly vpcs: Map<string, VpcRecord>;
  readonly subnets: Map<string, SubnetRecord>;
  readonly internetGateways: Map<string, InternetGatewayRecord>;
  readonly routeTables: Map<string, RouteTableRecord>;
  readonly addresses: Map<string, AddressRecord>;
  readonly natGateways: Map<string, NatGatewayRecord>;
  readonly securityGroups: Map<string, SecurityGroupRecord>;
  readonly networkInterfaces: Map<string, NetworkInterfaceRecord>;
}

/** What the parts of the emulated EC2 share. */
export interface Ec2Context {
  readonly world: World;
  /** The region's state, made with its default VPC at first sight. */
  region(name: string): Ec2Region;
  /** A new resource id: the prefix and 17 hexadecimal digits. */
  id(prefix: string): string;
  /** A public address that nothing else in this rehearsal has. */
  publicAddress(): string;
}

/** An empty region. */
export function emptyRegion(name: string): Ec2Region {
  return {
    name,
    vpcs: new Map(),
    subnets: new Map(),
    internetGateways: new Map(),
    routeTables: new Map(),
    addresses: new Map(),
    natGateways: new Map(),
    securityGroups: new Map(),
    networkInterfaces: new Map(),
  };
}
