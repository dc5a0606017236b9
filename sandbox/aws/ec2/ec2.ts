import type { World } from '../../world.ts';
import { AwsError, type Handler, type Service, type TaggedResource } from '../service.ts';
import { ec2Access } from './access.ts';
import { accountHandlers } from './account.ts';
import { addressHandlers } from './addresses.ts';
import { addDefaultVpc } from './default-vpc.ts';
import { find } from './errors.ts';
import { internetGatewayHandlers } from './internet-gateways.ts';
import {
  createManagedInterface,
  type ManagedInterfaceSpec,
  setInterfaceGroups,
} from './managed-interfaces.ts';
import { natGatewayHandlers } from './nat-gateways.ts';
import { networkInterfaceHandlers } from './network-interfaces.ts';
import { routeTableHandlers } from './route-tables.ts';
import { routeHandlers } from './routes.ts';
import { securityGroupRuleHandlers } from './security-group-rules.ts';
import { createSecurityGroup, deleteSecurityGroup, securityGroupHandlers } from './security-groups.ts';
import {
  type Ec2Context,
  type Ec2Region,
  emptyRegion,
  type NetworkInterfaceRecord,
  type SecurityGroupRecord,
  type Tags,
} from './state.ts';
import { subnetHandlers } from './subnets.ts';
import { taggedResources, tagHandlers } from './tags.ts';
import { vpcHandlers } from './vpcs.ts';

/** The emulated EC2, and what AWS's other services do in it without an API call of the account's. */
export interface Ec2Service extends Service {
  /** The resources of a region, to look up and to read; changes go through operations and the methods here. */
  region(name: string): Ec2Region;
  /** A public address that nothing else in this rehearsal has. */
  publicAddress(): string;
  /**
   * Makes an attached interface of a service (load balancer, NAT gateway, EKS control plane, Fargate pod) with a
   * private address out of its subnet. Throws AwsError: InvalidSubnetID.NotFound, InvalidGroup.NotFound,
   * InsufficientFreeAddressesInSubnet.
   */
  createManagedInterface(region: string, spec: ManagedInterfaceSpec): NetworkInterfaceRecord;
  /** Gives a service's interface other security groups. */
  setInterfaceGroups(region: string, id: string, groupIds: readonly string[]): void;
  /** Takes a service's interface away, with its addresses. Nothing happens when there is none. */
  deleteManagedInterface(region: string, id: string): void;
  /** Makes the security group that EKS gives a cluster: its members reach each other. */
  createClusterSecurityGroup(
    region: string,
    cluster: { readonly name: string; readonly vpcId: string; readonly tags?: Tags },
  ): SecurityGroupRecord;
  /** Deletes a group as the service that made it would. Throws DependencyViolation while something uses it. */
  deleteSecurityGroup(region: string, id: string): void;
}

/** Makes the emulated EC2. */
export function createEc2(world: World): Ec2Service {
  const regions = new Map<string, Ec2Region>();
  let addressesGiven = 0;
  const ec2: Ec2Context = {
    world,
    id: (prefix) => `${prefix}-0${world.random.hex(16)}`,
    region(name) {
      const known = regions.get(name);
      if (known) return known;
      const region = emptyRegion(name);
      regions.set(name, region);
      addDefaultVpc(ec2, region);
      return region;
    },
    // Out of the ranges for documentation (RFC 5737), so that nobody real is ever dialled.
    publicAddress() {
      const number = addressesGiven++ % 508;
      return number < 254 ? `203.0.113.${number + 1}` : `198.51.100.${number - 253}`;
    },
  };
  const handlers: Record<string, Handler> = {
    ...accountHandlers(ec2),
    ...vpcHandlers(ec2),
    ...subnetHandlers(ec2),
    ...internetGatewayHandlers(ec2),
    ...routeTableHandlers(ec2),
    ...routeHandlers(ec2),
    ...addressHandlers(ec2),
    ...natGatewayHandlers(ec2),
    ...securityGroupHandlers(ec2),
    ...securityGroupRuleHandlers(ec2),
    ...networkInterfaceHandlers(ec2),
    ...tagHandlers(ec2),
  };

  return {
    name: 'ec2',
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [name, withDryRun(handler)]),
    ),
    access: ec2Access(ec2),
    tagged: (name): TaggedResource[] =>
      taggedResources(ec2.region(name)).map(({ id, type, tags }) => ({
        arn: `arn:${world.partition}:ec2:${name}:${world.account}:${type}/${id}`,
        tags,
      })),
    region: ec2.region,
    publicAddress: ec2.publicAddress,
    createManagedInterface: (name, spec) => createManagedInterface(ec2, ec2.region(name), spec),
    setInterfaceGroups: (name, id, groupIds) => setInterfaceGroups(ec2.region(name), id, groupIds),
    deleteManagedInterface: (name, id) => ec2.region(name).networkInterfaces.delete(id),
    createClusterSecurityGroup(name, cluster) {
      const groupName = `eks-cluster-sg-${cluster.name}-${world.random.integer(100_000_000, 2_147_483_647)}`;
      return createSecurityGroup(ec2, ec2.region(name), {
        name: groupName,
        description:
          'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
        vpcId: cluster.vpcId,
        // transcripts/lbc/nlb-state.txt
        tags: {
          ...cluster.tags,
          Name: groupName,
          'aws:eks:cluster-name': cluster.name,
          [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
        },
        openToItself: true,
      });
    },
    deleteSecurityGroup(name, id) {
      const region = ec2.region(name);
      deleteSecurityGroup(region, find(region.securityGroups, id, 'securityGroup'));
    },
  };
}

/** EC2's way to ask for permission only: the call ends in an error that says whether it would have been allowed. */
function withDryRun(handler: Handler): Handler {
  return ({ DryRun: dryRun, ...input }: { DryRun?: boolean }, call) => {
    if (!dryRun) return handler(input, call);
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  };
}
