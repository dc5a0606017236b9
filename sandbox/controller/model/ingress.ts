import { NotEmulated } from '../../aws/service.ts';
import { isAlive, keyOf } from '../kube/types.ts';
import { applicationLoadBalancerName, applicationSecurityGroupName } from '../naming.ts';
import { permission } from '../networking/permissions.ts';
import type { ControllerConfig } from '../process/config.ts';
import { backendAction, fixedResponse } from './actions.ts';
import { annotationPrefixes } from './constants.ts';
import { type Backends, createBackends } from './ingress-backends.ts';
import { agreed, type GroupMember, type IngressGroup, ingressAnnotations } from './ingress-group.ts';
import { ingressSecurityGroups, ingressSubnets } from './ingress-network.ts';
import { type DraftRule, inRuleOrder, optimizeRules, ruleConditions } from './ingress-rules.ts';
import { groupTags, memberTags } from './ingress-tags.ts';
import { type ListenPort, listenPorts } from './listen-ports.ts';
import type { ModelSources } from './sources.ts';
import {
  type ActionModel,
  type BuiltModel,
  emptyStack,
  type ListenerModel,
  type RuleModel,
} from './types.ts';
import { refuseUnsupported, unsupportedIngressAnnotations } from './unsupported.ts';

/** A group's model, and the ports that its members' status shows. */
export interface BuiltIngressModel extends BuiltModel {
  readonly ports: readonly number[];
}

/**
 * Works out the Application Load Balancer of a group of Ingresses; the empty stack when the group has no members.
 * Throws with the texts of facts/lbc.md §5.
 */
export async function buildIngressModel(
  sources: ModelSources,
  group: IngressGroup,
): Promise<BuiltIngressModel> {
  const { config } = sources;
  refuseProtected(group);
  if (group.members.length === 0) {
    return { stack: emptyStack('ingress', group.id), usesBackendGroup: false, ports: [] };
  }
  group.members.forEach(refuseForeignFeatures);

  const ports = listenPorts(config, group.members);
  const scheme = schemeOf(config, group);
  const subnets = await ingressSubnets(sources, group, scheme);
  const chosen = await ingressSecurityGroups(sources, group);
  const attributes = attributesOf(group);
  const tags = groupTags(config, group.members);
  const name = nameOf(group) ?? applicationLoadBalancerName(config.clusterName, group.id, scheme);
  const redirect = sslRedirect(group, ports);
  const backends = createBackends(sources, group, chosen);
  const listeners: ListenerModel[] = [];
  const rules: RuleModel[] = [];
  for (const port of ports) {
    const redirected = redirect !== undefined && port.protocol === 'HTTP';
    listeners.push({
      port: port.port,
      protocol: port.protocol,
      certificates: port.certificates,
      sslPolicy: port.sslPolicy,
      actions: [redirected ? redirect : defaultAction(config, port, backends)],
      tags: groupTags(config, port.members),
    });
    if (!redirected) rules.push(...rulesOf(config, port, backends));
  }
  return {
    usesBackendGroup: chosen.usesBackendGroup,
    ports: ports.map((each) => each.port),
    stack: {
      owner: 'ingress',
      id: group.id,
      securityGroup: chosen.managed
        ? {
            name: applicationSecurityGroupName(config.clusterName, group.id),
            description: '[k8s] Managed SecurityGroup for LoadBalancer',
            ingress: ports.flatMap(({ port, cidrs }) =>
              cidrs.map((cidr) => permission('tcp', port, port, { cidr }, '')),
            ),
            tags,
          }
        : undefined,
      loadBalancer: {
        name,
        type: 'application',
        scheme,
        subnets,
        securityGroups: chosen.groups,
        attributes,
        tags,
      },
      targetGroups: backends.targetGroups,
      bindings: backends.bindings,
      listeners,
      rules,
    },
  };
}

function refuseProtected(group: IngressGroup): void {
  for (const ingress of group.inactive) {
    if (isAlive(ingress)) continue;
    const attributes = ingressAnnotations(ingress.metadata.annotations).map('load-balancer-attributes') ?? {};
    if (attributes['deletion_protection.enabled'] === 'true') {
      throw new Error(`deletion_protection is enabled, cannot delete the ingress: ${ingress.metadata.name}`);
    }
  }
}

/** Fields of IngressClassParams that are read; others are refused. */
const knownParams = new Set([
  'namespaceSelector',
  'group',
  'scheme',
  'ipAddressType',
  'targetType',
  'loadBalancerName',
  'sslPolicy',
  'sslRedirectPort',
  'certificateArn',
  'inboundCIDRs',
  'subnets',
  'tags',
  'loadBalancerAttributes',
]);

