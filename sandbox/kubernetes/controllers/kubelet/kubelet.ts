import type { Pod } from '../types.ts';
import { type PodWorker, type PodWorkerOptions, startPodWorker } from './pod-worker.ts';

interface Node {
  status?: { addresses?: { type: string; address: string }[] };
}

/** Runs the pods that are bound to a node: on Fargate every node is one pod's machine with the pod's address. */
export function startKubelets(options: Omit<PodWorkerOptions, 'address'>): () => void {
  const { client } = options;
  const workers = new Map<string, PodWorker>();
  const drop = (uid: string): void => {
    workers.get(uid)?.abandon();
    workers.delete(uid);
  };
  const start = async (pod: Pod): Promise<void> => {
    const node = (await client.get('nodes', pod.spec.nodeName ?? '')) as Node | undefined;
    const address = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
    const { uid = '', name, namespace } = pod.metadata;
    const current = (await client.get('pods', name, namespace)) as Pod | undefined;
    // No machine, no kubelet: a pod bound to a node that does not exist stays as it is.
    if (!address || current?.metadata.uid !== uid || workers.has(uid)) return;
    workers.set(uid, startPodWorker({ ...options, address }, current));
  };
  const stopWatch = client.watch('pods', ({ type, object }) => {
    const pod = object as Pod;
    const { uid = '' } = pod.metadata;
    if (type === 'DELETED') return drop(uid);
    if (!pod.spec.nodeName) return;
    const worker = workers.get(uid);
    if (worker) worker.update(pod);
    else start(pod).catch((error) => console.error(error));
  });
  return () => {
    stopWatch();
    for (const uid of [...workers.keys()]) drop(uid);
  };
}
