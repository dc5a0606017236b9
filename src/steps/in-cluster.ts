import { describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { type State, type Step, state } from './step.ts';

/**
 * Makes a check that looks into Kubernetes: without a running cluster there is nothing in it, and nobody to ask. An API
 * that does not answer is not the same; then the check throws.
 */
export const inCluster =
  (check: Step['check']): Step['check'] =>
  async (context: Context): Promise<State> => {
    const cluster = await describeCluster(context);
    if (!cluster) return state.absent('no cluster');
    if (context.awsOnly) return state.absent('not looked at');
    if (cluster.status === 'CREATING') return state.pending('the cluster is being created');
    if (cluster.status === 'DELETING') return state.absent('the cluster is being deleted');
    return check(context);
  };
