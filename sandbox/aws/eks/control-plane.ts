import { AwsError } from '../service.ts';
import { authorizePrincipal } from './access.ts';
import { installSelfManagedAddons } from './addon-installer.ts';
import { type ClusterRecord, clusterKey, type EksContext, eksPrincipal } from './state.ts';

/** facts/pitfalls.md, typical durations, in simulated seconds. */
const durations = { create: [480, 600], delete: [180, 300] } as const;
/** The API answers a little before the cluster is called ACTIVE. */
const servingBefore = 20;

/** EKS puts two to four interfaces into the cluster's subnets (EKS user guide, network requirements). */
function addInterfaces(eks: EksContext, cluster: ClusterRecord): void {
  const subnets = eks.world.random.shuffle(cluster.subnetIds).slice(0, 2);
  const groupIds = [cluster.clusterSecurityGroupId, ...cluster.securityGroupIds];
  cluster.interfaceIds = subnets.map(
    (subnetId) =>
      eks.ec2.createManagedInterface(cluster.region, {
        requester: 'eks',
        subnetId,
        groupIds,
        description: `Amazon EKS ${cluster.name}`,
      }).id,
  );
}

const isCurrent = (eks: EksContext, cluster: ClusterRecord, status: ClusterRecord['status']): boolean =>
  eks.clusters.get(clusterKey(cluster.region, cluster.name)) === cluster && cluster.status === status;

/** Creates the log group that control plane logs go to; it stays when the cluster is deleted (facts/pitfalls.md P17). */
export async function ensureLogGroup(eks: EksContext, cluster: ClusterRecord): Promise<void> {
  if (cluster.logTypes.length === 0) return;
  const logGroupName = `/aws/eks/${cluster.name}/cluster`;
  try {
    await eks.world.aws.invoke('logs', 'CreateLogGroup', { logGroupName }, eksPrincipal, cluster.region);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ResourceAlreadyExistsException')) throw error;
  }
}

async function start(eks: EksContext, cluster: ClusterRecord): Promise<void> {
  const { world } = eks;
  addInterfaces(eks, cluster);
  await world.clock.sleep(world.random.integer(...durations.create) - servingBefore);
  if (!isCurrent(eks, cluster, 'CREATING')) return;
  const { name, region, arn, version, issuer, vpcId, serviceCidr } = cluster;
  const kubernetes = await world.kubernetes.start({
    name,
    region,
    arn,
    version,
    issuer,
    vpcId,
    servicePrefix: serviceCidr.split('.').slice(0, 2).join('.'),
    authorize: (principal) => authorizePrincipal(cluster, principal),
  });
  await ensureLogGroup(eks, cluster);
  await world.clock.sleep(servingBefore);
  if (!isCurrent(eks, cluster, 'CREATING')) return kubernetes.stop();
  cluster.endpoint = kubernetes.endpoint;
  cluster.certificateAuthority = Buffer.from(kubernetes.certificateAuthority).toString('base64');
  if (cluster.bootstrapAddons) await installSelfManagedAddons(eks, cluster);
  cluster.status = 'ACTIVE';
}

/** Starts the control plane of a new cluster; its status becomes ACTIVE after eight to ten minutes, or FAILED. */
export async function startControlPlane(eks: EksContext, cluster: ClusterRecord): Promise<void> {
  try {
    await start(eks, cluster);
  } catch (error) {
    cluster.status = 'FAILED';
    const message = error instanceof Error ? error.message : String(error);
    cluster.issues = [{ code: 'InternalFailure', message, resourceIds: [] }];
  }
}

/** Takes the control plane down; the cluster is gone after three to five minutes. */
export async function stopControlPlane(eks: EksContext, cluster: ClusterRecord): Promise<void> {
  const { world, ec2 } = eks;
  const { name, region } = cluster;
  cluster.status = 'DELETING';
  await world.kubernetes.find(name, region)?.stop();
  await world.clock.sleep(world.random.integer(...durations.delete));
  for (const id of cluster.interfaceIds) ec2.deleteManagedInterface(region, id);
  try {
    ec2.deleteSecurityGroup(region, cluster.clusterSecurityGroupId);
  } catch (error) {
    // Something else still uses the group: EKS leaves it behind, and the VPC with it.
    if (!(error instanceof AwsError)) throw error;
  }
  eks.clusters.delete(clusterKey(region, name));
}
