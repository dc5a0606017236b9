import type { Context } from '../context.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/** How many pods of a Deployment are available, and how many are wanted; old pods of a rollout do not count. */
export function availability(deployment: KubeObject): {
  available: number;
  wanted: number;
  complete: boolean;
} {
  const wanted: number = deployment.spec?.replicas ?? 1;
  const status = deployment.status ?? {};
  const observed = (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const available: number = status.availableReplicas ?? 0;
  const complete = observed && (status.updatedReplicas ?? 0) === wanted && available === wanted;
  return { available, wanted, complete: complete && (status.replicas ?? 0) === wanted };
}

/**
 * Why pods are not running, from the pods' own conditions and container states: the message that a user would find with
 * `kubectl describe`.
 */
export async function podTrouble(
  { kubectl }: Context,
  namespace: string,
  selector: string,
): Promise<string | undefined> {
  for (const pod of await kubectl.list('Pod', { namespace, selector })) {
    const status = pod.status ?? {};
    const waiting = status.containerStatuses?.find(
      (container: { state?: { waiting?: object } }) => container.state?.waiting,
    )?.state.waiting;
    if (waiting?.message) return `pod ${pod.metadata.name}: ${waiting.reason}: ${waiting.message}`;
    const unscheduled = status.conditions?.find(
      (condition: { type: string; status: string }) =>
        condition.type === 'PodScheduled' && condition.status === 'False',
    );
    if (unscheduled?.message) return `pod ${pod.metadata.name}: ${unscheduled.message}`;
  }
  return undefined;
}

/**
 * Whether a pod is waiting for nodes although a Fargate profile selects it: pods made before the profile keep the
 * default scheduler for ever and must be made anew.
 */
export async function hasPodOlderThanProfile(
  { kubectl }: Context,
  namespace: string,
  selector: string,
): Promise<boolean> {
  const pods = await kubectl.list('Pod', { namespace, selector });
  return pods.some(
    (pod) => pod.status?.phase === 'Pending' && pod.spec?.schedulerName === 'default-scheduler',
  );
}
