import type { KubeObject } from '../api.ts';
import { child, type Fields, fill, items } from './fill.ts';
import { allocate } from './service-addresses.ts';
import { validateService, validateServiceUpdate } from './service-validation.ts';
import type { Strategy } from './strategy.ts';

/** `core/v1.ServiceSpec`, as far as it is worked with here. */
export interface ServiceSpec extends Fields {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  loadBalancerClass?: string;
  allocateLoadBalancerNodePorts?: boolean;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  ports?: ServicePort[];
}

export interface ServicePort extends Fields {
  name?: string;
  port?: number;
  protocol?: string;
  targetPort?: number | string;
  nodePort?: number;
}

/** The specification of a Service. */
export const specOf = (service: KubeObject): ServiceSpec => child(service, 'spec');

/** Whether traffic can come from outside the cluster. */
export const isExternal = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';

/** Whether the type has cluster addresses at all. */
export const hasAddress = ({ type, clusterIP }: ServiceSpec): boolean =>
  type !== 'ExternalName' && clusterIP !== 'None';

/** Services: addresses and node ports are allocated, and fields of another type fall away when the type changes. */
export const services: Strategy = {
  nameRule: 'dns1035',
  defaults(service) {
    const spec = specOf(service);
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
    for (const port of items(spec, 'ports')) fill(port, { protocol: 'TCP', targetPort: port.port });
    if (spec.type !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' });
    if (isExternal(spec)) fill(spec, { externalTrafficPolicy: 'Cluster' });
    if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  },
  prepareCreate(service, server) {
    service.status = { loadBalancer: {} };
    allocate(server, service);
  },
  prepareUpdate(service, old, server) {
    const spec = specOf(service);
    const before = specOf(structuredClone(old));
    dropForeignFields(spec, before);
    if (hasAddress(before) && hasAddress(spec))
      fill(spec, { clusterIP: before.clusterIP, clusterIPs: before.clusterIPs });
    keepNodePorts(spec, before);
    if (spec.externalTrafficPolicy === 'Local')
      fill(spec, { healthCheckNodePort: before.healthCheckNodePort });
    else if (spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort;
    if (spec.type !== 'LoadBalancer') service.status = { loadBalancer: {} };
    allocate(server, service);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
};

const ofLoadBalancers = ['allocateLoadBalancerNodePorts', 'loadBalancerClass'];

// pkg/registry/core/service/strategy.go: what the old type had filled in is taken back, unless it was changed as well.
function dropForeignFields(spec: ServiceSpec, before: ServiceSpec): void {
  const drop = (key: string) => {
    if (spec[key] === before[key]) delete spec[key];
  };
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    for (const key of ofLoadBalancers) drop(key);
  if (isExternal(before) && !isExternal(spec)) {
    drop('externalTrafficPolicy');
    for (const [index, port] of (spec.ports ?? []).entries())
      if (port.nodePort === before.ports?.[index]?.nodePort) delete port.nodePort;
  }
  if (hasAddress(before) && spec.type === 'ExternalName')
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'])
      delete spec[key];
}

// A client that names no node port keeps the one it was given.
function keepNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  if (!isExternal(spec) || !isExternal(before)) return;
  const used = new Set((spec.ports ?? []).map((port) => port.nodePort));
  for (const port of spec.ports ?? []) {
    const same = before.ports?.find((one) => one.port === port.port && one.protocol === port.protocol);
    if (port.nodePort === undefined && same?.nodePort && !used.has(same.nodePort))
      port.nodePort = same.nodePort;
  }
}
