import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { stringify } from 'yaml';
import type { Rehearsal, Run } from './rehearsal.ts';

/** The cluster of somebody else that the tests adopt. */
export const foreignCluster = 'shop';

/** Clients that act as the user of a rehearsal, past the tool under test. */
export function clientsOf({ env }: Rehearsal) {
  const shared = {
    region: env.AWS_REGION ?? '',
    endpoint: env.AWS_ENDPOINT_URL ?? '',
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
  return {
    ec2: new EC2Client(shared),
    elb: new ElasticLoadBalancingV2Client(shared),
    eks: new EKSClient(shared),
    iam: new IAMClient(shared),
  };
}

const succeed = async (running: Promise<Run>): Promise<string> => {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  return stdout;
};

/** kubectl with the kubeconfig that eksctl wrote. */
export const kubectl = (rehearsal: Rehearsal, ...args: string[]): Promise<string> =>
  succeed(rehearsal.tool('kubectl', args));

/** Applies objects as their owner would. */
export async function apply(rehearsal: Rehearsal, ...objects: object[]): Promise<void> {
  const file = join(rehearsal.directory, `objects-${objects.length}.yaml`);
  await writeFile(file, objects.map((object) => stringify(object)).join('---\n'));
  await kubectl(rehearsal, 'apply', '--filename', file);
}

/** Makes a cluster as somebody else does: by eksctl, on Fargate, without our marks. Returns its VPC. */
export async function createForeignCluster(
  rehearsal: Rehearsal,
  options: { controllerAccount?: boolean } = {},
): Promise<string> {
  const account = {
    metadata: { name: 'team-lbc', namespace: 'kube-system' },
    attachPolicyARNs: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  };
  const config = {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: {
      name: foreignCluster,
      region: rehearsal.env.AWS_REGION,
      version: '1.35',
      tags: { team: 'shop' },
    },
    ...(options.controllerAccount && { iam: { withOIDC: true, serviceAccounts: [account] } }),
    addonsConfig: { disableDefaultAddons: true },
    addons: [{ name: 'vpc-cni' }, { name: 'coredns' }, { name: 'kube-proxy' }],
    fargateProfiles: [
      {
        name: 'platform',
        selectors: [{ namespace: 'default' }, { namespace: 'kube-system' }, { namespace: 'shop*' }],
      },
    ],
  };
  const file = join(rehearsal.directory, 'foreign-cluster.yaml');
  await writeFile(file, stringify(config));
  await succeed(rehearsal.tool('eksctl', ['create', 'cluster', '--config-file', file, '--timeout', '200h']));
  const { cluster } = await clientsOf(rehearsal).eks.send(
    new DescribeClusterCommand({ name: foreignCluster }),
  );
  return cluster?.resourcesVpcConfig?.vpcId ?? '';
}

/** Installs the controller as somebody else does, under a name of his. */
export async function installForeignController(rehearsal: Rehearsal, vpcId: string): Promise<void> {
  const values = {
    clusterName: foreignCluster,
    'serviceAccount.create': false,
    'serviceAccount.name': 'team-lbc',
    region: rehearsal.env.AWS_REGION,
    vpcId,
    defaultTargetType: 'ip',
    fullnameOverride: 'team-lbc',
    'defaultTags.team': 'shop',
  };
  const chart = ['aws-load-balancer-controller', '--repo', 'https://aws.github.io/eks-charts'];
  const set = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  await succeed(
    rehearsal.tool('helm', [
      ...['install', 'team-lbc', ...chart, '--version', '3.5.0', '--namespace', 'kube-system', '--wait'],
      ...['--set', set.join(',')],
    ]),
  );
}

/** Other people's things in the cluster: a Service and an Ingress with load balancers, and a binding by hand. */
export async function deployForeignApps(rehearsal: Rehearsal, vpcId: string): Promise<void> {
  const { elb } = clientsOf(rehearsal);
  const made = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'shop-by-hand',
      Protocol: 'TCP',
      Port: 5000,
      VpcId: vpcId,
      TargetType: 'ip',
    }),
  );
  const metadata = (name: string, annotations?: object) => ({ name, namespace: 'shop', annotations });
  const labels = { app: 'web' };
  const port = { port: 80, targetPort: 5000 };
  const image = 'registry.istio.io/release/examples-helloworld-v1:1.0';
  await apply(
    rehearsal,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('web'),
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 5000 }] }] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('web'),
      spec: { selector: labels, ports: [port] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('public', {
        'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internet-facing',
      }),
      spec: {
        type: 'LoadBalancer',
        loadBalancerClass: 'service.k8s.aws/nlb',
        selector: labels,
        ports: [port],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata('web', { 'alb.ingress.kubernetes.io/scheme': 'internet-facing' }),
      spec: {
        ingressClassName: 'alb',
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      },
    },
    {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: metadata('by-hand'),
      spec: {
        serviceRef: { name: 'web', port: 80 },
        targetGroupARN: made.TargetGroups?.[0]?.TargetGroupArn,
        targetType: 'ip',
      },
    },
  );
}

