import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import type { PodListener } from '../network.ts';
import type { ApiServer } from '../rest/context.ts';
import { hasLabels } from '../storage/selectors.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
}

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean };
}

interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
}

/** A call that could not be made, in the words of the API server's dialer. */
export class Unreachable extends Error {}

/** Finds a program behind a Service by its ready endpoints, as a real server with aggregator routing does. Throws Unreachable. */
export function dialService(server: ApiServer, namespace: string, name: string, port: number): PodListener {
  const service = server.store.get('services', namespace, name);
  if (!service) throw new Unreachable(`service "${name}" not found`);
  const servicePort = (at<ServicePort[]>(service, 'spec.ports') ?? []).find((one) => one.port === port);
  if (!servicePort) throw new Unreachable(`no service port ${port} found for service "${name}"`);
  const targets = server.store
    .list('endpointslices.discovery.k8s.io', namespace)
    .filter((slice) => hasLabels(slice, { 'kubernetes.io/service-name': name }))
    .flatMap((slice) => targetsOf(slice, servicePort.name ?? ''));
  if (targets.length === 0) throw new Unreachable(`no endpoints available for service "${name}"`);
  const target = targets[server.world.random.integer(0, targets.length - 1)] ?? '';
  const [address = '', targetPort = ''] = target.split(':');
  const listener = server.world.network.connect(server.spec.vpcId, address, Number(targetPort));
  if (!listener) throw new Unreachable(`dial tcp ${target}: connect: connection refused`);
  return listener;
}

function targetsOf(slice: KubeObject, portName: string): string[] {
  const port = (at<EndpointPort[]>(slice, 'ports') ?? []).find((one) => (one.name ?? '') === portName)?.port;
  if (port === undefined) return [];
  const ready = (at<Endpoint[]>(slice, 'endpoints') ?? []).filter((one) => one.conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses.slice(0, 1).map((address) => `${address}:${port}`));
}
