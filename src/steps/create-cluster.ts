import { isDeepStrictEqual } from 'node:util';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { type Cluster, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import { canAsk, describeCluster, isServing, ownsCluster } from '../aws/cluster.ts';
import {
  deleteStack,
  describeStack,
  stackFailure,
  stackNames,
  stackPhase,
  stackProgress,
} from '../aws/stacks.ts';
import type { Config } from '../config/config.ts';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import { supportType, writeClusterConfig } from './cluster-config.ts';
import { deleteAllProfiles } from './create-fargate-profiles.ts';
import { type State, type Step, state } from './step.ts';

/**
 * Step 2 of the walkthrough: the cluster, with its network, Fargate profiles, add-ons and OIDC provider, by one
 * `eksctl create cluster`. eksctl cannot continue a creation that was cut off; then this step waits for the stack, and
 * the steps after it make what is missing, piece by piece.
 */
export const createCluster: Step = {
  id: 'cluster',
  title: 'Create the cluster',
  subject: 'Cluster',
  command: 'cluster',
  needs: ['tools', 'adoption', 'preflight'],
  deadline: 3600,
  // The NAT gateway's address, and the two pods of CoreDNS.
  bills: async (context) => [
    { kind: (await supportType(context)) === 'EXTENDED' ? 'eksClusterExtended' : 'eksCluster', count: 1 },
    { kind: 'natGateway', count: 1 },
    { kind: 'publicIpv4', count: 1 },
    { kind: 'fargatePod', count: 2 },
  ],
  async check(context) {
    const { config } = context;
    const [cluster, stack] = await Promise.all([
      describeCluster(context),
      describeStack(context, stackNames.cluster(config.cluster)),
    ]);
    if (!cluster && !stack) return state.absent(`no cluster ${config.cluster} in ${config.region}`);
    if (cluster && !isOurs(config, cluster.tags)) return checkForeign(cluster);
    if (!stack) return withoutStack(context, cluster);
    if (!isOurs(config, stack.Tags)) {
      return state.inTheWay(
        `stack ${stack.StackName} belongs to somebody else`,
        'use another --cluster name',
      );
    }
    return checkOwn(context, stack, cluster);
  },
  async apply(context, found) {
    if (found.status === 'absent') await context.eksctl.createCluster(await writeClusterConfig(context));
    else await updateEndpoint(context);
  },
  async remove(context) {
    const { config } = context;
    // Asked once more: nothing is worse than deleting somebody else's cluster.
    if (!(await ownsCluster(context))) return;
    const cluster = await describeCluster(context);
    // eksctl refuses to delete a cluster that is not there, even when its stacks are, and one that it cannot ask.
    if (cluster?.status === 'ACTIVE' && canAsk(context, cluster)) {
      await context.eksctl.deleteCluster(config.cluster);
    } else if (cluster?.status === 'ACTIVE') await deleteAllProfiles(context);
    // eksctl's success says nothing about the stacks, so they are asked for here.
    await deleteStack(context, stackNames.vpcCni(config.cluster));
    await deleteStack(context, stackNames.cluster(config.cluster));
  },
};

async function checkOwn(context: Context, stack: Stack, cluster: Cluster | undefined): Promise<State> {
  switch (stackPhase(stack)) {
    case 'in progress':
      return state.pending(await stackProgress(context, stack));
    case 'failed':
      return { ...state.broken(await stackFailure(context, stack)), fix: removal(context.config, stack) };
    case 'complete':
      if (!cluster) return state.broken(`stack ${stack.StackName} is complete, but its cluster was deleted`);
      if (cluster.status !== 'ACTIVE') return state.pending(`EKS says ${cluster.status}`);
      if (endpointDiffers(context, cluster)) {
        const { publicAccessCidrs = [] } = cluster.resourcesVpcConfig ?? {};
        return state.drifted(`the API may be reached from ${publicAccessCidrs.join(', ')}`);
      }
      return state.ready(`${cluster.name}, Kubernetes ${cluster.version}, ${context.config.region}`);
  }
}

/** What helps when the stack cannot be removed either: more than the stack is in the way then. */
const removal = ({ cluster, region }: Config, { StackStatus }: Stack): string | undefined =>
  StackStatus === 'DELETE_FAILED' ? `lbc-setup teardown --cluster ${cluster} --region ${region}` : undefined;

/** Whether the API is open to others than `--api-cidr` says. Without that option it is left as it is. */
function endpointDiffers({ config }: Context, cluster: Cluster): boolean {
  const { publicAccessCidrs = [], endpointPrivateAccess } = cluster.resourcesVpcConfig ?? {};
  if (!config.apiCidrs) return false;
  return (
    !endpointPrivateAccess || !isDeepStrictEqual([...publicAccessCidrs].sort(), [...config.apiCidrs].sort())
  );
}

/** The private endpoint comes with it: pods in the cluster must reach the API, whoever else may. */
async function updateEndpoint({ aws, config }: Context): Promise<void> {
  const resourcesVpcConfig = { publicAccessCidrs: [...(config.apiCidrs ?? [])], endpointPrivateAccess: true };
  await aws.eks.send(new UpdateClusterConfigCommand({ name: config.cluster, resourcesVpcConfig }));
}

/** Somebody else's cluster; what it must have was looked at by the step `adoption`. Nothing of it is waited for. */
function checkForeign(cluster: Cluster): State {
  const evidence = `adopted: ${cluster.name}, Kubernetes ${cluster.version}, ${cluster.status}`;
  if (isServing(cluster)) return state.adopted(evidence);
  return state.inTheWay(evidence, 'use another --cluster name');
}

/** Our cluster after its stack was deleted around it (RetainResources): only EKS itself can still remove it. */
async function withoutStack({ config }: Context, cluster: Cluster | undefined): Promise<State> {
  return state.inTheWay(
    `cluster ${cluster?.name} lost its CloudFormation stack`,
    `aws eks delete-cluster --name ${config.cluster} --region ${config.region}`,
  );
}
