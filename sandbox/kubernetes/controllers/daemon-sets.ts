import { isDeepStrictEqual } from 'node:util';
import type { KubeClient, KubeObject } from '../api.ts';

const resource = 'daemonsets.apps';

/** Says of every DaemonSet that no node wants it: all nodes are Fargate's, and those take no DaemonSets. */
export function startDaemonSets(client: KubeClient): () => void {
  return client.watch(resource, async ({ type, object }) => {
    if (type === 'DELETED' || object.metadata.deletionTimestamp) return;
    await writeStatus(client, object);
  });
}

async function writeStatus(client: KubeClient, object: KubeObject): Promise<void> {
  const status = {
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
    observedGeneration: object.metadata.generation,
  };
  if (isDeepStrictEqual(object.status, status)) return;
  const { name, namespace } = object.metadata;
  // Gone meanwhile, or changed and watched again: either way nothing is left to say here.
  await client.patch(resource, name, namespace, { status }, { subresource: 'status' }).catch(() => undefined);
}
