import type { Subnet } from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotEmulated } from '../../aws/service.ts';
import { type Annotations, readAnnotations } from '../annotations.ts';
import { hasFinalizer, isAlive, keyOf, type Service, type ServicePort } from '../kube/types.ts';
import {
  type GroupIdentity,
  networkLoadBalancerName,
  networkSecurityGroupName,
  type ServiceIdentity,
} from '../naming.ts';
import { permission } from '../networking/permissions.ts';
import type { ControllerConfig } from '../process/config.ts';
import { createTracking } from '../tracking.ts';
import { annotationPrefixes, finalizers } from './constants.ts';
import { buildServiceTargetGroup } from './service-target-group.ts';
import { additionalTags, type ChosenGroups, type ModelSources, subnetIds } from './sources.ts';
import {
  type BindingModel,
  type BuiltModel,
  emptyStack,
  type ListenerModel,
  managedGroup,
  type TargetGroupModel,
} from './types.ts';
import { refuseUnsupported, unsupportedServiceAnnotations } from './unsupported.ts';

/** The annotations of a Service that concern its load balancer. */
export const serviceAnnotations = (service: Service): Annotations =>
  readAnnotations(annotationPrefixes.service, service.metadata.annotations);

/** True when this controller shall make a load balancer for the Service. */
export function isServiceSupported(service: Service, config: ControllerConfig): boolean {
  if (!isAlive(service)) return false;
  if (service.spec.loadBalancerClass !== undefined) {
    return service.spec.loadBalancerClass === config.loadBalancerClass;
  }
  const annotations = serviceAnnotations(service);
  const type = annotations.text('aws-load-balancer-type');
  const target = annotations.text('aws-load-balancer-nlb-target-type');
  return type === 'nlb-ip' || (type === 'external' && (target === 'ip' || target === 'instance'));
}

/** True when AWS resources may exist for the Service. */
export const isServicePendingFinalization = (service: Service): boolean =>
  hasFinalizer(service, finalizers.service);

/** The identity of a Service as a stack of AWS resources. */
export const serviceStack = (service: Service): GroupIdentity => ({
  namespace: service.metadata.namespace ?? '',
  name: service.metadata.name,
});

/**
 * Works out the Network Load Balancer of a Service; the empty stack when there shall be none. Throws with the texts
 * of facts/lbc.md §5.
 */
export async function buildServiceModel(sources: ModelSources, service: Service): Promise<BuiltModel> {
  const { config } = sources;
  const id = serviceStack(service);
  const annotations = serviceAnnotations(service);
  if (!isServiceSupported(service, config)) {
    refuseProtected(service, annotations);
    return { stack: emptyStack('service', id), usesBackendGroup: false };
  }
  refuseUnsupported(annotationPrefixes.service, annotations, unsupportedServiceAnnotations);
  refuseOtherAddressTypes(annotations);

  const tracking = createTracking(config.clusterName, 'service', id);
  let looked: Promise<LoadBalancer | undefined> | undefined;
  const existing = (): Promise<LoadBalancer | undefined> => {
    looked ??= sources.findLoadBalancer(tracking);
    return looked;
  };
  const scheme = await schemeOf(annotations, config, existing);
  const subnets = await subnetsOf(sources, annotations, scheme, existing);
  await existing();
  const chosen = await groupsOf(sources, service, annotations);
  const tags = additionalTags(
    config,
    annotations.map('aws-load-balancer-additional-resource-tags') ?? {},
    (key) => `external managed tag key ${key} cannot be specified on Service`,
  );
  const identity: ServiceIdentity = { ...id, uid: service.metadata.uid ?? '' };

  const targetGroups: TargetGroupModel[] = [];
  const bindings: BindingModel[] = [];
  const listeners: ListenerModel[] = [];
  for (const port of service.spec.ports ?? []) {
    const { group, binding } = buildServiceTargetGroup({ sources, service, annotations, port, chosen, tags });
    targetGroups.push(group);
    bindings.push(binding);
    listeners.push({
      port: port.port,
      protocol: protocolOf(port),
      certificates: [],
      actions: [{ type: 'forward', targetGroups: [{ group: { id: group.id } }] }],
      tags,
    });
  }
  return {
    usesBackendGroup: chosen.usesBackendGroup,
    stack: {
      owner: 'service',
      id,
      securityGroup: chosen.managed
        ? {
            name: networkSecurityGroupName(config.clusterName, identity),
            description: '[k8s] Managed SecurityGroup for LoadBalancer',
            ingress: ingressRules(service, annotations),
            tags,
          }
        : undefined,
      loadBalancer: {
        name: explicitName(annotations) ?? networkLoadBalancerName(config.clusterName, identity, scheme),
        type: 'network',
        scheme,
        subnets: subnets.map((subnet) => subnet.SubnetId ?? ''),
        securityGroups: chosen.groups,
        attributes: loadBalancerAttributes(annotations),
        tags,
      },
      targetGroups,
      bindings,
      listeners,
      rules: [],
    },
  };
}

