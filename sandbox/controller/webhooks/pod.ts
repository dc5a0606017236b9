import { NotEmulated } from '../../aws/service.ts';
import type { KubeCache } from '../kube/cache.ts';
import { matchesSelector, type Pod } from '../kube/types.ts';
import type { Logger } from '../log.ts';
import { gateOf, hasGate } from '../reconcile/readiness-gates.ts';
import type { Mutate } from './admission.ts';

/** Lets a new pod be ready only when it is a healthy target of each binding that leads to it. */
export const mutatePod =
  (kube: KubeCache, enabled: boolean, log: Logger): Mutate =>
  async ({ namespace, object }) => {
    if (!enabled) return;
    const pod = object as Pod;
    const gates = kube.bindings.list(namespace).filter((binding) => {
      if (binding.spec.targetType !== 'ip') return false;
      const { name } = binding.spec.serviceRef;
      const service = kube.services.get(name, namespace);
      if (service === undefined) log.info('unable to lookup service', { service: { namespace, name } });
      const selector = service?.spec.selector ?? {};
      return (
        Object.keys(selector).length > 0 && matchesSelector(pod.metadata.labels, { matchLabels: selector })
      );
    });
    const missing = gates.map(gateOf).filter((gate) => !hasGate(pod, gate));
    if (missing.length === 0) return;
    const present = pod.spec.readinessGates ?? [];
    const added = missing.map((conditionType) => ({ conditionType }));
    pod.spec = { ...pod.spec, readinessGates: [...present, ...added] };
  };

/** Refuses what the real controller would inject into a pod. */
export const refuseInjection =
  (what: string): Mutate =>
  async () => {
    throw new NotEmulated(what);
  };
