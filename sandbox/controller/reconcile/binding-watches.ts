import { isDeepStrictEqual } from 'node:util';
import type { KubeCache } from '../kube/cache.ts';
import type { Node, Pod, TargetGroupBinding } from '../kube/types.ts';
import { gatePrefix } from './readiness-gates.ts';

/** Calls `enqueue` with the bindings that a change in the cluster concerns. */
export function watchBindings(kube: KubeCache, enqueue: (binding: TargetGroupBinding) => void): void {
  const ofService = (namespace: string | undefined, name: string | undefined, targetType: string): void => {
    for (const binding of kube.bindings.list(namespace)) {
      const { spec } = binding;
      if (spec.serviceRef.name === name && spec.targetType === targetType) enqueue(binding);
    }
  };
  const ofPod = ({ spec, metadata }: Pod): void => {
    for (const { conditionType } of spec.readinessGates ?? []) {
      if (!conditionType.startsWith(`${gatePrefix}/`)) continue;
      const binding = kube.bindings.get(conditionType.slice(gatePrefix.length + 1), metadata.namespace);
      if (binding !== undefined) enqueue(binding);
    }
  };

  kube.bindings.subscribe(({ object }) => enqueue(object));
  kube.endpointSlices.subscribe((change) => {
    const { object } = change;
    const same =
      change.kind === 'updated' &&
      isDeepStrictEqual(change.old.ports, object.ports) &&
      isDeepStrictEqual(change.old.endpoints, object.endpoints);
    if (same) return;
    ofService(object.metadata.namespace, object.metadata.labels?.['kubernetes.io/service-name'], 'ip');
  });
  kube.services.subscribe((change) => {
    const { object } = change;
    if (change.kind === 'updated' && isDeepStrictEqual(change.old.spec.ports, object.spec.ports)) return;
    ofService(object.metadata.namespace, object.metadata.name, 'instance');
  });
  kube.pods.subscribe(({ object }) => ofPod(object));
  kube.nodes.subscribe((change) => {
    if (change.kind === 'updated' && isReady(change.old) === isReady(change.object)) return;
    for (const binding of kube.bindings.list()) if (binding.spec.targetType === 'instance') enqueue(binding);
  });
}

const isReady = (node: Node): boolean =>
  node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
