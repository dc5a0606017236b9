import { isIP } from 'node:net';
import type { ClusterSpec, KubeObject } from '../api.ts';
import { invalid } from '../model/errors.ts';
import type { ApiServer } from '../rest/context.ts';
import { invalidValue } from './causes.ts';
import { hasAddress, isExternal, type ServiceSpec, specOf } from './services.ts';

const firstNodePort = 30_000;
const lastNodePort = 32_767;

/** Gives a Service the cluster address and node ports that its type needs and it does not have. Throws Invalid. */
export function allocate(server: ApiServer, service: KubeObject): void {
  const spec = specOf(service);
  const { name, namespace } = service.metadata;
  const others = server.store
    .list('services')
    .filter(({ metadata }) => metadata.name !== name || metadata.namespace !== namespace)
    .map((other) => (other.spec ?? {}) as ServiceSpec);
  if (hasAddress(spec)) {
    const taken = new Set(others.map((other) => other.clusterIP));
    const wanted = spec.clusterIP;
    if (wanted && isIP(wanted) && !wanted.startsWith(`${server.spec.servicePrefix}.`))
      throw notAllocated(server, service, wanted, 'the provided network does not match the current range');
    if (wanted && taken.has(wanted))
      throw notAllocated(server, service, wanted, 'provided IP is already allocated');
    spec.clusterIP ||= freeAddress(server, taken);
  }
  if (spec.type !== 'ExternalName') {
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
  }
  const used = new Set(
    others.flatMap(({ ports = [], healthCheckNodePort }) => [
      ...ports.map((port) => port.nodePort),
      healthCheckNodePort,
    ]),
  );
  // Where a load balancer asks each node for pods of its own.
  if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local')
    spec.healthCheckNodePort ||= freePort(server, used);
  if (!isExternal(spec) || spec.allocateLoadBalancerNodePorts === false) return;
  for (const port of spec.ports ?? []) {
    port.nodePort ||= freePort(server, used);
    used.add(port.nodePort);
  }
}

/** Clients inside the cluster find the API at the first address of the range. */
export const firstAddress = ({ servicePrefix }: Pick<ClusterSpec, 'servicePrefix'>): string =>
  `${servicePrefix}.0.1`;

function freeAddress(server: ApiServer, taken: ReadonlySet<string | undefined>): string {
  const { world, spec } = server;
  for (;;) {
    const address = `${spec.servicePrefix}.${world.random.integer(0, 255)}.${world.random.integer(1, 254)}`;
    if (!taken.has(address) && address !== firstAddress(spec)) return address;
  }
}

function freePort(server: ApiServer, used: ReadonlySet<number | undefined>): number {
  for (;;) {
    const port = server.world.random.integer(firstNodePort, lastNodePort);
    if (!used.has(port)) return port;
  }
}

function notAllocated(server: ApiServer, service: KubeObject, address: string, why: string): Error {
  const resource = server.catalogue.byKind({ apiVersion: 'v1', kind: 'Service' });
  const cause = invalidValue('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`);
  return resource ? invalid(resource, service.metadata.name, [cause]) : new Error(cause.message);
}
