import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
  Route,
  RouteTable,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler, NotEmulated } from '../service.ts';
import { select } from './describe.ts';
import { find, hasDependencies, invalidValue, missing, missingParameter } from './errors.ts';
import type { FilterTable } from './filters.ts';
import type { Ec2Context, Ec2Region, RouteTableRecord, RouteTarget } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

const subnetsOf = (table: RouteTableRecord): string[] =>
  [...table.associations.values()].flatMap((association) =>
    association === 'main' ? [] : [association.subnetId],
  );

const isMain = (table: RouteTableRecord): boolean => [...table.associations.values()].includes('main');

/** The table with an association id. Throws InvalidAssociationID.NotFound. */
function tableOfAssociation(region: Ec2Region, id: string | undefined): RouteTableRecord {
  if (!id) throw missingParameter('associationId');
  const table = [...region.routeTables.values()].find(({ associations }) => associations.has(id));
  if (!table) throw missing.association(id);
  return table;
}

/** Whether a subnet's own route table, or the VPC's main one, sends packets for the internet to a living internet gateway. */
export function reachesInternet(region: Ec2Region, subnetId: string): boolean {
  const tables = [...region.routeTables.values()].filter(
    ({ vpcId }) => vpcId === region.subnets.get(subnetId)?.vpcId,
  );
  const table = tables.find((candidate) => subnetsOf(candidate).includes(subnetId)) ?? tables.find(isMain);
  const target = table?.routes.get('0.0.0.0/0');
  return (
    table !== undefined &&
    target !== undefined &&
    'gatewayId' in target &&
    isAlive(region, table.vpcId, target)
  );
}

