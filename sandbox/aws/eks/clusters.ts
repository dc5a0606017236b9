import type {
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClusterRequest,
  DescribeClusterResponse,
  ListClustersRequest,
  ListClustersResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import { type Call, type Handler, NotEmulated } from '../service.ts';
import { addCreatorEntry } from './access.ts';
import { readAutoMode } from './auto-mode.ts';
import { clusterDescription } from './cluster-description.ts';
import { applyLogging, checkClusterRequest, checkTags } from './cluster-request.ts';
import { startControlPlane, stopControlPlane } from './control-plane.ts';
import { inUse, invalidRequest } from './errors.ts';
import { type ClusterRecord, clusterArn, clusterKey, type EksContext } from './state.ts';
import { defaultVersion } from './versions.ts';

/** `https://oidc.eks.REGION.amazonaws.com/id/…`: 32 upper-case hexadecimal digits. */
function newIssuer({ world }: EksContext, region: string): string {
  const suffix = world.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://oidc.eks.${region}.${suffix}/id/${world.random.hex(32).toUpperCase()}`;
}

/** EKS takes 10.100.0.0/16 unless the VPC is in that part of the private space (EKS API reference). */
function serviceCidr(eks: EksContext, region: string, vpcId: string, given: string | undefined): string {
  const vpcCidr = eks.ec2.region(region).vpcs.get(vpcId)?.cidr ?? '';
  return given ?? (vpcCidr.startsWith('10.') ? '172.20.0.0/16' : '10.100.0.0/16');
}

function newCluster(
  eks: EksContext,
  input: CreateClusterRequest,
  call: Call,
  version: string,
  vpcId: string,
): ClusterRecord {
  const { world, ec2 } = eks;
  const { region } = call;
  const { name = '', resourcesVpcConfig: vpc, accessConfig: access, tags = {} } = input;
  const autoMode = readAutoMode(input);
  return {
    name,
    region,
    arn: clusterArn(world, region, name),
    createdAt: world.clock.now(),
    creator: call.principal.onBehalfOf ?? call.principal,
    version,
    roleArn: input.roleArn ?? '',
    issuer: newIssuer(eks, region),
    vpcId,
    subnetIds: vpc?.subnetIds ?? [],
    securityGroupIds: vpc?.securityGroupIds ?? [],
    clusterSecurityGroupId: ec2.createClusterSecurityGroup(region, { name, vpcId }).id,
    serviceCidr: serviceCidr(eks, region, vpcId, input.kubernetesNetworkConfig?.serviceIpv4Cidr),
    bootstrapAdmin: access?.bootstrapClusterCreatorAdminPermissions ?? true,
    bootstrapAddons: input.bootstrapSelfManagedAddons ?? true,
    clientRequestToken: input.clientRequestToken,
    autoMode,
    tags: { ...tags },
    status: 'CREATING',
    issues: [],
    authenticationMode: access?.authenticationMode ?? 'CONFIG_MAP',
    supportType: input.upgradePolicy?.supportType ?? 'EXTENDED',
    deletionProtection: input.deletionProtection ?? false,
    logTypes: applyLogging([], input.logging),
    endpointPublicAccess: vpc?.endpointPublicAccess ?? true,
    endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
    publicAccessCidrs: vpc?.publicAccessCidrs?.length ? vpc.publicAccessCidrs : ['0.0.0.0/0'],
    interfaceIds: [],
    accessEntries: new Map(),
    fargateProfiles: new Map(),
    addons: new Map(),
    podIdentities: new Map(),
    updates: new Map(),
  };
}

function checkDeletion(cluster: ClusterRecord): void {
  // Protection counts for an active cluster only (EKS user guide, "Protect EKS clusters from accidental deletion").
  if (cluster.deletionProtection && (cluster.status === 'ACTIVE' || cluster.status === 'UPDATING')) {
    throw invalidRequest(
      `Cluster ${cluster.name} cannot be deleted because deletion protection is enabled. Disable deletion protection and try again.`,
    );
  }
  // kubernetes-sigs/cluster-api-provider-aws#4728
  if (cluster.fargateProfiles.size > 0) throw inUse('Cluster has Fargate Profiles in ACTIVE/CREATING state');
}

/** CreateCluster, DescribeCluster, ListClusters and DeleteCluster. */
export function clusterHandlers(eks: EksContext): Record<string, Handler> {
  const { world } = eks;
  return {
    CreateCluster: operation<CreateClusterRequest>(
      [
        'name',
        'version',
        'roleArn',
        'resourcesVpcConfig',
        'kubernetesNetworkConfig',
        'logging',
        'clientRequestToken',
        'tags',
        'accessConfig',
        'bootstrapSelfManagedAddons',
        'upgradePolicy',
        'computeConfig',
        'storageConfig',
        'deletionProtection',
      ],
      (input, call): CreateClusterResponse => {
        const version = input.version ?? defaultVersion;
        checkTags(input.tags, call.principal.kind === 'service');
        const vpcId = checkClusterRequest(eks, call.region, input, version);
        const cluster = newCluster(eks, input, call, version, vpcId);
        eks.clusters.set(clusterKey(call.region, cluster.name), cluster);
        addCreatorEntry(eks, cluster);
        void startControlPlane(eks, cluster);
        return { cluster: clusterDescription(cluster) };
      },
    ),
    DescribeCluster: operation<DescribeClusterRequest>(
      ['name'],
      (input, call): DescribeClusterResponse => ({
        cluster: clusterDescription(eks.cluster(call.region, input.name)),
      }),
    ),
    ListClusters: operation<ListClustersRequest>(
      ['maxResults', 'nextToken', 'include'],
      (input, call): ListClustersResponse => {
        const outsider = input.include?.find((kind) => kind !== 'all');
        if (outsider) throw new NotEmulated(`include=${outsider} of eks:ListClusters`);
        const names = eks.list(call.region).map(({ name }) => name);
        const { items, nextToken } = paginate(world, names, {
          token: input.nextToken,
          limit: input.maxResults,
        });
        return { clusters: items, nextToken };
      },
    ),
    DeleteCluster: operation<DeleteClusterRequest>(['name'], (input, call): DeleteClusterResponse => {
      const cluster = eks.cluster(call.region, input.name);
      checkDeletion(cluster);
      if (cluster.status !== 'DELETING') void stopControlPlane(eks, cluster);
      return { cluster: clusterDescription(cluster) };
    }),
  };
}
