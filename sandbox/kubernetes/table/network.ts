import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';
import {
  ageColumn,
  type Column,
  labelText,
  listText,
  nameColumn,
  selectorText,
  text,
  wide,
} from './column.ts';

interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
}

function loadBalancerText(object: KubeObject): string {
  const entries = at<LoadBalancerIngress[]>(object, 'status.loadBalancer.ingress') ?? [];
  return [...new Set(entries.map(({ ip, hostname }) => ip || hostname || ''))]
    .sort()
    .filter(Boolean)
    .join(',');
}

function externalAddress(service: KubeObject): string {
  const type = at<string>(service, 'spec.type');
  const external = at<string[]>(service, 'spec.externalIPs') ?? [];
  if (type === 'ExternalName') return at<string>(service, 'spec.externalName') ?? '';
  const balanced = type === 'LoadBalancer' ? loadBalancerText(service) : '';
  const all = [...(balanced ? [balanced] : []), ...external].join(',');
  return all || (type === 'LoadBalancer' ? '<pending>' : '<none>');
}

interface ServicePort {
  readonly port: number;
  readonly protocol: string;
  readonly nodePort?: number;
}

const portText = ({ port, protocol, nodePort }: ServicePort): string =>
  nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;

/** `kubectl get services`. */
export const serviceColumns: readonly Column[] = [
  nameColumn,
  text('Type', (service) => at<string>(service, 'spec.type') ?? ''),
  text('Cluster-IP', (service) => at<string>(service, 'spec.clusterIPs.0') ?? '<none>'),
  text('External-IP', externalAddress),
  text('Port(s)', (service) => {
    const ports = (at<ServicePort[]>(service, 'spec.ports') ?? []).map(portText);
    return ports.join(',') || '<none>';
  }),
  ageColumn,
  wide(text('Selector', (service) => labelText(at(service, 'spec.selector')))),
];

/** `kubectl get ingresses`. */
export const ingressColumns: readonly Column[] = [
  nameColumn,
  text('Class', (ingress) => at<string>(ingress, 'spec.ingressClassName') ?? '<none>'),
  text('Hosts', (ingress) =>
    listText(
      (at<{ host?: string }[]>(ingress, 'spec.rules') ?? []).flatMap(({ host }) => host || []),
      '*',
    ),
  ),
  text('Address', loadBalancerText),
  text('Ports', (ingress) => (at<unknown[]>(ingress, 'spec.tls')?.length ? '80, 443' : '80')),
  ageColumn,
];

/** `kubectl get ingressclasses`. */
export const ingressClassColumns: readonly Column[] = [
  nameColumn,
  text('Controller', (object) => at<string>(object, 'spec.controller') ?? ''),
  text('Parameters', (object) => {
    const reference = at<{ apiGroup?: string; kind: string; name: string }>(object, 'spec.parameters');
    if (!reference) return '<none>';
    const { apiGroup, kind, name } = reference;
    return `${apiGroup ? `${kind}.${apiGroup}` : kind}/${name}`;
  }),
  ageColumn,
];

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly port: number }[];
}

/** `kubectl get endpoints`. */
export const endpointsColumns: readonly Column[] = [
  nameColumn,
  text('Endpoints', (object) => {
    const pairs = (at<Subset[]>(object, 'subsets') ?? []).flatMap(({ addresses = [], ports = [] }) =>
      ports.length === 0
        ? addresses.map(({ ip }) => ip)
        : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
    );
    return listText(pairs, '<none>');
  }),
  ageColumn,
];

/** `kubectl get endpointslices`. */
export const endpointSliceColumns: readonly Column[] = [
  nameColumn,
  text('AddressType', (object) => at<string>(object, 'addressType') ?? ''),
  text('Ports', (object) => {
    const ports = at<{ port?: number; name?: string }[]>(object, 'ports') ?? [];
    return listText(
      ports.map(({ port, name }) => String(port ?? name ?? '*')),
      '<unset>',
    );
  }),
  text('Endpoints', (object) =>
    listText(
      (at<{ addresses: string[] }[]>(object, 'endpoints') ?? []).flatMap(({ addresses }) => addresses),
      '<unset>',
    ),
  ),
  ageColumn,
];

/** `kubectl get networkpolicies`. */
export const networkPolicyColumns: readonly Column[] = [
  nameColumn,
  text('Pod-Selector', (object) => selectorText(at(object, 'spec.podSelector'))),
  ageColumn,
];
