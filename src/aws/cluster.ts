import { type Cluster, DescribeClusterCommand } from '@aws-sdk/client-eks';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import { orAbsent } from './absent.ts';
import { describeStack, stackNames } from './stacks.ts';

/** The EKS cluster of this run, or undefined when there is none. */
export async function describeCluster({ aws, config }: Context): Promise<Cluster | undefined> {
  const answer = await orAbsent(
    aws.eks.send(new DescribeClusterCommand({ name: config.cluster })),
    'ResourceNotFoundException',
  );
  return answer?.cluster;
}

/** Whether the cluster's Kubernetes API works: EKS serves it also while it changes something else about the cluster. */
export const isServing = (cluster: Cluster | undefined): boolean =>
  cluster?.status === 'ACTIVE' || cluster?.status === 'UPDATING';

/** Whether the cluster can be asked for what is in it. */
export const canAsk = ({ awsOnly }: Context, cluster: Cluster | undefined): boolean =>
  !awsOnly && isServing(cluster);

/** The cluster when it is somebody else's: it is adopted, which is to say used, and never changed or deleted. */
export async function adoptedCluster(context: Context): Promise<Cluster | undefined> {
  const cluster = await describeCluster(context);
  return cluster && !isOurs(context.config, cluster.tags) ? cluster : undefined;
}

/** Whether the cluster was made by this tool; otherwise it is used, and never changed or deleted. */
export async function ownsCluster(context: Context): Promise<boolean> {
  const cluster = await describeCluster(context);
  if (cluster) return isOurs(context.config, cluster.tags);
  const stack = await describeStack(context, stackNames.cluster(context.config.cluster));
  return isOurs(context.config, stack?.Tags);
}

/** Whether what others have in the cluster outlives our work: it is somebody else's, or is to be kept. */
export const clusterStays = async (context: Context): Promise<boolean> =>
  context.keepCluster === true || (await adoptedCluster(context)) !== undefined;
