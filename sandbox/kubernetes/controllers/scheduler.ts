import type { World } from '../../world.ts';
import type { KubeClient } from '../api.ts';
import { withCondition } from './conditions.ts';
import { createEventRecorder } from './events.ts';
import { createReconciler } from './reconciler.ts';
import type { Pod } from './types.ts';

/** The taint of every node in a cluster without EC2 capacity. */
export const fargateTaint = { key: 'eks.amazonaws.com/compute-type', value: 'fargate', effect: 'NoSchedule' };

// kube-scheduler's flush of unschedulable pods.
const retrySeconds = 300;

/**
 * The default scheduler of a cluster whose nodes are all Fargate's: it never finds a node, and says why
 * (facts/pitfalls.md P11). A node takes exactly the pod it was made for, so tolerating the taint does not help.
 */
export function startDefaultScheduler(world: World, client: KubeClient): () => void {
  const events = createEventRecorder(world, client, 'default-scheduler');
  const reconciler = createReconciler(world, async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const pod = (await client.get('pods', name, namespace)) as Pod | undefined;
    if (!pod || !isWaiting(pod)) return undefined;
    const message = whyNot(pod, (await client.list('nodes')).length);
    await events.record(pod, 'Warning', 'FailedScheduling', message);
    const conditions = withCondition(
      pod.status?.conditions,
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
      world.clock.now(),
    );
    await client.patch('pods', name, namespace, { status: { conditions } }, { subresource: 'status' });
    return retrySeconds;
  });
  const stops = [
    client.watch('pods', ({ type, object }) => {
      if (type === 'ADDED' && isWaiting(object as Pod))
        reconciler.enqueue(`${object.metadata.namespace}/${object.metadata.name}`);
    }),
    () => reconciler.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

const isWaiting = (pod: Pod): boolean =>
  !pod.spec.nodeName &&
  !pod.metadata.deletionTimestamp &&
  (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler';

/**
 * The words of kube-scheduler since 1.34.2, which names no taint (https://github.com/kubernetes/kubernetes/pull/135023).
 * That preemption would not help is said in the same breath.
 */
function whyNot(pod: Pod, nodes: number): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const tolerates = pod.spec.tolerations?.some(
    ({ key, operator, value, effect }) =>
      (effect === undefined || effect === '' || effect === fargateTaint.effect) &&
      (operator === 'Exists'
        ? !key || key === fargateTaint.key
        : key === fargateTaint.key && value === fargateTaint.value),
  );
  const reason = tolerates ? `${nodes} Too many pods` : `${nodes} node(s) had untolerated taint(s)`;
  return `0/${nodes} nodes are available: ${reason}. no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
}
