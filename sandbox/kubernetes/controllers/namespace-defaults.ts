import type { World } from '../../world.ts';
import type { KubeClient, KubernetesCluster } from '../api.ts';
import { createReconciler } from './reconciler.ts';

const caMap = 'kube-root-ca.crt';

/**
 * Keeps a `default` ServiceAccount and the CA's ConfigMap in every namespace that is not Terminating, as the
 * serviceaccount and root-ca-certificate-publisher controllers do.
 */
export function startNamespaceDefaults(
  world: World,
  cluster: KubernetesCluster,
  client: KubeClient,
): () => void {
  const metadata = (name: string, namespace: string) => ({ name, namespace });
  const reconciler = createReconciler(world, async (name) => {
    const namespace = await client.get('namespaces', name);
    if (!namespace || namespace.metadata.deletionTimestamp) return undefined;
    if (!(await client.get('serviceaccounts', 'default', name)))
      await client.create('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: metadata('default', name),
      });
    const data = { 'ca.crt': cluster.certificateAuthority };
    const map = await client.get('configmaps', caMap, name);
    if (!map) {
      const description =
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
      await client.create('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata(caMap, name), annotations: { 'kubernetes.io/description': description } },
        data,
      });
    } else if ((map.data as Record<string, string> | undefined)?.['ca.crt'] !== data['ca.crt']) {
      await client.update('configmaps', { ...map, data });
    }
    return undefined;
  });
  const home = (resource: string, wanted: string) =>
    client.watch(resource, ({ object }) => {
      if (object.metadata.name === wanted && object.metadata.namespace)
        reconciler.enqueue(object.metadata.namespace);
    });
  const stops = [
    client.watch('namespaces', ({ object }) => reconciler.enqueue(object.metadata.name)),
    home('serviceaccounts', 'default'),
    home('configmaps', caMap),
    () => reconciler.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
