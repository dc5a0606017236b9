import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
  InternetGateway,
} from '@aws-sdk/client-ec2';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { select } from './describe.ts';
import { find, hasDependencies, invalidValue, missing } from './errors.ts';
import type { FilterTable } from './filters.ts';
import { networkQuotas } from './limits.ts';
import type { Ec2Context, Ec2Region, InternetGatewayRecord } from './state.ts';
import { tagList, tagsOf } from './tags.ts';

/** The internet gateway of a VPC. */
export function gatewayOf(region: Ec2Region, vpcId: string): InternetGatewayRecord | undefined {
  return [...region.internetGateways.values()].find((gateway) => gateway.vpcId === vpcId);
}

/** The internet gateway operations. */
export function internetGatewayHandlers(ec2: Ec2Context): Record<string, Handler> {
  const { account } = ec2.world;
  const filters: FilterTable<InternetGatewayRecord> = {
    'attachment.state': (gateway) => (gateway.vpcId ? 'available' : undefined),
    'attachment.vpc-id': (gateway) => gateway.vpcId,
    'internet-gateway-id': (gateway) => gateway.id,
    'owner-id': () => account,
  };
  const render = (gateway: InternetGatewayRecord): InternetGateway => ({
    InternetGatewayId: gateway.id,
    OwnerId: account,
    // `available` is not among the documented states, but it is what the API prints.
    Attachments: gateway.vpcId ? [{ VpcId: gateway.vpcId, State: 'available' as never }] : [],
    Tags: tagList(gateway.tags),
  });

  return {
    CreateInternetGateway: operation(
      ['TagSpecifications'],
      (input: CreateInternetGatewayRequest, call): CreateInternetGatewayResult => {
        const { internetGateways } = ec2.region(call.region);
        const tags = tagsOf(input.TagSpecifications, 'internet-gateway', call);
        const limit = networkQuotas.internetGateways;
        if (internetGateways.size >= limit.value) throw limit.error;
        const gateway: InternetGatewayRecord = { id: ec2.id('igw'), tags };
        internetGateways.set(gateway.id, gateway);
        return { InternetGateway: render(gateway) };
      },
    ),

    AttachInternetGateway: operation(
      ['InternetGatewayId', 'VpcId'],
      (input: AttachInternetGatewayRequest, call) => {
        const region = ec2.region(call.region);
        const gateway = find(region.internetGateways, input.InternetGatewayId, 'internetGateway');
        const vpc = find(region.vpcs, input.VpcId, 'vpc');
        if (gateway.vpcId) {
          throw new AwsError(
            'Resource.AlreadyAssociated',
            `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
          );
        }
        if (gatewayOf(region, vpc.id)) {
          throw invalidValue(`Network ${vpc.id} already has an internet gateway attached`);
        }
        gateway.vpcId = vpc.id;
        return {};
      },
    ),

    DetachInternetGateway: operation(
      ['InternetGatewayId', 'VpcId'],
      (input: DetachInternetGatewayRequest, call) => {
        const region = ec2.region(call.region);
        const gateway = find(region.internetGateways, input.InternetGatewayId, 'internetGateway');
        const vpc = find(region.vpcs, input.VpcId, 'vpc');
        if (gateway.vpcId !== vpc.id) {
          throw new AwsError(
            'Gateway.NotAttached',
            `resource ${gateway.id} is not attached to network ${vpc.id}`,
          );
        }
        const mapped = [...region.networkInterfaces.values()].some(
          (eni) => eni.vpcId === vpc.id && eni.publicAddress,
        );
        if (mapped) {
          throw new AwsError(
            'DependencyViolation',
            `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
          );
        }
        gateway.vpcId = undefined;
        return {};
      },
    ),

    DeleteInternetGateway: operation(['InternetGatewayId'], (input: DeleteInternetGatewayRequest, call) => {
      const { internetGateways } = ec2.region(call.region);
      const gateway = find(internetGateways, input.InternetGatewayId, 'internetGateway');
      if (gateway.vpcId) throw hasDependencies('internetGateway', gateway.id);
      internetGateways.delete(gateway.id);
      return {};
    }),

    DescribeInternetGateways: operation(
      ['InternetGatewayIds', 'Filters', 'MaxResults', 'NextToken'],
      (input: DescribeInternetGatewaysRequest, call): DescribeInternetGatewaysResult => {
        const { items, nextToken } = select(ec2, ec2.region(call.region).internetGateways, {
          ids: input.InternetGatewayIds,
          filters: input.Filters,
          token: input.NextToken,
          limit: input.MaxResults,
          table: filters,
          missing: missing.internetGateway,
        });
        return { InternetGateways: items.map(render), NextToken: nextToken };
      },
    ),
  };
}