function refuseForeignFeatures({ annotations, params }: GroupMember): void {
  refuseUnsupported(annotationPrefixes.ingress, annotations, unsupportedIngressAnnotations);
  for (const field of Object.keys(params?.spec ?? {})) {
    if (!knownParams.has(field)) throw new NotEmulated(`spec.${field} of IngressClassParams`);
  }
  const addressType = params?.spec?.ipAddressType ?? annotations.text('ip-address-type') ?? 'ipv4';
  if (addressType.startsWith('dualstack')) throw new NotEmulated('dual-stack load balancers');
  if (addressType !== 'ipv4') throw new Error(`unknown IPAddressType: ${addressType}`);
}

function schemeOf(config: ControllerConfig, group: IngressGroup): string {
  const scheme = agreed(
    'scheme',
    group.members.map(({ params, annotations }) => params?.spec?.scheme ?? annotations.text('scheme')),
  );
  if (scheme === undefined) return config.defaultScheme;
  if (scheme === 'internal' || scheme === 'internet-facing') return scheme;
  throw new Error(`unknown scheme: ${scheme}`);
}

function nameOf(group: IngressGroup): string | undefined {
  const name = agreed(
    'load balancer name',
    group.members.map(
      ({ params, annotations }) => params?.spec?.loadBalancerName ?? annotations.text('load-balancer-name'),
    ),
  );
  if (name !== undefined && name.length > 32) {
    throw new Error('load balancer name cannot be longer than 32 characters');
  }
  return name;
}

function attributesOf(group: IngressGroup): Record<string, string> {
  const ofClass = Object.fromEntries(
    (group.members[0]?.params?.spec?.loadBalancerAttributes ?? []).map(({ key, value }) => [key, value]),
  );
  const merged: Record<string, string> = {};
  for (const { annotations } of group.members) {
    for (const [key, value] of Object.entries(annotations.map('load-balancer-attributes') ?? {})) {
      const known = merged[key];
      if (known !== undefined && known !== value && ofClass[key] === undefined) {
        throw new Error(`conflicting load balancer attributes ${key}: ${known} | ${value}`);
      }
      merged[key] = value;
    }
  }
  return { ...merged, ...ofClass };
}

function sslRedirect(group: IngressGroup, ports: readonly ListenPort[]): ActionModel | undefined {
  const wish = agreed(
    'sslRedirect port',
    group.members.map(
      ({ params, annotations }) =>
        params?.spec?.sslRedirectPort ?? annotations.integer('ssl-redirect')?.toString(),
    ),
  );
  if (wish === undefined) return undefined;
  const listener = ports.find((port) => String(port.port) === wish);
  if (listener === undefined) throw new Error(`listener does not exist for SSLRedirect port: ${wish}`);
  if (listener.protocol !== 'HTTPS')
    throw new Error(`listener protocol non-SSL for SSLRedirect port: ${wish}`);
  return { type: 'redirect', port: wish, protocol: 'HTTPS', statusCode: 'HTTP_301' };
}

function defaultAction(config: ControllerConfig, port: ListenPort, backends: Backends): ActionModel {
  const withBackend = port.members.filter(({ ingress }) => ingress.spec.defaultBackend !== undefined);
  const [member] = withBackend;
  if (member?.ingress.spec.defaultBackend === undefined) return fixedResponse('404');
  if (withBackend.length > 1) {
    const keys = withBackend.map(({ ingress }) => keyOf(ingress)).join(' ');
    throw new Error(`multiple ingress defined default backend: [${keys}]`);
  }
  return backends.action(member, backendAction(config, member, member.ingress.spec.defaultBackend));
}

function rulesOf(config: ControllerConfig, port: ListenPort, backends: Backends): RuleModel[] {
  const drafts: DraftRule[] = port.members.flatMap((member) => {
    try {
      return (member.ingress.spec.rules ?? []).flatMap((rule) =>
        inRuleOrder(rule.http?.paths ?? []).map((path) => {
          const action = backendAction(config, member, path.backend);
          return {
            conditions: ruleConditions(rule.host, path),
            actions: [backends.action(member, action)],
            tags: memberTags(config, member),
          };
        }),
      );
    } catch (error) {
      throw new Error(`ingress: ${keyOf(member.ingress)}: ${(error as Error).message}`, { cause: error });
    }
  });
  return optimizeRules(port.port, port.protocol, drafts).map((draft, at) => ({
    port: port.port,
    priority: at + 1,
    ...draft,
  }));
}
