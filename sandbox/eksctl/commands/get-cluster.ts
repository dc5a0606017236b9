import { type Cluster, DescribeClusterCommand, paginateListClusters } from '@aws-sdk/client-eks';
import { openProvider, type Provider, supportedVersions } from '../aws/provider.ts';
import { createStacks } from '../aws/stacks.ts';
import { Failure, wrap } from '../failure.ts';
import { type Column, render } from '../output.ts';
import type { Session } from '../session.ts';

/** The members of Go's types.Cluster, in the order of its JSON (transcripts/eksctl/e3-get-cluster.txt). */
const clusterShape = {
  AccessConfig: { AuthenticationMode: null, BootstrapClusterCreatorAdminPermissions: null },
  Arn: null,
  CertificateAuthority: { Data: null },
  ClientRequestToken: null,
  ComputeConfig: null,
  ConnectorConfig: null,
  ControlPlaneScalingConfig: null,
  CreatedAt: null,
  DeletionProtection: null,
  EncryptionConfig: null,
  Endpoint: null,
  Health: null,
  Id: null,
  Identity: { Oidc: { Issuer: null } },
  KubeApiServerConfig: null,
  KubeControllerManagerConfig: null,
  KubeSchedulerConfig: null,
  KubernetesNetworkConfig: {
    ElasticLoadBalancing: null,
    IpFamily: null,
    ServiceIpv4Cidr: null,
    ServiceIpv6Cidr: null,
  },
  Logging: { ClusterLogging: null },
  Name: null,
  OutpostConfig: null,
  PlatformVersion: null,
  RemoteNetworkConfig: null,
  ResourcesVpcConfig: {
    ClusterSecurityGroupId: null,
    ControlPlaneEgressMode: null,
    EndpointPrivateAccess: null,
    EndpointPublicAccess: null,
    PublicAccessCidrs: null,
    SecurityGroupIds: null,
    SubnetIds: null,
    VpcId: null,
  },
  RoleArn: null,
  Status: null,
  StorageConfig: null,
  Tags: null,
  UpgradePolicy: null,
  Version: null,
  ZonalShiftConfig: null,
} as const;

const capitalize = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;
const uncapitalize = (name: string): string => `${name[0]?.toLowerCase()}${name.slice(1)}`;

/** Members as Go prints them: capitalised, except in maps of strings. */
function capitalizeAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalizeAll);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [capitalize(name), capitalizeAll(member)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function toGo(value: unknown, shape: object): object {
  const members = (value ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(shape).map(([name, inner]) => {
      const member = members[uncapitalize(name)];
      if (member === undefined) return [name, null];
      if (name === 'Tags') return [name, member];
      return [name, inner === null ? capitalizeAll(member) : toGo(member, inner as object)];
    }),
  );
}

const columns: readonly Column<Cluster>[] = [
  ['NAME', ({ name }) => name ?? '-'],
  ['VERSION', ({ version }) => version ?? '-'],
  ['STATUS', ({ status }) => status ?? '-'],
  ['CREATED', ({ createdAt }) => createdAt?.toISOString().replace(/\.\d+Z$/, 'Z') ?? '-'],
  ['VPC', ({ resourcesVpcConfig }) => resourcesVpcConfig?.vpcId ?? '-'],
  ['SUBNETS', ({ resourcesVpcConfig }) => [...(resourcesVpcConfig?.subnetIds ?? [])].sort().join(',') || '-'],
  [
    'SECURITYGROUPS',
    ({ resourcesVpcConfig }) => [...(resourcesVpcConfig?.securityGroupIds ?? [])].sort().join(',') || '-',
  ],
  ['PROVIDER', () => 'EKS'],
];

interface Listed {
  readonly Name: string;
  readonly Region: string;
  /** A string, not a boolean (facts/eksctl.md §7). */
  readonly Owned: 'True' | 'False';
}

const listColumns: readonly Column<Listed>[] = [
  ['NAME', ({ Name }) => Name],
  ['REGION', ({ Region }) => Region],
  ['EKSCTL CREATED', ({ Owned }) => Owned],
];

async function listClusters(session: Session, { clients, region }: Provider): Promise<Listed[]> {
  const owned = await createStacks(clients, session, { name: '' }).names(/eksctl-.*-cluster/);
  const listed: Listed[] = [];
  const pages = paginateListClusters({ client: clients.eks, pageSize: 100 }, { include: ['all'] });
  for await (const { clusters = [] } of pages)
    for (const Name of clusters) {
      const stacks = createStacks(clients, session, { name: Name });
      const ours = owned.includes(stacks.clusterStackName);
      if (ours) await stacks.describe(stacks.clusterStackName);
      listed.push({ Name, Region: region, Owned: ours ? 'True' : 'False' });
    }
  return listed;
}

/** `eksctl get cluster`, of one by name or the list of all (transcripts/eksctl/a10, a11, e3). */
export async function getCluster(session: Session): Promise<void> {
  const { args, environment, print } = session;
  const flag = args.string('name');
  if (flag !== '' && args.name !== undefined)
    throw new Failure(`--name=${flag} and argument ${args.name} cannot be used at the same time`);
  const name = args.name ?? flag;
  const format = args.string('output');
  const provider = await openProvider(session, args.string('region') || environment.region);
  await supportedVersions(provider);
  if (name === '') {
    const found = await listClusters(session, provider);
    return print(render(format, 'clusters', found, { rows: found, columns: listColumns }));
  }
  const { cluster } = await provider.clients.eks
    .send(new DescribeClusterCommand({ name }))
    .catch((error: unknown) => {
      throw wrap(`unable to describe control plane "${name}"`, error);
    });
  const rows = cluster === undefined ? [] : [cluster];
  print(
    render(
      format,
      'clusters',
      rows.map((row) => toGo(row, clusterShape)),
      { rows, columns },
    ),
  );
}
