import { clusterStays } from '../aws/cluster.ts';
import { deleteServed } from './delete-served.ts';
import { inCluster } from './in-cluster.ts';
import { findOthersServed, nameOf } from './served-objects.ts';
import { type Step, state } from './step.ts';

/**
 * Load balancers that others have had made in a cluster of ours. They go before it does: later nobody could remove them,
 * and they would hold its network. In a cluster that stays they are left alone.
 */
export const removeOthers: Step = {
  id: 'other-load-balancers',
  title: 'Remove the load balancers of others',
  subject: 'Load balancers of others in the cluster',
  command: 'install-controller',
  needs: ['controller', 'irsa'],
  // Nobody asks for them; those that are there are shown and removed.
  wanted: () => false,
  deadline: 1800,
  removeAlone: 'load-balancer-objects',
  check: inCluster(async (context) => {
    if (await clusterStays(context)) return state.absent('left alone');
    const others = await findOthersServed(context);
    return others.length === 0 ? state.absent('none') : state.ready(others.map(nameOf).join(', '));
  }),
  async remove(context) {
    await deleteServed(context, await findOthersServed(context));
  },
};
