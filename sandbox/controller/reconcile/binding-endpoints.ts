import { NotEmulated } from '../../aws/service.ts';
import type { KubeCache } from '../kube/cache.ts';
import {
  type EndpointSlice,
  findServicePort,
  type Node,
  type Pod,
  type PodCondition,
  type Service,
  type TargetGroupBinding,
} from '../kube/types.ts';
import { type Logger, messageOf } from '../log.ts';

/** An address and port that shall be a target, and the pod behind it. */
export interface PodEndpoint {
  readonly ip: string;
  readonly port: number;
  readonly pod: Pod;
}

/** The Service of a TargetGroupBinding, or its port, does not exist. */
export class BackendNotFound extends Error {
  constructor(cause: string) {
    super(`backend not found: ${cause}`);
  }
}

/** The binding's Service and port. Throws BackendNotFound. */
function findBackend(kube: KubeCache, binding: TargetGroupBinding) {
  const { name, port } = binding.spec.serviceRef;
  const service: Service | undefined = kube.services.get(name, binding.metadata.namespace);
  if (service === undefined) throw new BackendNotFound(`Service "${name}" not found`);
  try {
    return { service, port: findServicePort(service, port) };
  } catch (error) {
    throw new BackendNotFound(messageOf(error));
  }
}

/** The pods that a binding with targets by address leads to. Throws BackendNotFound. */
export function resolvePodEndpoints(
  kube: KubeCache,
  binding: TargetGroupBinding,
  log: Logger,
): PodEndpoint[] {
  const { service, port } = findBackend(kube, binding);
  const { name, namespace = '' } = service.metadata;
  const slices = kube.endpointSlices
    .list(namespace)
    .filter(
      ({ metadata, addressType }) =>
        metadata.labels?.['kubernetes.io/service-name'] === name &&
        addressType === (binding.spec.ipAddressType === 'ipv6' ? 'IPv6' : 'IPv4'),
    );
  const ready: PodEndpoint[] = [];
  const unknown: PodEndpoint[] = [];
  for (const slice of slices) {
    for (const slicePort of slice.ports ?? []) {
      if (port.name && port.name !== slicePort.name) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const pod = podOf(kube, namespace, endpoint, log);
        const [ip] = endpoint.addresses;
        if (pod === undefined || ip === undefined) continue;
        const found = { ip, port: slicePort.port ?? 0, pod };
        const state = readiness(kube, endpoint, pod);
        if (state === 'ready') ready.push(found);
        if (state === 'unknown') unknown.push(found);
      }
    }
  }
  // When no node is known to be well, traffic goes to pods of which nothing is known.
  return ready.length > 0 ? ready : unknown;
}

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];

function podOf(kube: KubeCache, namespace: string, endpoint: Endpoint, log: Logger): Pod | undefined {
  const { targetRef } = endpoint;
  if (targetRef?.kind !== 'Pod') return undefined;
  const inNamespace = targetRef.namespace ?? namespace;
  const pod = kube.pods.get(targetRef.name, inNamespace);
  if (pod === undefined) {
    const podKey = `${inNamespace}/${targetRef.name}`;
    log.info('the pod in endpoint is not found in pod cache yet', { podKey });
  }
  return pod;
}

const condition = (object: Pod | Node | undefined, type: string): PodCondition | undefined =>
  object?.status?.conditions?.find((each) => each.type === type);

/** A pod that only waits for its readiness gate counts, since the gate waits for its being a target. */
function readiness(kube: KubeCache, endpoint: Endpoint, pod: Pod): 'ready' | 'unknown' | 'no' {
  if (endpoint.conditions?.ready !== false) return 'ready';
  if (condition(pod, 'ContainersReady')?.status !== 'True') return 'no';
  const node = condition(kube.nodes.get(pod.spec.nodeName ?? ''), 'Ready')?.status;
  if (node === 'Unknown') return 'unknown';
  return node === 'True' && endpoint.conditions?.terminating !== true ? 'ready' : 'no';
}

/**
 * Checks a binding with instance targets. Fargate's nodes are none, so it has no targets and nothing says so
 * (facts/lbc.md §4, "Objects"). Throws BackendNotFound.
 */
export function requireNoInstances(kube: KubeCache, binding: TargetGroupBinding): void {
  const { service } = findBackend(kube, binding);
  const { type } = service.spec;
  if (type !== 'NodePort' && type !== 'LoadBalancer') {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    throw new Error(`service type must be either 'NodePort' or 'LoadBalancer': ${key}`);
  }
  const instance = kube.nodes
    .list()
    .find(({ metadata }) => metadata.labels?.['eks.amazonaws.com/compute-type'] !== 'fargate');
  if (instance !== undefined) throw new NotEmulated(`instance targets (node ${instance.metadata.name})`);
}
