import { findCondition } from './conditions.ts';
import type { Pod } from './types.ts';

/** Whether the pod's `Ready` condition is true. */
export const isReady = (pod: Pod): boolean =>
  findCondition(pod.status?.conditions, 'Ready')?.status === 'True';

/** Whether the pod still counts: neither ended nor being deleted. */
export const isActive = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');

/** Simulated seconds until a ready pod has been ready for `minReadySeconds`; undefined when it is not ready. */
export function untilAvailable(
  pod: Pod,
  minReadySeconds: number,
  now: Date,
  speed: number,
): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? now.toISOString();
  const passed = ((now.getTime() - new Date(since).getTime()) * speed) / 1000;
  return Math.max(0, minReadySeconds - passed);
}
