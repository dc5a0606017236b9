import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  type CreateClusterCommandInput,
  CreateFargateProfileCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { expect, vi } from 'vitest';
import { clientsOf } from './foreign-world.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Where a subnet's default route leads. */
type Way = 'internet' | 'nat' | 'nowhere';

/** The subnets of a VPC by hand: by where their default routes lead, the zones that they are in (`ac`). */
type Ways = Partial<Record<Way, string>>;

type Subnet = readonly [zone: string, way: Way];

/** How a cluster is made. */
export interface Layout {
  readonly subnetIds: readonly string[];
  /** The namespaces of its Fargate profile; none: without a profile. */
  readonly namespaces?: readonly string[];
  readonly request?: Partial<CreateClusterCommandInput>;
}

/** A VPC as somebody makes it with the AWS CLI, without eksctl and CloudFormation, and without tags. */
export interface Network {
  readonly vpcId: string;
  /** In the order of the subnets asked for. */
  readonly subnetIds: readonly string[];
  /** The route table of a subnet, likewise. */
  readonly routeTableIds: readonly string[];
}

const soon = { timeout: 30_000, interval: 20 };

/** Makes a cluster, and its Fargate profile. */
export async function makeCluster(rehearsal: Rehearsal, name: string, layout: Layout): Promise<void> {
  const { eks } = clientsOf(rehearsal);
  await eks.send(
    new CreateClusterCommand({
      name,
      roleArn: await makeRole(rehearsal, `${name}-cluster`, 'eks.amazonaws.com'),
      resourcesVpcConfig: { subnetIds: [...layout.subnetIds] },
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      ...layout.request,
    }),
  );
  await vi.waitFor(async () => {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    expect(cluster?.status).toBe('ACTIVE');
  }, soon);
  if (layout.namespaces) await makeProfile(rehearsal, name, layout.namespaces);
}

async function makeProfile(
  rehearsal: Rehearsal,
  clusterName: string,
  namespaces: readonly string[],
): Promise<void> {
  const { eks } = clientsOf(rehearsal);
  const fargateProfileName = 'platform';
  await eks.send(
    new CreateFargateProfileCommand({
      clusterName,
      fargateProfileName,
      podExecutionRoleArn: await makeRole(rehearsal, `${clusterName}-pods`, 'eks-fargate-pods.amazonaws.com'),
      selectors: namespaces.map((namespace) => ({ namespace })),
    }),
  );
  await vi.waitFor(async () => {
    const { fargateProfile } = await eks.send(
      new DescribeFargateProfileCommand({ clusterName, fargateProfileName }),
    );
    expect(fargateProfile?.status).toBe('ACTIVE');
  }, soon);
}

async function makeRole(rehearsal: Rehearsal, RoleName: string, Service: string): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
  };
  const { iam } = clientsOf(rehearsal);
  const made = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  return made.Role?.Arn ?? '';
}

/** Makes a VPC with subnets, each with a route table of its own. */
export async function makeNetwork(rehearsal: Rehearsal, ways: Ways): Promise<Network> {
  const subnets = Object.entries(ways).flatMap(([way, zones]) =>
    [...zones].map((zone): Subnet => [zone, way as Way]),
  );
  const { ec2 } = clientsOf(rehearsal);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const subnetIds: string[] = [];
  for (const [index, [zone]] of subnets.entries()) {
    const CidrBlock = `10.20.${index}.0/24`;
    const AvailabilityZone = `${rehearsal.env.AWS_REGION}${zone}`;
    const made = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
    subnetIds.push(made.Subnet?.SubnetId ?? '');
  }
  const targets = await makeWays(rehearsal, VpcId, subnets, subnetIds);
  const routeTableIds: string[] = [];
  for (const [index, [, way]] of subnets.entries()) {
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnetIds[index] }));
    routeTableIds.push(RouteTableId);
    const target = targets[way];
    if (target)
      await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target }));
  }
  return { vpcId: VpcId, subnetIds, routeTableIds };
}

type Target = { readonly GatewayId?: string; readonly NatGatewayId?: string };

async function makeWays(
  rehearsal: Rehearsal,
  VpcId: string,
  subnets: readonly Subnet[],
  subnetIds: readonly string[],
): Promise<Partial<Record<Way, Target>>> {
  const { ec2 } = clientsOf(rehearsal);
  const open = subnets.findIndex(([, way]) => way === 'internet');
  if (open < 0) return {};
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  if (!subnets.some(([, way]) => way === 'nat')) return { internet: { GatewayId } };
  return { internet: { GatewayId }, nat: { NatGatewayId: await makeNat(rehearsal, subnetIds[open]) } };
}

/** A NAT gateway in a public subnet; returns its id. */
async function makeNat(rehearsal: Rehearsal, SubnetId: string | undefined): Promise<string> {
  const { ec2 } = clientsOf(rehearsal);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const made = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  return made.NatGateway?.NatGatewayId ?? '';
}