/** What an earlier cluster of the same name left in another VPC: the controller's tag is there, but it is not ours. */
export async function createNamesake(rehearsal: Rehearsal): Promise<void> {
  const { ec2, elb } = clientsOf(rehearsal);
  const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: foreignCluster }];
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: 'k8s-traffic-namesake',
      Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
      VpcId: Vpc?.VpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags }],
    }),
  );
  await elb.send(
    new CreateTargetGroupCommand({
      Name: 'k8s-namesake',
      Protocol: 'TCP',
      Port: 80,
      VpcId: Vpc?.VpcId,
      TargetType: 'ip',
      Tags,
    }),
  );
}

/** Everything that there is, by kind and name, without what changes by itself. */
export async function snapshot(rehearsal: Rehearsal): Promise<Record<string, unknown>> {
  const objects = await kubernetesObjects(rehearsal);
  const inventory = (await rehearsal.inventory()).filter(({ kind }) => !kind.startsWith('kubernetes:'));
  return {
    ...Object.fromEntries(inventory.map((item) => [item.id, item])),
    ...objects,
    ...(inOrder(await details(rehearsal)) as object),
  };
}

async function kubernetesObjects(rehearsal: Rehearsal): Promise<Record<string, unknown>> {
  const listed = await kubectl(rehearsal, 'api-resources', '--verbs=list', '--output=name');
  const kinds = listed.split('\n').filter((kind) => kind !== '' && !/^events/.test(kind));
  const { items } = JSON.parse(
    await kubectl(rehearsal, 'get', kinds.join(','), '--all-namespaces', '--output=json'),
  );
  return Object.fromEntries(items.map((item: Item) => [nameOf(item), withoutClockwork(item)]));
}

interface Item {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const nameOf = ({ apiVersion, kind, metadata }: Item): string =>
  [apiVersion, kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');

/** Versions and who last wrote a field; the heartbeats of leases and nodes. */
function withoutClockwork({ metadata, ...item }: Item): object {
  const { resourceVersion, managedFields, ...kept } = metadata as Record<string, unknown>;
  const beating = item.kind === 'Lease' || item.kind === 'Node';
  return { ...item, metadata: kept, ...(beating && { spec: undefined, status: undefined }) };
}

/** AWS lists in any order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(inOrder).sort((one, other) => (text(one) < text(other) ? -1 : 1));
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOrder(inner)]));
}

const text = (value: unknown): string => JSON.stringify(value) ?? '';

/** What an inventory of names and tags does not tell. */
async function details(rehearsal: Rehearsal): Promise<Record<string, unknown>> {
  const { ec2, elb, eks, iam } = clientsOf(rehearsal);
  const found: Record<string, unknown> = {};
  const groups = await ec2.send(new DescribeSecurityGroupsCommand({}));
  for (const group of groups.SecurityGroups ?? []) found[`rules of ${group.GroupId}`] = group;
  const subnets = await ec2.send(new DescribeSubnetsCommand({}));
  for (const { AvailableIpAddressCount, ...subnet } of subnets.Subnets ?? [])
    found[`subnet ${subnet.SubnetId}`] = subnet;
  const balancers = await elb.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn, ...balancer } of balancers.LoadBalancers ?? []) {
    const listeners = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    found[`load balancer ${LoadBalancerArn}`] = { balancer, listeners: listeners.Listeners };
  }
  const targetGroups = await elb.send(new DescribeTargetGroupsCommand({}));
  for (const group of targetGroups.TargetGroups ?? []) {
    const { TargetGroupArn } = group;
    const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const targets = health.TargetHealthDescriptions?.map(({ Target }) => Target);
    found[`target group ${TargetGroupArn}`] = { group, targets };
  }
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: foreignCluster }));
  found[`cluster ${foreignCluster}`] = cluster;
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  for (const { RoleName } of Roles) {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    found[`role ${RoleName}`] = { Role: { ...Role, RoleLastUsed: undefined }, AttachedPolicies };
  }
  const providers = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  found.providers = providers.OpenIDConnectProviderList;
  return found;
}
