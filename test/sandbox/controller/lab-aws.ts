import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateFargateProfileCommand,
  DescribeFargateProfileCommand,
  type EKSClient,
} from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { vi } from 'vitest';

/** Where the lab is, and what its cluster is called. */
export const region = 'ap-northeast-1';
export const clusterName = 'lab';

/** The controller's ServiceAccount. */
export const controllerAccount = { namespace: 'kube-system', name: 'aws-load-balancer-controller' };

/** Makes a VPC with two private and two public subnets, whose role tags are set. */
export async function createNetwork(ec2: EC2Client) {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '192.168.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const subnet = async (zone: string, third: number): Promise<string> => {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `192.168.${third}.0/19`,
        AvailabilityZone: `${region}${zone}`,
      }),
    );
    return Subnet?.SubnetId ?? '';
  };
  const privateSubnets = [await subnet('a', 96), await subnet('c', 160)];
  const publicSubnets = [await subnet('a', 0), await subnet('c', 32)];
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpcId }));
  await ec2.send(
    new CreateTagsCommand({
      Resources: publicSubnets,
      Tags: [{ Key: 'kubernetes.io/role/elb', Value: '1' }],
    }),
  );
  await routeToInternet(ec2, vpcId, GatewayId, publicSubnets);
  return { vpcId, privateSubnets, publicSubnets };
}

async function routeToInternet(
  ec2: EC2Client,
  VpcId: string,
  GatewayId: string | undefined,
  subnets: readonly string[],
): Promise<void> {
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, GatewayId, DestinationCidrBlock: '0.0.0.0/0' }));
  for (const SubnetId of subnets) await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
}

/** Makes a role; gives its ARN. */
export async function createRole(
  iam: IAMClient,
  RoleName: string,
  Principal: object,
  rest: object = { Action: 'sts:AssumeRole' },
): Promise<string> {
  const statement = { Effect: 'Allow', Principal, ...rest };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return Role?.Arn ?? '';
}

/** Makes a Fargate profile for the namespaces of the tests, and waits for it. */
export async function createProfile(eks: EKSClient, iam: IAMClient, subnets: string[]): Promise<void> {
  const podExecutionRoleArn = await createRole(iam, 'pods', { Service: 'eks-fargate-pods.amazonaws.com' });
  const id = { clusterName, fargateProfileName: 'all' };
  await eks.send(
    new CreateFargateProfileCommand({
      ...id,
      podExecutionRoleArn,
      subnets,
      selectors: [{ namespace: 'kube-system' }, { namespace: 'sample' }],
    }),
  );
  await vi.waitFor(
    async () => {
      const { fargateProfile } = await eks.send(new DescribeFargateProfileCommand(id));
      if (fargateProfile?.status !== 'ACTIVE') throw new Error(`the profile is ${fargateProfile?.status}`);
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** Makes the OIDC provider of the cluster and the role of the controller's ServiceAccount. */
export async function createControllerRole(
  iam: IAMClient,
  account: string,
  issuer: string,
  { actions = ['ec2:*', 'elasticloadbalancing:*', 'shield:GetSubscriptionState'], trusted = true },
): Promise<string> {
  const host = issuer.replace('https://', '');
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] }),
  );
  const { namespace, name } = controllerAccount;
  const subject = trusted
    ? `system:serviceaccount:${namespace}:${name}`
    : 'system:serviceaccount:other:other';
  const arn = await createRole(
    iam,
    'lbc-role',
    { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
    {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' } },
    },
  );
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'lbc-role',
      PolicyName: 'lbc',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  return arn;
}
