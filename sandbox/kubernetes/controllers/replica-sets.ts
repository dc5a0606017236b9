import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../world.ts';
import { type KubeClient, KubeError, type KubeObject } from '../api.ts';
import { withCondition } from './conditions.ts';
import { createEventRecorder, type EventRecorder } from './events.ts';
import { isActive, isReady, untilAvailable } from './readiness.ts';
import { createReconciler } from './reconciler.ts';
import { controllerOf, controllerReference, isControlledBy, matches } from './selectors.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import type { Pod, ReplicaSet } from './types.ts';

const resource = 'replicasets.apps';

/** Keeps as many pods as each ReplicaSet asks for, and its status. Events as kube-controller-manager writes them. */
export function startReplicaSets(world: World, client: KubeClient): () => void {
  const events = createEventRecorder(world, client, 'replicaset-controller');
  const stopwatch = createStopwatch(world);
  const reconciler = createReconciler(world, async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const set = (await client.get(resource, name, namespace)) as ReplicaSet | undefined;
    if (!set || set.metadata.deletionTimestamp) return undefined;
    let failure: KubeError | undefined;
    try {
      await scale(client, events, set, await claimPods(client, set));
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      failure = error;
    }
    const wait = await writeStatus(world, client, stopwatch, set, failure);
    if (failure) throw failure;
    return wait;
  });
  const keyOf = (namespace: string | undefined, name: string) => `${namespace}/${name}`;
  const stops = [
    client.watch(resource, ({ object: { metadata } }) =>
      reconciler.enqueue(keyOf(metadata.namespace, metadata.name)),
    ),
    client.watch('pods', ({ type, object }) => {
      if (type === 'DELETED') stopwatch.forget(object.metadata.uid ?? '');
      const owner = controllerOf(object);
      if (owner?.kind === 'ReplicaSet') reconciler.enqueue(keyOf(object.metadata.namespace, owner.name));
    }),
    () => reconciler.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The set's pods; matching pods that nobody controls are adopted. */
async function claimPods(client: KubeClient, set: ReplicaSet): Promise<Pod[]> {
  const { namespace } = set.metadata;
  const pods = (await client.list('pods', { namespace })) as Pod[];
  for (const pod of pods) {
    const wanted = isActive(pod) && !controllerOf(pod) && matches(set.spec.selector, pod.metadata.labels);
    if (!wanted) continue;
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(set)];
    await client.patch('pods', pod.metadata.name, namespace, { metadata: { ownerReferences } });
    pod.metadata.ownerReferences = ownerReferences;
  }
  return pods.filter((pod) => isControlledBy(pod, set));
}

async function scale(client: KubeClient, events: EventRecorder, set: ReplicaSet, pods: Pod[]): Promise<void> {
  const active = pods.filter(isActive);
  const missing = (set.spec.replicas ?? 1) - active.length;
  for (let created = 0; created < missing; created++) {
    try {
      const pod = await client.create('pods', newPod(set));
      await events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (error instanceof KubeError)
        await events.record(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      throw error;
    }
  }
  for (const { metadata } of active.sort(byDeletionRank).slice(0, Math.max(0, -missing))) {
    await client.delete('pods', metadata.name, metadata.namespace, { uid: metadata.uid });
    await events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${metadata.name}`);
  }
}

const newPod = (set: ReplicaSet): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: '',
    generateName: `${set.metadata.name}-`,
    namespace: set.metadata.namespace,
    labels: { ...set.spec.template.metadata?.labels },
    ...(set.spec.template.metadata?.annotations
      ? { annotations: { ...set.spec.template.metadata.annotations } }
      : {}),
    ownerReferences: [controllerReference(set)],
  },
  spec: structuredClone(set.spec.template.spec),
});

// The order of kubernetes/pkg/controller ActivePods: unassigned, pending, unready and young pods go first.
function byDeletionRank(a: Pod, b: Pod): number {
  const rank = (pod: Pod) =>
    (pod.spec.nodeName ? 4 : 0) + (pod.status?.phase === 'Running' ? 2 : 0) + (isReady(pod) ? 1 : 0);
  const born = (pod: Pod) => new Date(pod.metadata.creationTimestamp ?? 0).getTime();
  return rank(a) - rank(b) || born(b) - born(a);
}

async function writeStatus(
  world: World,
  client: KubeClient,
  stopwatch: Stopwatch,
  set: ReplicaSet,
  failure: KubeError | undefined,
): Promise<number | undefined> {
  const { name, namespace } = set.metadata;
  const now = world.clock.now();
  const all = (await client.list('pods', { namespace })) as Pod[];
  const own = all.filter((pod) => isControlledBy(pod, set));
  const pods = own.filter(isActive);
  const waits = pods
    .map((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0, stopwatch))
    .filter((wait) => wait !== undefined);
  const templateLabels = set.spec.template.metadata?.labels ?? {};
  const failed = set.status?.conditions?.filter(({ type }) => type !== 'ReplicaFailure') ?? [];
  const conditions = failure
    ? withCondition(
        failed,
        { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure.message },
        now,
      )
    : failed;
  const count = (number: number) => (number > 0 ? number : null);
  const status = {
    replicas: pods.length,
    fullyLabeledReplicas: count(
      pods.filter((pod) => matches({ matchLabels: templateLabels }, pod.metadata.labels)).length,
    ),
    readyReplicas: count(pods.filter(isReady).length),
    availableReplicas: count(waits.filter((wait) => wait === 0).length),
    terminatingReplicas: own.filter(({ metadata }) => metadata.deletionTimestamp).length,
    observedGeneration: set.metadata.generation,
    conditions: conditions.length > 0 ? conditions : null,
  };
  if (!isDeepStrictEqual(withoutNulls(status), set.status ?? {}))
    await client.patch(resource, name, namespace, { status }, { subresource: 'status' });
  const later = waits.filter((wait) => wait > 0);
  return later.length > 0 ? Math.min(...later) : undefined;
}

const withoutNulls = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
