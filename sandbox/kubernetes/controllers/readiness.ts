import { findCondition } from './conditions.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Pod } from './types.ts';

/** Whether the pod's `Ready` condition is true. */
export const isReady = (pod: Pod): boolean =>
  findCondition(pod.status?.conditions, 'Ready')?.status === 'True';

/** Whether the pod still counts: neither ended nor being deleted. */
export const isActive = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');

/** Simulated seconds until a ready pod has been so for `minReadySeconds`; undefined when it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, stopwatch: Stopwatch): number | undefined {
  const { uid = '' } = pod.metadata;
  if (!isReady(pod)) {
    stopwatch.forget(uid);
    return undefined;
  }
  return Math.max(0, minReadySeconds - stopwatch.elapsed(uid));
}
