import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2';
import { canOperate, type ExistingCluster } from '../aws/cluster.ts';
import { isNotFound } from '../aws/errors.ts';
import { describeCluster, openProvider, supportedVersions } from '../aws/provider.ts';
import { createStacks, type Stacks } from '../aws/stacks.ts';
import { type DoomedCluster, planDeletion } from '../deletion-plan.ts';
import { Failure, messageOf, notEmulated, Panic } from '../failure.ts';
import { deleteAllFargateProfiles } from '../fargate.ts';
import { createKubernetes, discover } from '../kubernetes/client.ts';
import { removeFromKubeconfig } from '../kubernetes/kubeconfig.ts';
import { cleanUpLoadBalancers } from '../load-balancers.ts';
import type { Session } from '../session.ts';
import { openExisting, readTarget, type Target } from './target.ts';

/** The first lines of the trace (transcripts/eksctl/f2d-delete-force.txt). */
const trace = `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x7a98d75]

goroutine 1 [running]:
github.com/weaveworks/eksctl/pkg/actions/cluster.New({0x907ae30, 0xca0ccc0}, 0x30219cdc6d00, 0x30219cafa5d0)
	github.com/weaveworks/eksctl@v0.230.0/pkg/actions/cluster/cluster.go:40 +0x135
`;

/**
 * `--force` when the cluster cannot be described: the run goes on as far as the missing description, and panics
 * there when the cluster is gone (facts/eksctl.md §8).
 */
async function forceWithoutCluster(
  session: Session,
  target: Target,
  cause: unknown,
): Promise<ExistingCluster> {
  const { log } = session;
  const { name } = target.config.metadata;
  log.warning(`failed to create provider for cluster; force = true skipping: ${messageOf(cause)}`);
  const provider = await openProvider(session, target.region);
  await supportedVersions(provider);
  log.info(`deleting EKS cluster "${name}"`);
  try {
    return { ...provider, cluster: await describeCluster(provider, name) };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await findClusterStack(createStacks(provider.clients, session, target.config.metadata));
    throw new Panic(trace);
  }
}

async function findClusterStack(stacks: Stacks): Promise<DoomedCluster['clusterStack'] | undefined> {
  const names = await stacks.names(/eksctl-.*-cluster/);
  return names.includes(stacks.clusterStackName) ? stacks.describe(stacks.clusterStackName) : undefined;
}

/** Fargate profiles, kubeconfig, load balancers: what goes before the stacks. */
async function deleteSharedResources(
  { session, existing, stacks }: DoomedCluster,
  clusterName: string,
): Promise<void> {
  const { log } = session;
  const { clients, cluster, region } = existing;
  const operable = canOperate(cluster);
  if (operable) {
    await deleteAllFargateProfiles(session, clients, clusterName);
    const separate = (await stacks.list()).find((stack) => stack.StackName?.endsWith('-fargate'));
    if (separate !== undefined) await stacks.delete(separate);
  }
  await stacks.names(new RegExp(`^EKS-${clusterName}-(DefaultNodeGroup|ControlPlane|ServiceRole|VPC)$`));
  await clients.ec2.send(new DescribeKeyPairsCommand({})).catch((error: unknown) => {
    log.debug(`cannot describe keys: ${messageOf(error)}`);
  });
  await removeFromKubeconfig(session, clusterName, region);
  if (!operable) return;
  const kubernetes = createKubernetes(clients, cluster);
  try {
    await discover(kubernetes);
  } catch (error) {
    log.warning(
      `failed to create Kubernetes client for Gateway API cleanup, will skip Gateway resources: ${messageOf(error)}`,
    );
  }
  log.info(
    'cleaning up AWS load balancers created by Kubernetes objects of Kind Service, Ingress, or Gateway',
  );
  await cleanUpLoadBalancers(session, clients, kubernetes, clusterName);
}

/** Stacks that are neither gone nor going make the command fail at its end. */
async function checkLeftovers(stacks: Stacks, { log }: Session): Promise<void> {
  await stacks.list();
  const left = (await stacks.list()).filter(({ StackStatus }) => StackStatus !== 'DELETE_IN_PROGRESS');
  if (left.length === 0) return;
  log.warning(`found the following undeleted stacks: ${left.map(({ StackName }) => StackName).join(',')}`);
  throw new Failure('failed to delete all resources');
}

/**
 * `eksctl delete cluster` (facts/eksctl.md §9): Fargate profiles first, so that nothing is left to delete the
 * load balancers; without `--wait` it is done when the deletions are asked for.
 */
export async function deleteCluster(session: Session): Promise<void> {
  const { args, log } = session;
  const force = args.bool('force');
  const target = await readTarget(session, { clusterFlag: 'name' });
  const { name } = target.config.metadata;
  let existing: ExistingCluster;
  try {
    existing = await openExisting(session, target);
    log.info(`deleting EKS cluster "${name}"`);
  } catch (error) {
    if (!force) throw error;
    existing = await forceWithoutCluster(session, target, error);
  }
  const stacks = createStacks(existing.clients, session, target.config.metadata);
  const clusterStack = await findClusterStack(stacks);
  if (clusterStack === undefined) throw notEmulated('the deletion of clusters that eksctl did not create');
  await stacks.list();
  const doomed: DoomedCluster = { session, existing, stacks, clusterStack };
  try {
    await deleteSharedResources(doomed, name);
  } catch (error) {
    if (!force) throw error;
    log.warning(`error occurred during deletion: ${messageOf(error)}`);
  }
  const plan = await planDeletion(doomed, args.bool('wait'));
  log.info(plan.describe());
  const errors = await plan.runAll();
  if (errors.length > 0) {
    log.info(`${errors.length} error(s) occurred while deleting cluster with nodegroup(s)`);
    for (const error of errors) log.critical(`${messageOf(error)}\n`);
    throw new Failure('failed to delete cluster with nodegroup(s)');
  }
  await checkLeftovers(stacks, session);
  log.success('all cluster resources were deleted');
}
