import type { TagSpecification } from '@aws-sdk/client-ec2';
import type { AccessQuestion, AccessQuestions, Call } from '../service.ts';
import type { Ec2Context, Tags } from './state.ts';
import { findTaggable } from './tags.ts';

// Actions, resource types and condition keys: Service Authorization Reference, "Amazon EC2".

/** Operation → the type of what it makes. */
const created: Readonly<Record<string, string>> = {
  CreateVpc: 'vpc',
  CreateSubnet: 'subnet',
  CreateInternetGateway: 'internet-gateway',
  CreateRouteTable: 'route-table',
  AllocateAddress: 'elastic-ip',
  CreateNatGateway: 'natgateway',
  CreateSecurityGroup: 'security-group',
  CreateNetworkInterface: 'network-interface',
};

/** Operation → the parameters that name the resources it acts on. */
const actedOn: Readonly<Record<string, readonly string[]>> = {
  DeleteVpc: ['VpcId'],
  ModifyVpcAttribute: ['VpcId'],
  CreateSubnet: ['VpcId'],
  DeleteSubnet: ['SubnetId'],
  ModifySubnetAttribute: ['SubnetId'],
  AttachInternetGateway: ['InternetGatewayId', 'VpcId'],
  DetachInternetGateway: ['InternetGatewayId', 'VpcId'],
  DeleteInternetGateway: ['InternetGatewayId'],
  CreateRouteTable: ['VpcId'],
  DeleteRouteTable: ['RouteTableId'],
  AssociateRouteTable: ['RouteTableId', 'SubnetId'],
  CreateRoute: ['RouteTableId'],
  ReplaceRoute: ['RouteTableId'],
  DeleteRoute: ['RouteTableId'],
  ReleaseAddress: ['AllocationId'],
  CreateNatGateway: ['SubnetId', 'AllocationId'],
  DeleteNatGateway: ['NatGatewayId'],
  CreateSecurityGroup: ['VpcId'],
  DeleteSecurityGroup: ['GroupId'],
  AuthorizeSecurityGroupIngress: ['GroupId'],
  AuthorizeSecurityGroupEgress: ['GroupId'],
  RevokeSecurityGroupIngress: ['GroupId'],
  RevokeSecurityGroupEgress: ['GroupId'],
  CreateNetworkInterface: ['SubnetId'],
  DeleteNetworkInterface: ['NetworkInterfaceId'],
};

interface Input {
  readonly [parameter: string]: unknown;
  readonly TagSpecifications?: readonly TagSpecification[];
  readonly Resources?: readonly string[];
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

/** What IAM is asked about EC2's writes. An unknown resource is asked nothing of: the operation itself refuses it. */
export function ec2Access(ec2: Ec2Context): Record<string, AccessQuestions> {
  const arn = (call: Call, type: string, id: string) =>
    `arn:${ec2.world.partition}:ec2:${call.region}:${ec2.world.account}:${type}/${id}`;
  const existing = (call: Call, ids: readonly string[]) =>
    ids
      .map((id) => findTaggable(ec2.region(call.region), id))
      .filter((resource) => resource !== undefined)
      .map((resource) => ({ arn: arn(call, resource.type, resource.id), tags: resource.tags }));

  const about = (input: Input, call: Call): readonly AccessQuestion[] => {
    const type = created[call.operation];
    const ids = (actedOn[call.operation] ?? [])
      .map((name) => input[name])
      .filter((id) => typeof id === 'string');
    const resources = existing(call, ids);
    if (resources.length < ids.length) return [];
    const requestTags = tagRecord((input.TagSpecifications ?? []).flatMap(({ Tags }) => Tags ?? []));
    const tagged = input.TagSpecifications?.[0]?.ResourceType ?? type;
    const self: AccessQuestion = {
      resources: type ? [{ arn: arn(call, type, '*') }, ...resources] : resources,
      requestTags,
    };
    if (Object.keys(requestTags).length === 0) return [self];
    const tagging: AccessQuestion = {
      action: 'ec2:CreateTags',
      resources: [{ arn: arn(call, tagged ?? '*', '*') }],
      requestTags,
      conditions: { 'ec2:CreateAction': call.operation },
    };
    return [self, tagging];
  };

  const tagging = (input: Input, call: Call): readonly AccessQuestion[] => {
    const resources = existing(call, input.Resources ?? []);
    if (resources.length < (input.Resources?.length ?? 0)) return [];
    return [{ resources, requestTags: tagRecord(input.Tags ?? []) }];
  };

  const operations = new Set([...Object.keys(created), ...Object.keys(actedOn)]);
  return {
    ...Object.fromEntries([...operations].map((name) => [name, about])),
    CreateTags: tagging,
    DeleteTags: tagging,
  };
}

function tagRecord(tags: readonly { readonly Key?: string; readonly Value?: string }[]): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