const protocolOf = (port: ServicePort): string => port.protocol ?? 'TCP';

function refuseProtected(service: Service, annotations: Annotations): void {
  if (!isServicePendingFinalization(service)) return;
  const attributes = annotations.map('aws-load-balancer-attributes') ?? {};
  if (attributes['deletion_protection.enabled'] === 'true') {
    throw new Error(`deletion_protection is enabled, cannot delete the service: ${service.metadata.name}`);
  }
}

function refuseOtherAddressTypes(annotations: Annotations): void {
  const type = annotations.text('aws-load-balancer-ip-address-type') ?? 'ipv4';
  if (type === 'dualstack') throw new NotEmulated('dual-stack load balancers');
  if (type !== 'ipv4') throw new Error(`unknown IPAddressType: ${type}`);
}

async function schemeOf(
  annotations: Annotations,
  config: ControllerConfig,
  existing: () => Promise<LoadBalancer | undefined>,
): Promise<string> {
  const scheme = annotations.text('aws-load-balancer-scheme');
  if (scheme === 'internal' || scheme === 'internet-facing') return scheme;
  if (scheme !== undefined) throw new Error(`unknown scheme: ${scheme}`);
  const internal = annotations.boolean('aws-load-balancer-internal');
  if (internal !== undefined) return internal ? 'internal' : 'internet-facing';
  return (await existing())?.Scheme ?? config.defaultScheme;
}

async function subnetsOf(
  sources: ModelSources,
  annotations: Annotations,
  scheme: string,
  existing: () => Promise<LoadBalancer | undefined>,
): Promise<Subnet[]> {
  const needs = { type: 'network', scheme } as const;
  const named = annotations.list('aws-load-balancer-subnets');
  if (named !== undefined) return sources.subnets.named(named, needs);
  const present = await existing();
  return present?.Scheme === scheme
    ? sources.subnets.named(subnetIds(present), needs)
    : sources.subnets.discover(needs);
}

async function groupsOf(
  sources: ModelSources,
  service: Service,
  annotations: Annotations,
): Promise<ChosenGroups> {
  const { config, backendGroup } = sources;
  const keys = [keyOf(service)];
  const named = annotations.list('aws-load-balancer-security-groups') ?? [];
  if (named.length === 0) {
    if (!config.enableBackendSecurityGroup) {
      return { groups: [managedGroup], backendGroup: managedGroup, managed: true, usesBackendGroup: false };
    }
    const shared = await backendGroup.get('service', keys);
    return { groups: [managedGroup, shared], backendGroup: shared, managed: true, usesBackendGroup: true };
  }
  const manageRules =
    annotations.boolean('aws-load-balancer-manage-backend-security-group-rules') ?? config.manageBackendRules;
  const groups = await sources.resolveSecurityGroups(named);
  if (!manageRules) return { groups, managed: false, usesBackendGroup: false };
  if (!config.enableBackendSecurityGroup) {
    throw new Error(
      'backendSG feature is required to manage worker node SG rules when frontendSG is manually specified',
    );
  }
  const shared = await backendGroup.get('service', keys);
  return { groups: [...groups, shared], backendGroup: shared, managed: false, usesBackendGroup: true };
}

function ingressRules(service: Service, annotations: Annotations) {
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  const asked = ranges.length > 0 ? ranges : (annotations.list('load-balancer-source-ranges') ?? []);
  for (const cidr of asked) {
    if (cidr.includes(':')) throw new Error(`unsupported v6 cidr ${cidr} when lb is not dualstack`);
  }
  const cidrs = asked.length === 0 ? ['0.0.0.0/0'] : asked;
  return (service.spec.ports ?? []).flatMap((port) =>
    cidrs.map((cidr) => permission(protocolOf(port).toLowerCase(), port.port, port.port, { cidr }, '')),
  );
}

function explicitName(annotations: Annotations): string | undefined {
  const name = annotations.text('aws-load-balancer-name');
  if (name !== undefined && name.length > 32) {
    throw new Error('load balancer name cannot be longer than 32 characters');
  }
  return name;
}

function loadBalancerAttributes(annotations: Annotations): Record<string, string> {
  const specific: Record<string, string> = {};
  if (annotations.boolean('aws-load-balancer-access-log-enabled')) {
    specific['access_logs.s3.enabled'] = 'true';
    const bucket = annotations.text('aws-load-balancer-access-log-s3-bucket-name');
    const prefix = annotations.text('aws-load-balancer-access-log-s3-bucket-prefix');
    if (bucket !== undefined) specific['access_logs.s3.bucket'] = bucket;
    if (prefix !== undefined) specific['access_logs.s3.prefix'] = prefix;
  }
  const crossZone = annotations.boolean('aws-load-balancer-cross-zone-load-balancing-enabled');
  if (crossZone !== undefined) specific['load_balancing.cross_zone.enabled'] = String(crossZone);
  return { ...annotations.map('aws-load-balancer-attributes'), ...specific };
}
