import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { formatCidr, parseCidr } from './cidr.ts';
import { find, invalidValue, missingParameter } from './errors.ts';
import type { Ec2Context, Ec2Region, RouteTableRecord, RouteTarget } from './state.ts';

/** CreateRoute, ReplaceRoute and DeleteRoute, for internet and NAT gateways. */
export function routeHandlers(ec2: Ec2Context): Record<string, Handler> {
  return {
    CreateRoute: operation(
      ['RouteTableId', 'DestinationCidrBlock', 'GatewayId', 'NatGatewayId'],
      (input: CreateRouteRequest, call): CreateRouteResult => {
        const region = ec2.region(call.region);
        const table = find(region.routeTables, input.RouteTableId, 'routeTable');
        const destination = destinationOf(input.DestinationCidrBlock);
        if (table.routes.has(destination) || region.vpcs.get(table.vpcId)?.cidr === destination) {
          throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
        }
        table.routes.set(destination, targetOf(region, table, input));
        return { Return: true };
      },
    ),

    ReplaceRoute: operation(
      ['RouteTableId', 'DestinationCidrBlock', 'GatewayId', 'NatGatewayId'],
      (input: ReplaceRouteRequest, call) => {
        const region = ec2.region(call.region);
        const table = find(region.routeTables, input.RouteTableId, 'routeTable');
        const destination = destinationOf(input.DestinationCidrBlock);
        // Not InvalidRoute.NotFound, which DeleteRoute gives: tried on AWS by the author of moto's pull request 6425.
        if (!table.routes.has(destination)) {
          throw invalidValue(
            `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
          );
        }
        table.routes.set(destination, targetOf(region, table, input));
        return {};
      },
    ),

    DeleteRoute: operation(['RouteTableId', 'DestinationCidrBlock'], (input: DeleteRouteRequest, call) => {
      const table = find(ec2.region(call.region).routeTables, input.RouteTableId, 'routeTable');
      table.routes.delete(existing(table, input.DestinationCidrBlock));
      return {};
    }),
  };
}

function destinationOf(text: string | undefined): string {
  if (!text) throw missingParameter('destinationCidrBlock');
  const cidr = parseCidr(text);
  if (!cidr) throw invalidValue(`Value (${text}) for parameter destinationCidrBlock is invalid.`);
  return formatCidr(cidr);
}

function existing(table: RouteTableRecord, text: string | undefined): string {
  const destination = destinationOf(text);
  if (table.routes.has(destination)) return destination;
  throw new AwsError(
    'InvalidRoute.NotFound',
    `no route with destination-cidr-block ${destination} in route table ${table.id}`,
  );
}

function targetOf(
  region: Ec2Region,
  table: RouteTableRecord,
  input: { GatewayId?: string; NatGatewayId?: string },
): RouteTarget {
  if (input.GatewayId) {
    const gateway = find(region.internetGateways, input.GatewayId, 'gateway');
    if (gateway.vpcId !== table.vpcId) {
      throw invalidValue(
        `route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
      );
    }
    return { gatewayId: gateway.id };
  }
  if (!input.NatGatewayId) throw missingParameter('gatewayId or natGatewayId');
  const gateway = region.natGateways.get(input.NatGatewayId);
  if (!gateway || gateway.state === 'deleted') {
    throw new AwsError(
      'InvalidNatGatewayID.NotFound',
      `The natGateway ID '${input.NatGatewayId}' does not exist`,
    );
  }
  if (gateway.vpcId !== table.vpcId) {
    throw invalidValue(
      `route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
    );
  }
  return { natGatewayId: gateway.id };
}
