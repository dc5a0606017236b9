import type { Clock } from '../../clock.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import type { Random } from '../../random.ts';
import { createInformer, type Informer } from './informer.ts';
import type {
  EndpointSlice,
  Ingress,
  IngressClass,
  IngressClassParams,
  KubeObject,
  Node,
  Pod,
  Service,
  TargetGroupBinding,
} from './types.ts';

/** The controller's view of the cluster: one informer per resource that it watches. */
export interface KubeCache {
  readonly services: Informer<Service>;
  readonly ingresses: Informer<Ingress>;
  readonly classes: Informer<IngressClass>;
  readonly classParams: Informer<IngressClassParams>;
  readonly bindings: Informer<TargetGroupBinding>;
  readonly endpointSlices: Informer<EndpointSlice>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly namespaces: Informer<KubeObject>;
  stop(): void;
}

/** Starts the informers. `namespace` limits the namespaced ones, as `--watch-namespace` does. */
export function createKubeCache(
  client: KubeClient,
  clock: Clock,
  random: Random,
  namespace?: string,
): KubeCache {
  const started: Informer<never>[] = [];
  const informer = <T extends KubeObject>(resource: string, scope?: string): Informer<T> => {
    const made = createInformer<T>(client, resource, clock, random, scope);
    started.push(made as unknown as Informer<never>);
    return made;
  };
  return {
    services: informer('services', namespace),
    ingresses: informer('ingresses.networking.k8s.io', namespace),
    classes: informer('ingressclasses.networking.k8s.io'),
    classParams: informer('ingressclassparams.elbv2.k8s.aws'),
    bindings: informer('targetgroupbindings.elbv2.k8s.aws', namespace),
    endpointSlices: informer('endpointslices.discovery.k8s.io', namespace),
    pods: informer('pods', namespace),
    nodes: informer('nodes'),
    namespaces: informer('namespaces'),
    stop: () => {
      for (const each of started) each.stop();
    },
  };
}
