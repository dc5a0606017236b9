import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '@aws-sdk/client-eks';
import { describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { kubeconfigFor } from '../kubeconfig.ts';
import {
  type Entries,
  type EntryOwner,
  findEntries,
  mergeEntries,
  removeEntries,
  userKubeconfigPath,
} from '../user-kubeconfig.ts';
import { type State, type Step, state } from './step.ts';

/**
 * The cluster in the user's own kubeconfig, only when asked for: this tool itself has one of its own, and never looks
 * at the user's.
 */
export const updateKubeconfig: Step = {
  id: 'kubeconfig',
  title: 'Add the cluster to your kubeconfig',
  subject: 'Entry in your kubeconfig',
  command: 'cluster',
  needs: ['api'],
  deadline: 60,
  wanted: ({ config }) => config.updateKubeconfig !== 'no',
  // Nothing else is to wait for it, least of all when the file cannot be read.
  removeLast: true,
  async check(context) {
    const path = userKubeconfigPath();
    const cluster = await describeCluster(context);
    const marked = await findEntries(path, await ownerOf(context));
    if (cluster?.status !== 'ACTIVE' || context.config.updateKubeconfig === 'no') {
      if (marked.whose === 'nobody') return state.absent(`no entry in ${path}`);
      return cluster ? state.ready(path) : state.drifted(`${path} has an entry of a cluster that is gone`);
    }
    return compare(context, path, entriesOf(context, cluster));
  },
  async apply(context) {
    const cluster = await describeCluster(context);
    if (!cluster) return;
    const path = userKubeconfigPath();
    const owner = await ownerOf(context);
    const entries = entriesOf(context, cluster);
    const current = context.config.updateKubeconfig === 'switch';
    await context.writes.performUnlocked(
      () =>
        `# add cluster, user and context ${entries.name} to ${path}${current ? ', and make it current' : ''}`,
      () => mergeEntries(path, owner, entries, current),
      undefined,
    );
  },
  async remove(context) {
    const path = userKubeconfigPath();
    const owner = await ownerOf(context);
    await context.writes.performUnlocked(
      () => `# take cluster, user and context of ${owner.cluster} out of ${path}`,
      () => removeEntries(path, owner),
      undefined,
    );
  },
};

async function ownerOf({ aws, config }: Context): Promise<EntryOwner> {
  const { account } = await aws.identity();
  return { account, region: config.region, cluster: config.cluster };
}

async function compare(context: Context, path: string, wanted: Entries): Promise<State> {
  const { whose, entries, currentContext } = await findEntries(path, await ownerOf(context), wanted.name);
  if (whose === 'nobody') return state.absent(`no entry ${wanted.name} in ${path}`);
  const { name, ...content } = wanted;
  if (whose === 'foreign') {
    const { server } = (entries.clusters ?? {}) as { server?: string };
    if (server === (wanted.clusters as { server?: string }).server)
      return state.adopted(`${name} is in ${path} already`);
    return state.inTheWay(
      `${path} has an entry ${name} of another cluster, which lbc-setup did not make`,
      `kubectl config delete-cluster ${name}; kubectl config delete-context ${name}; kubectl config delete-user ${name}`,
    );
  }
  if (!isDeepStrictEqual(entries, JSON.parse(JSON.stringify(content))))
    return state.drifted(`the entry in ${path} is out of date`);
  if (context.config.updateKubeconfig === 'switch' && currentContext !== name)
    return state.drifted(`${name} is not the current context`);
  return state.ready(`${name} in ${path}`);
}

function entriesOf({ config }: Context, cluster: Cluster): Entries {
  const { region, profile, label } = config;
  const made = kubeconfigFor({ cluster, region, profile, label });
  const [{ name, cluster: clusters }] = made.clusters;
  return { name, clusters, users: made.users[0].user, contexts: made.contexts[0].context };
}
