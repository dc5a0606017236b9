import type { KubeObject } from '../api.ts';
import type { Strategy } from './strategy.ts';

interface Pod extends KubeObject {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** Pods end gracefully when a node runs them; the node removes them with a grace period of 0. */
export const pods: Strategy = {
  prepareCreate(object) {
    object.status = { phase: 'Pending', qosClass: 'BestEffort' };
  },
  gracePeriod: (pod: Pod) =>
    !pod.spec?.nodeName || ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')
      ? 0
      : (pod.spec.terminationGracePeriodSeconds ?? 30),
};
