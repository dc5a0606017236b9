import type {
  Address,
  AllocateAddressRequest,
  AllocateAddressResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { find, missing } from './errors.ts';
import { applyFilters, type FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import type { AddressRecord, Ec2Context, Ec2Region } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

/** The Elastic IP operations. Addresses are associated by NAT gateways only. */
export function addressHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account } = ec2.world;
  const interfaceOf = (region: Ec2Region, address: AddressRecord) =>
    region.networkInterfaces.get(address.association?.interfaceId ?? '');

  const filters = (region: Ec2Region): FilterTable<AddressRecord> => ({
    'allocation-id': (address) => address.allocationId,
    'association-id': (address) => address.association?.id,
    domain: () => 'vpc',
    'network-border-group': () => region.name,
    'network-interface-id': (address) => address.association?.interfaceId,
    'network-interface-owner-id': (address) => address.association && account,
    'private-ip-address': (address) => interfaceOf(region, address)?.privateIp,
    'public-ip': (address) => address.publicIp,
  });

  const render = (region: Ec2Region, address: AddressRecord): Address => ({
    AllocationId: address.allocationId,
    PublicIp: address.publicIp,
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: region.name,
    Domain: 'vpc',
    AssociationId: address.association?.id,
    NetworkInterfaceId: address.association?.interfaceId,
    NetworkInterfaceOwnerId: address.association && account,
    PrivateIpAddress: interfaceOf(region, address)?.privateIp,
    Tags: tagList(address.tags),
  });

  return {
    AllocateAddress: operation(
      ['Domain', 'TagSpecifications'],
      (input: AllocateAddressRequest, call): AllocateAddressResult => {
        const region = ec2.region(call.region);
        const tags = tagsOf(input.TagSpecifications, 'elastic-ip', call);
        if (region.addresses.size >= networkQuotas.addresses.value) throw networkQuotas.addresses.error;
        const address: AddressRecord = {
          allocationId: ec2.id('eipalloc'),
          publicIp: ec2.publicAddress(),
          tags,
        };
        region.addresses.set(address.allocationId, address);
        return {
          AllocationId: address.allocationId,
          PublicIp: address.publicIp,
          PublicIpv4Pool: 'amazon',
          NetworkBorderGroup: region.name,
          Domain: 'vpc',
        };
      },
    ),

    ReleaseAddress: operation(['AllocationId'], (input: ReleaseAddressRequest, call) => {
      const { addresses } = ec2.region(call.region);
      const address = find(addresses, input.AllocationId, 'allocation');
      if (address.association) {
        throw new AwsError('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`);
      }
      addresses.delete(address.allocationId);
      return {};
    }),

    DescribeAddresses: operation(
      ['AllocationIds', 'PublicIps', 'Filters'],
      (input: DescribeAddressesRequest, call): DescribeAddressesResult => {
        const region = ec2.region(call.region);
        const all = [...region.addresses.values()];
        for (const id of input.AllocationIds ?? []) find(region.addresses, id, 'allocation');
        for (const ip of input.PublicIps ?? []) {
          if (!all.some((address) => address.publicIp === ip)) throw missing.address(ip);
        }
        const named = all.filter(
          (address) =>
            (!input.AllocationIds?.length || input.AllocationIds.includes(address.allocationId)) &&
            (!input.PublicIps?.length || input.PublicIps.includes(address.publicIp)),
        );
        const found = applyFilters(named, input.Filters, filters(region));
        return { Addresses: found.map((address) => render(region, address)) };
      },
    ),
  };
}
