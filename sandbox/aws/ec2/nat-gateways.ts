import type {
  CreateNatGatewayRequest,
  CreateNatGatewayResult,
  DeleteNatGatewayRequest,
  DeleteNatGatewayResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  NatGateway,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler, NotEmulated } from '../service.ts';
import { select } from './describe.ts';
import { find, missing } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { gatewayOf } from './internet-gateways.ts';
import { networkQuotas } from './limits.ts';
import { createManagedInterface } from './managed-interfaces.ts';
import type { Ec2Context, Ec2Region, NatGatewayRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

// Simulated seconds; facts/pitfalls.md, "Typical durations": a VPC with its NAT gateway takes 2–3 minutes.
const creation = { least: 90, most: 130 };
const deletion = { least: 30, most: 60 };
// A deleted gateway stays visible for about an hour (VPC user guide, "Delete a NAT gateway").
const visibleAfterDeletion = 3600;

const filters: FilterTable<NatGatewayRecord> = {
  'nat-gateway-id': (gateway) => gateway.id,
  state: (gateway) => gateway.state,
  'subnet-id': (gateway) => gateway.subnetId,
  'vpc-id': (gateway) => gateway.vpcId,
};

/** The NAT gateway operations: public zonal gateways. */
export function natGatewayHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { clock, random } = ec2.world;
  const between = ({ least, most }: { least: number; most: number }) => random.integer(least, most);

  const free = (region: Ec2Region, gateway: NatGatewayRecord) => {
    region.networkInterfaces.delete(gateway.interfaceId);
    const address = region.addresses.get(gateway.allocationId);
    if (address?.association?.interfaceId === gateway.interfaceId) address.association = undefined;
  };

  const finishCreation = (region: Ec2Region, gateway: NatGatewayRecord) => {
    if (gateway.state !== 'pending') return;
    if (gatewayOf(region, gateway.vpcId)) {
      gateway.state = 'available';
      return;
    }
    gateway.state = 'failed';
    gateway.failure = {
      code: 'Gateway.NotAttached',
      message: `Network ${gateway.vpcId} has no Internet gateway attached`,
    };
    free(region, gateway);
  };

  const finishDeletion = (region: Ec2Region, gateway: NatGatewayRecord) => {
    free(region, gateway);
    gateway.state = 'deleted';
    gateway.deletedAt = clock.now();
    clock.after(visibleAfterDeletion, () => region.natGateways.delete(gateway.id));
  };

  return {
    CreateNatGateway: operation(
      ['SubnetId', 'AllocationId', 'ConnectivityType', 'ClientToken', 'TagSpecifications'],
      (input: CreateNatGatewayRequest, call): CreateNatGatewayResult => {
        if ((input.ConnectivityType ?? 'public') !== 'public') throw new NotEmulated('private NAT gateways');
        const region = ec2.region(call.region);
        const repeated = [...region.natGateways.values()].find(
          ({ clientToken }) => clientToken !== undefined && clientToken === input.ClientToken,
        );
        if (repeated) return { ClientToken: input.ClientToken, NatGateway: render(repeated) };

        const subnet = find(region.subnets, input.SubnetId, 'subnet');
        const address = find(region.addresses, input.AllocationId, 'allocation');
        if (address.association) {
          throw new AwsError(
            'Resource.AlreadyAssociated',
            `Elastic IP address [${address.allocationId}] is already associated`,
          );
        }
        const tags = tagsOf(input.TagSpecifications, 'natgateway', call);
        const inZone = [...region.natGateways.values()].filter(
          (gateway) =>
            ['pending', 'available', 'deleting'].includes(gateway.state) &&
            region.subnets.get(gateway.subnetId)?.zone === subnet.zone,
        );
        const limit = networkQuotas.natGatewaysPerZone;
        if (inZone.length >= limit.value) throw limit.error;

        const id = ec2.id('nat');
        const eni = createManagedInterface(ec2, region, {
          requester: 'nat-gateway',
          subnetId: subnet.id,
          groupIds: [],
          description: `Interface for NAT Gateway ${id}`,
          publicAddress: { ip: address.publicIp, ownerId: ec2.world.account },
        });
        address.association = { id: ec2.id('eipassoc'), interfaceId: eni.id };
        const gateway: NatGatewayRecord = {
          id,
          subnetId: subnet.id,
          vpcId: subnet.vpcId,
          allocationId: address.allocationId,
          interfaceId: eni.id,
          privateIp: eni.privateIp,
          publicIp: address.publicIp,
          createdAt: clock.now(),
          clientToken: input.ClientToken,
          tags,
          state: 'pending',
        };
        region.natGateways.set(id, gateway);
        clock.after(between(creation), () => finishCreation(region, gateway));
        return { ClientToken: input.ClientToken, NatGateway: render(gateway) };
      },
    ),

    DeleteNatGateway: operation(
      ['NatGatewayId'],
      (input: DeleteNatGatewayRequest, call): DeleteNatGatewayResult => {
        const region = ec2.region(call.region);
        const gateway = find(region.natGateways, input.NatGatewayId, 'natGateway');
        if (gateway.state === 'deleted') throw missing.natGateway(gateway.id);
        if (gateway.state !== 'deleting') {
          gateway.state = 'deleting';
          clock.after(between(deletion), () => finishDeletion(region, gateway));
        }
        return { NatGatewayId: gateway.id };
      },
    ),

    DescribeNatGateways: operation(
      ['NatGatewayIds', 'Filter', 'MaxResults', 'NextToken'],
      (input: DescribeNatGatewaysRequest, call): DescribeNatGatewaysResult => {
        const { items, nextToken } = select(ec2, ec2.region(call.region).natGateways, {
          ids: input.NatGatewayIds,
          filters: input.Filter,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters,
          missing: missing.natGateway,
        });
        return { NatGateways: items.map(render), NextToken: nextToken };
      },
    ),
  };
}

function render(gateway: NatGatewayRecord): NatGateway {
  return {
    NatGatewayId: gateway.id,
    SubnetId: gateway.subnetId,
    VpcId: gateway.vpcId,
    State: gateway.state,
    CreateTime: gateway.createdAt,
    DeleteTime: gateway.deletedAt,
    FailureCode: gateway.failure?.code,
    FailureMessage: gateway.failure?.message,
    ConnectivityType: 'public',
    NatGatewayAddresses: [
      {
        AllocationId: gateway.allocationId,
        NetworkInterfaceId: gateway.interfaceId,
        PrivateIp: gateway.privateIp,
        PublicIp: gateway.publicIp,
        IsPrimary: true,
      },
    ],
    Tags: tagList(gateway.tags),
  };
}
