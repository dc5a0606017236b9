import { describeCluster } from '../aws/cluster.ts';
import { endOfSupport, extendedSupport, offeredVersions } from '../aws/kubernetes-versions.ts';
import { priceOf } from '../cost/prices.ts';
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
        why: describe(offered, region),
        fix: `choose another --kubernetes-version`,
      });
    }
    const end = (await endOfSupport(context, wanted))?.toISOString().slice(0, 10);
    return state.ready(`${wanted}, in ${wordsOf(status, region)}${end ? `, until ${end}` : ''}`);
  },
  async apply() {
    // Nothing to do: the check itself refuses.
  },
};

/** A status in words; what extended support costs stands beside it. */
function wordsOf(status: string, region: string): string {
  if (status !== extendedSupport) return status.toLowerCase().replaceAll('_', ' ');
  const [higher, usual] = [priceOf('eksClusterExtended', region), priceOf('eksCluster', region)];
  const price =
    higher && usual
      ? `where the control plane costs $${higher.toFixed(2)} per hour instead of $${usual.toFixed(2)}`
      : 'at a higher price';
  return `extended support, ${price}`;
}

function describe(offered: ReadonlyMap<string, string>, region: string): string {
  const statuses = [...new Set(offered.values())].sort().reverse();
  const lines = statuses.map((status) => {
    const versions = [...offered].filter(([, its]) => its === status).map(([version]) => version);
    return `${wordsOf(status, region)}: ${versions.sort().reverse().join(', ')}`;
  });
  return lines.length > 0 ? lines.join('\n') : 'it offers none at all';
}
