import type { ZoneSubnets } from '../config/subnets.ts';
import { getAtt, nameTag, type Resource, ref } from './intrinsics.ts';

/** `ap-northeast-1a` as a part of a logical id: `APNORTHEAST1A`. */
export const zoneId = (zone: string): string => zone.replaceAll('-', '').toUpperCase();

const internet = '0.0.0.0/0';

const resource = (Type: string, Properties: object, DependsOn?: string[]): Resource => ({
  Type,
  ...(DependsOn === undefined ? {} : { DependsOn }),
  Properties,
});

const tagged = (id: string, Type: string, properties: object, tags: object[] = []): [string, Resource] => [
  id,
  resource(Type, { ...properties, Tags: [...tags, nameTag(id)] }),
];

const roleTag = (key: string): object => ({ Key: `kubernetes.io/role/${key}`, Value: '1' });

/** The resources of one zone: two subnets, the private one with a route table of its own. */
function zoneResources({ zone, publicCidr, privateCidr }: ZoneSubnets): [string, Resource][] {
  const id = zoneId(zone);
  const subnet = (CidrBlock: string): object => ({ AvailabilityZone: zone, CidrBlock, VpcId: ref('VPC') });
  const association = (SubnetId: string, RouteTableId: string): Resource =>
    resource('AWS::EC2::SubnetRouteTableAssociation', {
      RouteTableId: ref(RouteTableId),
      SubnetId: ref(SubnetId),
    });
  return [
    tagged(`SubnetPublic${id}`, 'AWS::EC2::Subnet', { ...subnet(publicCidr), MapPublicIpOnLaunch: true }, [
      roleTag('elb'),
    ]),
    tagged(`SubnetPrivate${id}`, 'AWS::EC2::Subnet', subnet(privateCidr), [roleTag('internal-elb')]),
    tagged(`PrivateRouteTable${id}`, 'AWS::EC2::RouteTable', { VpcId: ref('VPC') }),
    [`RouteTableAssociationPublic${id}`, association(`SubnetPublic${id}`, 'PublicRouteTable')],
    [`RouteTableAssociationPrivate${id}`, association(`SubnetPrivate${id}`, `PrivateRouteTable${id}`)],
    [
      `NATPrivateSubnetRoute${id}`,
      resource('AWS::EC2::Route', {
        DestinationCidrBlock: internet,
        NatGatewayId: ref('NATGateway'),
        RouteTableId: ref(`PrivateRouteTable${id}`),
      }),
    ],
  ];
}

/** The VPC that eksctl makes: public and private subnets in each zone, one NAT gateway in the first. */
export function networkResources(cidr: string, subnets: readonly ZoneSubnets[]): Record<string, Resource> {
  const firstZone = zoneId(subnets[0]?.zone ?? '');
  return Object.fromEntries([
    tagged('VPC', 'AWS::EC2::VPC', { CidrBlock: cidr, EnableDnsHostnames: true, EnableDnsSupport: true }),
    tagged('InternetGateway', 'AWS::EC2::InternetGateway', {}),
    [
      'VPCGatewayAttachment',
      resource('AWS::EC2::VPCGatewayAttachment', {
        InternetGatewayId: ref('InternetGateway'),
        VpcId: ref('VPC'),
      }),
    ],
    tagged('PublicRouteTable', 'AWS::EC2::RouteTable', { VpcId: ref('VPC') }),
    [
      'PublicSubnetRoute',
      resource(
        'AWS::EC2::Route',
        {
          DestinationCidrBlock: internet,
          GatewayId: ref('InternetGateway'),
          RouteTableId: ref('PublicRouteTable'),
        },
        ['VPCGatewayAttachment'],
      ),
    ],
    tagged('NATIP', 'AWS::EC2::EIP', { Domain: 'vpc' }),
    tagged('NATGateway', 'AWS::EC2::NatGateway', {
      AllocationId: getAtt('NATIP', 'AllocationId'),
      SubnetId: ref(`SubnetPublic${firstZone}`),
    }),
    ...subnets.flatMap(zoneResources),
  ]);
}
