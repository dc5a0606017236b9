import type {
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DetachNetworkInterfaceRequest,
  NetworkInterface,
  NetworkInterfaceAssociation,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { isFree } from './addressing.ts';
import { select } from './describe.ts';
import { find, invalidValue, missing } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import { addInterface } from './managed-interfaces.ts';
import type { AddressRecord, Ec2Context, Ec2Region, NetworkInterfaceRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';
import { zonesOf } from './zones.ts';

/** The network interface operations. There are no instances to attach interfaces to. */
export function networkInterfaceHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account } = ec2.world;

  const elasticIp = (region: Ec2Region, eni: NetworkInterfaceRecord): AddressRecord | undefined =>
    [...region.addresses.values()].find((address) => address.association?.interfaceId === eni.id);

  const association = (
    region: Ec2Region,
    eni: NetworkInterfaceRecord,
  ): NetworkInterfaceAssociation | undefined => {
    if (!eni.publicAddress) return undefined;
    const elastic = elasticIp(region, eni);
    return {
      PublicIp: eni.publicAddress.ip,
      PublicDnsName: '',
      IpOwnerId: eni.publicAddress.ownerId,
      AllocationId: elastic?.allocationId,
      AssociationId: elastic?.association?.id,
    };
  };

  const status = (eni: NetworkInterfaceRecord) => (eni.attachment ? 'in-use' : 'available');

  const filters = (region: Ec2Region): FilterTable<NetworkInterfaceRecord> => ({
    'addresses.association.public-ip': (eni) => eni.publicAddress?.ip,
    'addresses.private-ip-address': (eni) => eni.privateIp,
    'association.allocation-id': (eni) => elasticIp(region, eni)?.allocationId,
    'association.ip-owner-id': (eni) => eni.publicAddress?.ownerId,
    'association.public-ip': (eni) => eni.publicAddress?.ip,
    'attachment.attachment-id': (eni) => eni.attachment?.id,
    'attachment.instance-owner-id': (eni) => eni.attachment?.instanceOwnerId,
    'attachment.status': (eni) => eni.attachment && 'attached',
    'availability-zone': (eni) => eni.zone,
    description: (eni) => eni.description,
    'group-id': (eni) => eni.groupIds,
    'group-name': (eni) => eni.groupIds.map((id) => region.securityGroups.get(id)?.name),
    'interface-type': (eni) => eni.type,
    'mac-address': (eni) => eni.macAddress,
    'network-interface-id': (eni) => eni.id,
    'owner-id': () => account,
    'private-ip-address': (eni) => eni.privateIp,
    'requester-id': (eni) => eni.requesterId,
    'requester-managed': (eni) => eni.requesterId !== undefined,
    status,
    'subnet-id': (eni) => eni.subnetId,
    'vpc-id': (eni) => eni.vpcId,
  });

  const render = (region: Ec2Region, eni: NetworkInterfaceRecord): NetworkInterface => ({
    NetworkInterfaceId: eni.id,
    SubnetId: eni.subnetId,
    VpcId: eni.vpcId,
    AvailabilityZone: eni.zone,
    AvailabilityZoneId: zonesOf(region.name).find((zone) => zone.name === eni.zone)?.id,
    Description: eni.description,
    // The API prints `nat_gateway`, which its documented values lack.
    InterfaceType: eni.type as never,
    MacAddress: eni.macAddress,
    OwnerId: account,
    RequesterId: eni.requesterId,
    RequesterManaged: eni.requesterId !== undefined,
    SourceDestCheck: eni.type === 'interface',
    Status: status(eni),
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: [
      { Primary: true, PrivateIpAddress: eni.privateIp, Association: association(region, eni) },
    ],
    Association: association(region, eni),
    Attachment: eni.attachment && {
      AttachmentId: eni.attachment.id,
      AttachTime: eni.attachment.time,
      DeleteOnTermination: false,
      DeviceIndex: 1,
      InstanceOwnerId: eni.attachment.instanceOwnerId,
      NetworkCardIndex: 0,
      Status: 'attached',
    },
    Groups: eni.groupIds.map((id) => ({ GroupId: id, GroupName: region.securityGroups.get(id)?.name })),
    Ipv6Addresses: [],
    TagSet: tagList(eni.tags),
  });

  return {
    CreateNetworkInterface: operation(
      ['SubnetId', 'Description', 'Groups', 'PrivateIpAddress', 'TagSpecifications', 'ClientToken'],
      (input: CreateNetworkInterfaceRequest, call): CreateNetworkInterfaceResult => {
        const region = ec2.region(call.region);
        const repeated = [...region.networkInterfaces.values()].find(
          ({ clientToken }) => clientToken !== undefined && clientToken === input.ClientToken,
        );
        if (repeated) return { NetworkInterface: render(region, repeated) };
        const subnet = find(region.subnets, input.SubnetId, 'subnet');
        const standard = [...region.securityGroups.values()].find(
          (group) => group.vpcId === subnet.vpcId && group.name === 'default',
        );
        const groupIds = input.Groups?.length ? input.Groups : standard ? [standard.id] : [];
        const limit = networkQuotas.securityGroupsPerInterface;
        if (groupIds.length > limit.value) throw limit.error;
        if (input.PrivateIpAddress && !isFree(region, subnet, input.PrivateIpAddress)) {
          throw new AwsError('InvalidIPAddress.InUse', `Address ${input.PrivateIpAddress} is in use.`);
        }
        const eni = addInterface(ec2, region, subnet, {
          description: input.Description ?? '',
          type: 'interface',
          groupIds,
          clientToken: input.ClientToken,
          privateIp: input.PrivateIpAddress,
          tags: tagsOf(input.TagSpecifications, 'network-interface', call),
        });
        return { NetworkInterface: { ...render(region, eni), Status: 'pending' as never } };
      },
    ),

    DeleteNetworkInterface: operation(
      ['NetworkInterfaceId'],
      (input: DeleteNetworkInterfaceRequest, call) => {
        const { networkInterfaces } = ec2.region(call.region);
        const eni = find(networkInterfaces, input.NetworkInterfaceId, 'networkInterface');
        if (eni.attachment) throw invalidValue(`Network interface '${eni.id}' is currently in use.`);
        networkInterfaces.delete(eni.id);
        return {};
      },
    ),

    DetachNetworkInterface: operation(
      ['AttachmentId', 'Force'],
      (input: DetachNetworkInterfaceRequest, call) => {
        const attached = [...ec2.region(call.region).networkInterfaces.values()];
        const { attachment } = attached.find((eni) => eni.attachment?.id === input.AttachmentId) ?? {};
        if (!attachment) {
          throw new AwsError(
            'InvalidAttachmentID.NotFound',
            `The attachment '${input.AttachmentId}' does not exist`,
          );
        }
        // Every attachment here is one of AWS's own services.
        const kind = attachment.id.startsWith('ela-attach')
          ? `'ela-attach' attachments.`
          : 'this attachment.';
        throw new AwsError('OperationNotPermitted', `You are not allowed to manage ${kind}`);
      },
    ),

    DescribeNetworkInterfaces: operation(
      ['NetworkInterfaceIds', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeNetworkInterfacesRequest, call): DescribeNetworkInterfacesResult => {
        const region = ec2.region(call.region);
        const { items, nextToken } = select(ec2, region.networkInterfaces, {
          ids: input.NetworkInterfaceIds,
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters(region),
          missing: missing.networkInterface,
        });
        return { NetworkInterfaces: items.map((eni) => render(region, eni)), NextToken: nextToken };
      },
    ),
  };
}
