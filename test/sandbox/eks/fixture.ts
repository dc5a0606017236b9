import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
} from '@aws-sdk/client-ec2';
import {
  type Cluster,
  CreateClusterCommand,
  type CreateClusterCommandInput,
  CreateFargateProfileCommand,
  type CreateFargateProfileCommandInput,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { expect, vi } from 'vitest';
import { region, type Stacks } from '../cloudformation/fixture.ts';

/** A VPC with subnets in two zones that all have no way out, and one that has. */
export async function makeNetwork({ ec2Client }: Stacks, cidr = '192.168.0.0/16') {
  const { Vpc } = await ec2Client.send(new CreateVpcCommand({ CidrBlock: cidr }));
  const VpcId = Vpc?.VpcId ?? '';
  const subnet = async (zone: string, block: number): Promise<string> => {
    const CidrBlock = cidr.replace('0.0/16', `${block}.0/24`);
    const input = { VpcId, CidrBlock, AvailabilityZone: `${region}${zone}` };
    return (await ec2Client.send(new CreateSubnetCommand(input))).Subnet?.SubnetId ?? '';
  };
  return {
    vpcId: VpcId,
    subnetIds: [await subnet('a', 1), await subnet('c', 2)],
    extra: await subnet('a', 3),
  };
}

/** Gives the VPC's main route table a route to the internet: every subnet is public from then on. */
export async function openToInternet({ ec2Client }: Stacks, vpcId: string): Promise<void> {
  const { InternetGateway } = await ec2Client.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId;
  await ec2Client.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpcId }));
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { RouteTables } = await ec2Client.send(new DescribeRouteTablesCommand({ Filters }));
  const RouteTableId = RouteTables?.[0]?.RouteTableId;
  const route = { RouteTableId, GatewayId, DestinationCidrBlock: '0.0.0.0/0' };
  await ec2Client.send(new CreateRouteCommand(route));
}

/** A role that a service may assume; returns its ARN. */
export async function makeRole({ iamClient }: Stacks, name: string, service: string): Promise<string> {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  };
  const input = { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(policy) };
  return (await iamClient.send(new CreateRoleCommand(input))).Role?.Arn ?? '';
}

export async function describeCluster({ eks }: Stacks, name: string): Promise<Cluster | undefined> {
  return (await eks.send(new DescribeClusterCommand({ name }))).cluster;
}

/** Creates a cluster and waits until it is ACTIVE. */
export async function makeCluster(
  stacks: Stacks,
  name: string,
  subnetIds: string[],
  input: Partial<CreateClusterCommandInput> = {},
): Promise<Cluster> {
  const roleArn = await makeRole(stacks, `${name}-service`, 'eks.amazonaws.com');
  const command = new CreateClusterCommand({
    name,
    roleArn,
    resourcesVpcConfig: { subnetIds },
    bootstrapSelfManagedAddons: false,
    accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    ...input,
  });
  await stacks.eks.send(command);
  return vi.waitFor(
    async () => {
      const cluster = await describeCluster(stacks, name);
      if (cluster?.status !== 'ACTIVE') throw new Error(`cluster ${name} is ${cluster?.status}`);
      return cluster;
    },
    { timeout: 5000, interval: 10 },
  );
}

export async function createProfile(
  { eks }: Stacks,
  input: Partial<CreateFargateProfileCommandInput>,
): Promise<void> {
  await eks.send(new CreateFargateProfileCommand(input as CreateFargateProfileCommandInput));
}

export async function profileReaches(
  { eks }: Stacks,
  clusterName: string,
  fargateProfileName: string,
  status: string,
): Promise<void> {
  const command = new DescribeFargateProfileCommand({ clusterName, fargateProfileName });
  await expect
    .poll(
      async () =>
        (await eks.send(command).catch(({ name }) => ({ fargateProfile: { status: name } }))).fargateProfile
          ?.status,
    )
    .toBe(status);
}
