import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateFargateProfileCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { execa } from 'execa';
import { vi } from 'vitest';
import type { KubeClient, KubeObject, KubernetesCluster } from '../../../sandbox/kubernetes/api.ts';
import type { RecordedCall } from '../../../sandbox/record.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';

const region = 'ap-northeast-1';
const clusterName = 'lab';
const controllerAccount = { namespace: 'kube-system', name: 'aws-load-balancer-controller' };

/** A rehearsal with a cluster `lab` on Fargate, in which the chart can be installed. */
export interface Lab {
  readonly sandbox: Sandbox;
  readonly cluster: KubernetesCluster;
  readonly client: KubeClient;
  readonly ec2: EC2Client;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly vpcId: string;
  readonly publicSubnets: readonly string[];
  /** Runs a real program with the rehearsal's environment; never throws for its exit code. */
  run(program: 'kubectl' | 'helm', ...args: string[]): Promise<{ code: number; output: string }>;
  /** Installs the chart with the settings of a Fargate cluster and waits until the controller serves. */
  install(...settings: string[]): Promise<void>;
  /** The controller's AWS calls since a position of the record, as `service:Operation`. */
  calls(since?: number): RecordedCall[];
  stop(): Promise<void>;
}

/** Settings of a lab. */
export interface LabOptions {
  readonly seed?: number;
  readonly speed?: number;
  readonly pageSize?: number;
  /** What the controller's role may do; default: everything that its policy knows. */
  readonly actions?: readonly string[];
  /** Default: the ServiceAccount's role trusts it. */
  readonly trusted?: boolean;
  readonly helm?: '3' | '4';
}

/** The first actions of the controller's policy, by service; what the tests need of it. */
const policyActions = ['ec2:*', 'elasticloadbalancing:*', 'shield:GetSubscriptionState'];

/** Starts a lab. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const directory = await mkdtemp(join(tmpdir(), 'controller-lab-'));
  const sandbox = await startSandbox({
    directory,
    region,
    speed: options.speed ?? 1000,
    seed: options.seed ?? 1,
    pageSize: options.pageSize,
    helm: options.helm,
  });
  const settings = {
    endpoint: sandbox.env.AWS_ENDPOINT_URL,
    region,
    credentials: {
      accessKeyId: sandbox.env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: sandbox.env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  const ec2 = new EC2Client(settings);
  const eks = new EKSClient(settings);
  const iam = new IAMClient(settings);
  const elbv2 = new ElasticLoadBalancingV2Client(settings);
  const network = await createNetwork(ec2);
  const subnetIds = [...network.publicSubnets, ...network.privateSubnets];
  const roleArn = await createRole(iam, 'cluster', { Service: 'eks.amazonaws.com' });
  await eks.send(new CreateClusterCommand({ name: clusterName, roleArn, resourcesVpcConfig: { subnetIds } }));
  const issuer = await vi.waitFor(
    async () => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
      if (cluster?.status !== 'ACTIVE') throw new Error(`the cluster is ${cluster?.status}`);
      return cluster?.identity?.oidc?.issuer ?? '';
    },
    { timeout: 20_000, interval: 20 },
  );
  await createProfile(eks, iam, network.privateSubnets);
  const cluster = sandbox.world.kubernetes.find(clusterName, region) as KubernetesCluster;
  const client = cluster.client('kubernetes-admin');
  const controllerRole = await createControllerRole(sandbox, iam, issuer, options);
  await client.create('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...controllerAccount, annotations: { 'eks.amazonaws.com/role-arn': controllerRole } },
  });
  const kubeconfig = join(directory, 'lab-kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(await kubeconfigOf(cluster, client)));

  const run: Lab['run'] = async (program, ...args) => {
    const env = { ...process.env, ...sandbox.env, KUBECONFIG: kubeconfig };
    const { exitCode, all } = await execa(join(directory, 'bin', program), args, {
      env,
      reject: false,
      all: true,
      timeout: 60_000,
    });
    return { code: exitCode ?? 1, output: all };
  };
  return {
    sandbox,
    cluster,
    client,
    ec2,
    elbv2,
    iam,
    vpcId: network.vpcId,
    publicSubnets: network.publicSubnets,
    run,
    async install(...chosen) {
      const { code, output } = await run(
        'helm',
        'upgrade',
        '--install',
        'aws-load-balancer-controller',
        'aws-load-balancer-controller',
        '--repo=https://aws.github.io/eks-charts',
        '--version=3.5.0',
        '--namespace=kube-system',
        `--set=clusterName=${clusterName},region=${region},vpcId=${network.vpcId},defaultTargetType=ip,keepTLSSecret=true`,
        '--set=serviceAccount.create=false,serviceAccount.name=aws-load-balancer-controller',
        '--wait',
        ...chosen,
      );
      if (code !== 0) throw new Error(output);
    },
    calls: (since = 0) =>
      sandbox.world.record
        .calls()
        .slice(since)
        .filter(({ plane, caller }) => plane === 'aws' && caller?.includes('lbc-role')),
    async stop() {
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function createNetwork(ec2: EC2Client) {
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
  const { AssociateRouteTableCommand, CreateRouteTableCommand } = await import('@aws-sdk/client-ec2');
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, GatewayId, DestinationCidrBlock: '0.0.0.0/0' }));
  for (const SubnetId of subnets) await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
}

async function createRole(
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

async function createProfile(eks: EKSClient, iam: IAMClient, subnets: string[]): Promise<void> {
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

async function createControllerRole(
  { world }: Sandbox,
  iam: IAMClient,
  issuer: string,
  options: LabOptions,
): Promise<string> {
  const host = issuer.replace('https://', '');
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] }),
  );
  const { namespace, name } = controllerAccount;
  const subject =
    options.trusted === false
      ? 'system:serviceaccount:other:other'
      : `system:serviceaccount:${namespace}:${name}`;
  const arn = await createRole(
    iam,
    'lbc-role',
    { Federated: `arn:aws:iam::${world.account}:oidc-provider/${host}` },
    {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' } },
    },
  );
  const statement = { Effect: 'Allow', Action: options.actions ?? policyActions, Resource: '*' };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'lbc-role',
      PolicyName: 'lbc',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  return arn;
}

async function kubeconfigOf(cluster: KubernetesCluster, client: KubeClient): Promise<object> {
  const metadata = { name: 'lab-admin', namespace: 'kube-system' };
  await client.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await client.create('clusterrolebindings.rbac.authorization.k8s.io', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'lab-admin' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
  } as KubeObject);
  const token = await cluster.createToken(metadata, ['https://kubernetes.default.svc'], 86_400);
  const certificate = Buffer.from(cluster.certificateAuthority).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'lab', cluster: { server: cluster.endpoint, 'certificate-authority-data': certificate } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin' } }],
    'current-context': 'lab',
  };
}
