import type {
  AvailabilityZone,
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { invalidValue } from './errors.ts';
import { applyFilters, type FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import type { Ec2Context } from './state.ts';
import { regions, type Zone, zonesOf } from './zones.ts';

/** Kinds of resources that never exist here: the operation and the empty member of its answer. */
const neverAny = {
  DescribeInstances: 'Reservations',
  DescribeKeyPairs: 'KeyPairs',
  DescribeVpcEndpoints: 'VpcEndpoints',
  DescribeVpcPeeringConnections: 'VpcPeeringConnections',
} as const;

/** Regions, zones and the account's attributes. */
export function accountHandlers(ec2: Ec2Context): Record<string, Handler> {
  const empty = Object.entries(neverAny).map(([name, member]): [string, Handler] => [
    name,
    operation(['Filters', 'MaxResults', 'NextToken'], () => ({ [member]: [] })),
  ]);

  return {
    ...Object.fromEntries(empty),

    DescribeAvailabilityZones: operation(
      ['ZoneNames', 'ZoneIds', 'AllAvailabilityZones', 'Filters'],
      (input: DescribeAvailabilityZonesRequest, call): DescribeAvailabilityZonesResult => {
        const zones = zonesOf(call.region);
        for (const [wanted, key] of [
          [input.ZoneNames ?? [], 'name'],
          [input.ZoneIds ?? [], 'id'],
        ] as const) {
          for (const value of wanted) {
            if (zones.some((zone) => zone[key] === value)) continue;
            throw invalidValue(`Invalid availability zone${key === 'id' ? '-id' : ''}: [${value}]`);
          }
        }
        const named = zones.filter(
          (zone) =>
            (!input.ZoneNames?.length || input.ZoneNames.includes(zone.name)) &&
            (!input.ZoneIds?.length || input.ZoneIds.includes(zone.id)),
        );
        const found = applyFilters<Zone & { tags?: undefined }>(
          named,
          input.Filters,
          zoneFilters(call.region),
        );
        return { AvailabilityZones: found.map((zone) => renderZone(call.region, zone)) };
      },
    ),

    DescribeRegions: operation(
      ['RegionNames', 'AllRegions', 'Filters'],
      (input: DescribeRegionsRequest): DescribeRegionsResult => {
        const all = (regions[ec2.world.partition] ?? [ec2.world.region]).map((name) => ({
          name,
          endpoint: `ec2.${name}.amazonaws.com`,
        }));
        for (const name of input.RegionNames ?? []) {
          if (!all.some((region) => region.name === name)) {
            throw invalidValue(`Invalid region provided: [${name}]`);
          }
        }
        const named = all.filter(
          ({ name }) => !input.RegionNames?.length || input.RegionNames.includes(name),
        );
        const found = applyFilters<{ name: string; endpoint: string; tags?: undefined }>(
          named,
          input.Filters,
          {
            endpoint: (region) => region.endpoint,
            'opt-in-status': () => 'opt-in-not-required',
            'region-name': (region) => region.name,
          },
        );
        return {
          Regions: found.map(({ name, endpoint }) => ({
            RegionName: name,
            Endpoint: endpoint,
            OptInStatus: 'opt-in-not-required',
          })),
        };
      },
    ),

    DescribeAccountAttributes: operation(
      ['AttributeNames'],
      (input: DescribeAccountAttributesRequest, call): DescribeAccountAttributesResult => {
        const standard = [...ec2.region(call.region).vpcs.values()].find((vpc) => vpc.isDefault);
        const attributes: Readonly<Record<string, string | number>> = {
          'supported-platforms': 'VPC',
          'default-vpc': standard?.id ?? 'none',
          'max-instances': 20,
          'vpc-max-security-groups-per-interface': networkQuotas.securityGroupsPerInterface.value,
          'max-elastic-ips': networkQuotas.addresses.value,
          'vpc-max-elastic-ips': networkQuotas.addresses.value,
        };
        const names = input.AttributeNames?.length ? input.AttributeNames : Object.keys(attributes);
        return {
          AccountAttributes: names.map((name) => {
            const value = attributes[name];
            if (value === undefined) {
              throw new AwsError(
                'InvalidParameterValue',
                `Value (${name}) for parameter attributeName is invalid.`,
              );
            }
            return { AttributeName: name, AttributeValues: [{ AttributeValue: String(value) }] };
          }),
        };
      },
    ),
  };
}

function zoneFilters(region: string): FilterTable<Zone> {
  return {
    'group-name': () => `${region}-zg-1`,
    message: () => undefined,
    'opt-in-status': () => 'opt-in-not-required',
    'region-name': () => region,
    state: () => 'available',
    'zone-id': (zone) => zone.id,
    'zone-name': (zone) => zone.name,
    'zone-type': () => 'availability-zone',
  };
}

function renderZone(region: string, zone: Zone): AvailabilityZone {
  return {
    ZoneName: zone.name,
    ZoneId: zone.id,
    RegionName: region,
    State: 'available',
    ZoneType: 'availability-zone',
    GroupName: `${region}-zg-1`,
    NetworkBorderGroup: region,
    OptInStatus: 'opt-in-not-required',
    Messages: [],
  };
}
