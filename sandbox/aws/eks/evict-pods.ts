import { KubeError } from '../../kubernetes/api.ts';
import type { ClusterRecord, EksContext } from './state.ts';

/**
 * Deletes the pods that run on a Fargate profile, as EKS does when the profile goes (EKS user guide, "Delete a Fargate
 * profile"). Their controllers make them again; what no other profile takes then stays Pending.
 */
export async function evictPods(eks: EksContext, cluster: ClusterRecord, profile: string): Promise<void> {
  const kubernetes = eks.world.kubernetes.find(cluster.name, cluster.region);
  if (!kubernetes) return;
  const client = kubernetes.client('eks:fargate-manager');
  const labels = { 'eks.amazonaws.com/fargate-profile': profile };
  for (const { metadata } of await client.list('pods', { labels })) {
    try {
      await client.delete('pods', metadata.name, metadata.namespace, { uid: metadata.uid });
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
    }
  }
}
