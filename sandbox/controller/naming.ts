import { createHash } from 'node:crypto';

/**
 * Names of what the controller makes on AWS: a readable part cut to its place and ten hexadecimal digits of a hash
 * over plainly concatenated parts (facts/lbc.md §4, "Names", with test vectors).
 */
const digits = (...parts: (string | number)[]): string =>
  createHash('sha256').update(parts.join('')).digest('hex').slice(0, 10);

const alphanumeric = (text: string): string => text.replace(/[^0-9A-Za-z]/g, '');

const twoPart = (namespace: string, name: string, hash: string): string =>
  `k8s-${alphanumeric(namespace).slice(0, 8)}-${alphanumeric(name).slice(0, 8)}-${hash}`;

const groupPart = (group: string, hash: string): string => `k8s-${alphanumeric(group).slice(0, 17)}-${hash}`;

/** What identifies a Service in names. */
export interface ServiceIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** An Ingress alone (`namespace` set) or a named group of Ingresses (`namespace` empty). */
export interface GroupIdentity {
  readonly namespace: string;
  readonly name: string;
}

/** The identity as it stands in tags and hashes: `namespace/name`, or the group's name. */
export const groupText = (group: GroupIdentity): string =>
  group.namespace === '' ? group.name : `${group.namespace}/${group.name}`;

const groupName = (group: GroupIdentity, hash: string): string =>
  group.namespace === '' ? groupPart(group.name, hash) : twoPart(group.namespace, group.name, hash);

/** A Network Load Balancer. It changes with the Service's UID: a recreated Service gets another name. */
export const networkLoadBalancerName = (cluster: string, service: ServiceIdentity, scheme: string): string =>
  twoPart(service.namespace, service.name, digits(cluster, service.uid, scheme));

/** The managed security group of a Network Load Balancer. */
export const networkSecurityGroupName = (cluster: string, service: ServiceIdentity): string =>
  twoPart(service.namespace, service.name, digits(cluster, service.name, service.namespace, service.uid));

/** A target group of a Network Load Balancer, and its TargetGroupBinding. */
export const networkTargetGroupName = (
  cluster: string,
  service: ServiceIdentity,
  target: {
    readonly targetPort: number;
    readonly port: number;
    readonly type: string;
    readonly protocol: string;
    readonly healthProtocol: string;
    readonly healthIntervalSeconds: number;
  },
): string =>
  twoPart(
    service.namespace,
    service.name,
    digits(
      cluster,
      service.uid,
      target.targetPort,
      target.port,
      target.type,
      target.protocol,
      target.healthProtocol,
      target.healthIntervalSeconds,
    ),
  );

/** An Application Load Balancer. It is the same after the Ingress was recreated. */
export const applicationLoadBalancerName = (cluster: string, group: GroupIdentity, scheme: string): string =>
  groupName(group, digits(cluster, groupText(group), scheme));

/** The managed security group of an Application Load Balancer. */
export const applicationSecurityGroupName = (cluster: string, group: GroupIdentity): string =>
  groupName(group, digits(cluster, groupText(group)));

/** A target group of an Application Load Balancer, and its TargetGroupBinding. */
export const applicationTargetGroupName = (
  cluster: string,
  group: GroupIdentity,
  ingress: { readonly namespace: string; readonly name: string },
  service: ServiceIdentity,
  target: {
    /** The Service's port as the Ingress names it: a number or a name. */
    readonly port: number | string;
    readonly targetPort: number;
    readonly type: string;
    readonly protocol: string;
    readonly protocolVersion: string;
  },
): string =>
  twoPart(
    service.namespace,
    service.name,
    digits(
      cluster,
      groupText(group),
      ingress.namespace,
      ingress.name,
      service.uid,
      target.port,
      target.targetPort,
      target.type,
      target.protocol,
      target.protocolVersion,
    ),
  );

/** The security group that the cluster's load balancers share towards their targets. */
export const backendSecurityGroupName = (cluster: string): string =>
  `k8s-traffic-${alphanumeric(cluster).slice(0, 232)}-${digits(cluster)}`;