/** The route table operations but those of single routes. */
export function routeTableHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account } = ec2.world;

  const routes = (region: Ec2Region, table: RouteTableRecord): Route[] => [
    {
      DestinationCidrBlock: region.vpcs.get(table.vpcId)?.cidr,
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    },
    ...[...table.routes].map(
      ([destination, target]): Route => ({
        DestinationCidrBlock: destination,
        ...('gatewayId' in target ? { GatewayId: target.gatewayId } : { NatGatewayId: target.natGatewayId }),
        Origin: 'CreateRoute',
        State: isAlive(region, table.vpcId, target) ? 'active' : 'blackhole',
      }),
    ),
  ];

  const render = (region: Ec2Region, table: RouteTableRecord): RouteTable => ({
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: account,
    Associations: [...table.associations].map(([id, association]) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      Main: association === 'main',
      ...(association === 'main' ? {} : { SubnetId: association.subnetId }),
      AssociationState: { State: 'associated' },
    })),
    PropagatingVgws: [],
    Routes: routes(region, table),
    Tags: tagList(table.tags),
  });

  const filters = (region: Ec2Region): FilterTable<RouteTableRecord> => ({
    'association.main': (table) =>
      [...table.associations.values()].map((association) => association === 'main'),
    'association.route-table-association-id': (table) => [...table.associations.keys()],
    'association.route-table-id': (table) => (table.associations.size > 0 ? table.id : undefined),
    'association.subnet-id': subnetsOf,
    'owner-id': () => account,
    'route-table-id': (table) => table.id,
    'route.destination-cidr-block': (table) =>
      routes(region, table).map((route) => route.DestinationCidrBlock),
    'route.gateway-id': (table) => routes(region, table).map((route) => route.GatewayId),
    'route.nat-gateway-id': (table) => routes(region, table).map((route) => route.NatGatewayId),
    'route.state': (table) => routes(region, table).map((route) => route.State),
    'vpc-id': (table) => table.vpcId,
  });

  return {
    CreateRouteTable: operation(
      ['VpcId', 'TagSpecifications', 'ClientToken'],
      (input: CreateRouteTableRequest, call): CreateRouteTableResult => {
        const region = ec2.region(call.region);
        const vpc = find(region.vpcs, input.VpcId, 'vpc');
        const table: RouteTableRecord = {
          id: ec2.id('rtb'),
          vpcId: vpc.id,
          tags: tagsOf(input.TagSpecifications, 'route-table', call),
          associations: new Map(),
          routes: new Map(),
        };
        region.routeTables.set(table.id, table);
        return { RouteTable: render(region, table) };
      },
    ),

    DeleteRouteTable: operation(['RouteTableId'], (input: DeleteRouteTableRequest, call) => {
      const { routeTables } = ec2.region(call.region);
      const table = find(routeTables, input.RouteTableId, 'routeTable');
      if (table.associations.size > 0) throw hasDependencies('routeTable', table.id);
      routeTables.delete(table.id);
      return {};
    }),

    DescribeRouteTables: operation(
      ['RouteTableIds', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeRouteTablesRequest, call): DescribeRouteTablesResult => {
        const region = ec2.region(call.region);
        const { items, nextToken } = select(ec2, region.routeTables, {
          ids: input.RouteTableIds,
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters(region),
          missing: missing.routeTable,
        });
        return { RouteTables: items.map((table) => render(region, table)), NextToken: nextToken };
      },
    ),

    AssociateRouteTable: operation(
      ['RouteTableId', 'SubnetId'],
      (input: AssociateRouteTableRequest, call): AssociateRouteTableResult => {
        const region = ec2.region(call.region);
        const table = find(region.routeTables, input.RouteTableId, 'routeTable');
        const subnet = find(region.subnets, input.SubnetId, 'subnet');
        if (subnet.vpcId !== table.vpcId) {
          throw invalidValue(`Route table ${table.id} and subnet ${subnet.id} belong to different networks`);
        }
        if ([...region.routeTables.values()].some((other) => subnetsOf(other).includes(subnet.id))) {
          throw new AwsError(
            'Resource.AlreadyAssociated',
            `the specified association for route table ${table.id} conflicts with an existing association`,
          );
        }
        const id = ec2.id('rtbassoc');
        table.associations.set(id, { subnetId: subnet.id });
        return { AssociationId: id, AssociationState: { State: 'associated' } };
      },
    ),

    DisassociateRouteTable: operation(['AssociationId'], (input: DisassociateRouteTableRequest, call) => {
      const table = tableOfAssociation(ec2.region(call.region), input.AssociationId);
      if (table.associations.get(input.AssociationId ?? '') === 'main') {
        throw invalidValue(`cannot disassociate the main route table association ${input.AssociationId}`);
      }
      table.associations.delete(input.AssociationId ?? '');
      return {};
    }),

    ReplaceRouteTableAssociation: operation(
      ['AssociationId', 'RouteTableId'],
      (input: ReplaceRouteTableAssociationRequest, call): ReplaceRouteTableAssociationResult => {
        const region = ec2.region(call.region);
        const from = tableOfAssociation(region, input.AssociationId);
        const to = find(region.routeTables, input.RouteTableId, 'routeTable');
        if (to.vpcId !== from.vpcId) {
          throw invalidValue(`Route tables ${from.id} and ${to.id} belong to different networks`);
        }
        if (isMain(to) && from.associations.get(input.AssociationId ?? '') === 'main') {
          throw new NotEmulated('replacing the main route table by itself');
        }
        const association = from.associations.get(input.AssociationId ?? '');
        from.associations.delete(input.AssociationId ?? '');
        const id = ec2.id('rtbassoc');
        if (association) to.associations.set(id, association);
        return { NewAssociationId: id, AssociationState: { State: 'associated' } };
      },
    ),
  };
}

/** Whether packets sent to a route's target still get anywhere. */
function isAlive(region: Ec2Region, vpcId: string, target: RouteTarget): boolean {
  if ('gatewayId' in target) return region.internetGateways.get(target.gatewayId)?.vpcId === vpcId;
  const state = region.natGateways.get(target.natGatewayId)?.state;
  return state === 'pending' || state === 'available';
}
