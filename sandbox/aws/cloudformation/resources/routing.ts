import type * as Ec2 from '@aws-sdk/client-ec2';
import { define, tagSpecifications } from './define.ts';

/** AWS::EC2::RouteTable */
export const routeTable = define<{ VpcId: string }>({
  properties: { VpcId: 'string' },
  required: ['VpcId'],
  tags: 'all',
  attributeNames: ['RouteTableId'],
  seconds: 5,
  service: 'Ec2',
  async create({ VpcId }, context) {
    const input = { VpcId, ...tagSpecifications('route-table', context) };
    const { RouteTable } = await context.invoke<Ec2.CreateRouteTableResult>('ec2', 'CreateRouteTable', input);
    return RouteTable?.RouteTableId ?? '';
  },
  attributes: async (RouteTableId) => ({ RouteTableId }),
  async delete(RouteTableId, _, { invoke }) {
    await invoke('ec2', 'DeleteRouteTable', { RouteTableId });
  },
});

interface RouteProperties {
  RouteTableId: string;
  DestinationCidrBlock: string;
  GatewayId?: string;
  NatGatewayId?: string;
}

/** AWS::EC2::Route */
export const route = define<RouteProperties>({
  properties: {
    RouteTableId: 'string',
    DestinationCidrBlock: 'string',
    GatewayId: 'string',
    NatGatewayId: 'string',
  },
  required: ['RouteTableId', 'DestinationCidrBlock'],
  tags: 'none',
  attributeNames: ['CidrBlock'],
  seconds: 2,
  service: 'Ec2',
  async create(properties, { invoke }) {
    await invoke('ec2', 'CreateRoute', properties);
    return `${properties.RouteTableId}|${properties.DestinationCidrBlock}`;
  },
  attributes: async (_, { DestinationCidrBlock }) => ({ CidrBlock: DestinationCidrBlock }),
  async delete(_, { RouteTableId, DestinationCidrBlock }, { invoke }) {
    await invoke('ec2', 'DeleteRoute', { RouteTableId, DestinationCidrBlock });
  },
});

interface AssociationProperties {
  RouteTableId: string;
  SubnetId: string;
}

/** AWS::EC2::SubnetRouteTableAssociation */
export const routeTableAssociation = define<AssociationProperties>({
  properties: { RouteTableId: 'string', SubnetId: 'string' },
  required: ['RouteTableId', 'SubnetId'],
  tags: 'none',
  attributeNames: ['Id'],
  seconds: 2,
  service: 'Ec2',
  async create(properties, { invoke }) {
    const input = { RouteTableId: properties.RouteTableId, SubnetId: properties.SubnetId };
    const { AssociationId } = await invoke<Ec2.AssociateRouteTableResult>(
      'ec2',
      'AssociateRouteTable',
      input,
    );
    return AssociationId ?? '';
  },
  attributes: async (Id) => ({ Id }),
  async delete(AssociationId, _, { invoke }) {
    await invoke('ec2', 'DisassociateRouteTable', { AssociationId });
  },
});
