import { paginateDescribeClusterVersions } from '@aws-sdk/client-eks';
import { describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/user-error.ts';
import { type Step, state } from './step.ts';

/**
 * Before anything else: EKS offers the Kubernetes version. Which kubectl fits depends on it, and eksctl would tell only
 * after other steps had begun.
 */
export const checkVersion: Step = {
  id: 'version',
  title: 'Look whether EKS offers the Kubernetes version',
  subject: 'Kubernetes version',
  command: 'init',
  needs: [],
  deadline: 120,
  async check(context) {
    const cluster = await describeCluster(context);
    // A cluster that is there runs, whatever EKS offers to new ones.
    if (cluster) return state.ready(`${cluster.version}, of the cluster`);
    const { kubernetesVersion: wanted, region } = context.config;
    const offered = await offeredVersions(context);
    const status = offered.get(wanted);
    if (status === undefined) {
      throw new UsageError({
        what: `EKS does not offer Kubernetes ${wanted} in ${region}`,
        why: describe(offered),
        fix: `choose another --kubernetes-version`,
      });
    }
    return state.ready(`${wanted}, in ${wordsOf(status)}`);
  },
  async apply() {
    // Nothing to do: the check itself refuses.
  },
};

/** Every version that can be had, with its status: STANDARD_SUPPORT, EXTENDED_SUPPORT (EKS DescribeClusterVersions). */
async function offeredVersions({ aws }: Context): Promise<Map<string, string>> {
  const offered = new Map<string, string>();
  for await (const { clusterVersions = [] } of paginateDescribeClusterVersions({ client: aws.eks }, {})) {
    for (const { clusterVersion = '', versionStatus = 'UNKNOWN' } of clusterVersions) {
      if (versionStatus !== 'UNSUPPORTED') offered.set(clusterVersion, versionStatus);
    }
  }
  return offered;
}

/** In extended support the control plane has a higher price: https://aws.amazon.com/eks/pricing/ */
const wordsOf = (status: string): string =>
  status === 'EXTENDED_SUPPORT'
    ? 'extended support, at a higher price'
    : status.toLowerCase().replaceAll('_', ' ');

function describe(offered: ReadonlyMap<string, string>): string {
  const statuses = [...new Set(offered.values())].sort().reverse();
  const lines = statuses.map((status) => {
    const versions = [...offered].filter(([, its]) => its === status).map(([version]) => version);
    return `${wordsOf(status)}: ${versions.sort().reverse().join(', ')}`;
  });
  return lines.length > 0 ? lines.join('\n') : 'it offers none at all';
}
