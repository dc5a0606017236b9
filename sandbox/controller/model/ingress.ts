import { NotEmulated } from '../../aws/service.ts';
import { isAlive, keyOf, type Service } from '../kube/types.ts';
import { applicationLoadBalancerName, applicationSecurityGroupName } from '../naming.ts';
import { permission } from '../networking/permissions.ts';
import type { ControllerConfig } from '../process/config.ts';
import { createTracking } from '../tracking.ts';
import { type BackendAction, backendAction, fixedResponse } from './actions.ts';
import { annotationPrefixes } from './constants.ts';
import { agreed, type GroupMember, type IngressGroup, ingressAnnotations } from './ingress-group.ts';
import { type DraftRule, inRuleOrder, optimizeRules, ruleConditions } from './ingress-rules.ts';
import { groupTags, memberTags } from './ingress-tags.ts';
import { buildIngressTargetGroup, ingressTargetGroupId } from './ingress-target-group.ts';
import { type ListenPort, listenPorts } from './listen-ports.ts';
import { type ChosenGroups, type ModelSources, subnetIds } from './sources.ts';
import {
  type ActionModel,
  type BindingModel,
  type BuiltModel,
  emptyStack,
  type ListenerModel,
  managedGroup,
  type RuleModel,
  type TargetGroupModel,
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
  const subnets = await subnetsOf(sources, group, scheme);
  const chosen = await groupsOf(sources, group);
  const attributes = attributesOf(group);
  const tags = groupTags(config, group.members);
  const name = nameOf(group) ?? applicationLoadBalancerName(config.clusterName, group.id, scheme);
  const redirect = sslRedirect(group, ports);
  const backends = new Backends(sources, group, chosen);
  const listeners: ListenerModel[] = [];
  const rules: RuleModel[] = [];
  for (const port of ports) {
    const redirected = redirect !== undefined && port.protocol === 'HTTP';
    listeners.push({
      port: port.port,
      protocol: port.protocol,
      certificates: port.certificates,
      sslPolicy: port.sslPolicy,
      actions: [redirected ? redirect : defaultAction(port, backends)],
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

async function subnetsOf(sources: ModelSources, group: IngressGroup, scheme: string): Promise<string[]> {
  const needs = { type: 'application', scheme } as const;
  const ids = (subnets: readonly { SubnetId?: string }[]): string[] =>
    subnets.map((subnet) => subnet.SubnetId ?? '');
  const selectors = group.members.flatMap(({ params }) => params?.spec?.subnets ?? []);
  const named = group.members
    .filter(({ params }) => params?.spec?.subnets === undefined)
    .flatMap(({ annotations }) => {
      const list = annotations.list('subnets');
      return list === undefined ? [] : [list];
    });
  const [selector] = selectors;
  if (selector !== undefined) {
    if (named.length > 0) {
      throw new Error('conflicting subnet specifications: IngressClassParams versus annotation');
    }
    return ids(await sources.subnets.selected(selector, needs));
  }
  const [list] = named;
  if (list !== undefined) {
    const other = named.find((each) => [...each].sort().join() !== [...list].sort().join());
    if (other !== undefined)
      throw new Error(`conflicting subnets: [${list.join(' ')}] | [${other.join(' ')}]`);
    return ids(await sources.subnets.named(list, needs));
  }
  const existing = await sources.findLoadBalancer(
    createTracking(sources.config.clusterName, 'ingress', group.id),
  );
  if (existing?.Scheme === scheme) return subnetIds(existing);
  const found = await sources.subnets.discover(needs).catch((error: Error) => {
    throw new Error(`couldn't auto-discover subnets: ${error.message}`, { cause: error });
  });
  return ids(found);
}

async function groupsOf(sources: ModelSources, group: IngressGroup): Promise<ChosenGroups> {
  const { config, backendGroup } = sources;
  const keys = group.members.map(({ ingress }) => keyOf(ingress));
  const lists = group.members.flatMap(({ annotations }) => {
    const list = annotations.list('security-groups');
    return list === undefined ? [] : [list];
  });
  const [named = []] = lists;
  const other = lists.find((each) => each.join() !== named.join());
  if (other !== undefined) {
    throw new Error(`conflicting securityGroups: [${named.join(' ')}] | [${other.join(' ')}]`);
  }
  if (named.length === 0) {
    if (!config.enableBackendSecurityGroup) {
      return { groups: [managedGroup], backendGroup: managedGroup, managed: true, usesBackendGroup: false };
    }
    const shared = await backendGroup.get('ingress', keys);
    sources.log.info('Auto Create SG', { 'LB SGs': [managedGroup, shared], 'backend SG': shared });
    return { groups: [managedGroup, shared], backendGroup: shared, managed: true, usesBackendGroup: true };
  }
  const manageRules = manageBackendRules(config, group);
  const groups = await sources.resolveSecurityGroups(named);
  if (!manageRules) return { groups, managed: false, usesBackendGroup: false };
  if (!config.enableBackendSecurityGroup) {
    throw new Error(
      'backendSG feature is required to manage worker node SG rules when frontendSG manually specified',
    );
  }
  const shared = await backendGroup.get('ingress', keys);
  return { groups: [...groups, shared], backendGroup: shared, managed: false, usesBackendGroup: true };
}

function manageBackendRules(config: ControllerConfig, group: IngressGroup): boolean {
  const wishes = group.members.flatMap(
    ({ annotations }) => annotations.boolean('manage-backend-security-group-rules') ?? [],
  );
  if (new Set(wishes).size > 1) throw new Error('conflicting manage backend security group rules settings');
  return wishes[0] ?? config.manageBackendRules;
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

function defaultAction(port: ListenPort, backends: Backends): ActionModel {
  const withBackend = port.members.filter(({ ingress }) => ingress.spec.defaultBackend !== undefined);
  const [member] = withBackend;
  if (member?.ingress.spec.defaultBackend === undefined) return fixedResponse('404');
  if (withBackend.length > 1) {
    const keys = withBackend.map(({ ingress }) => keyOf(ingress)).join(' ');
    throw new Error(`multiple ingress defined default backend: [${keys}]`);
  }
  return backends.action(member, backendAction(backends.config, member, member.ingress.spec.defaultBackend));
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

/** Collects the target groups that the actions of a group lead to. */
class Backends {
  readonly targetGroups: TargetGroupModel[] = [];
  readonly bindings: BindingModel[] = [];
  private readonly sources: ModelSources;
  private readonly group: IngressGroup;
  private readonly chosen: ChosenGroups;

  constructor(sources: ModelSources, group: IngressGroup, chosen: ChosenGroups) {
    this.sources = sources;
    this.group = group;
    this.chosen = chosen;
  }

  get config(): ControllerConfig {
    return this.sources.config;
  }

  /** The action with its Services looked up; one Service alone that does not exist answers 503 if tolerated. */
  action(member: GroupMember, action: BackendAction): ActionModel {
    if (action.type !== 'forward') return action;
    const { targets } = action;
    const services = targets.map((target) => this.service(member, target.serviceName));
    const missing = targets.find(
      (target, at) => target.serviceName !== undefined && services[at] === undefined,
    );
    if (missing !== undefined) {
      if (this.config.tolerateMissingService && targets.length === 1) {
        return fixedResponse('503', 'Backend service does not exist');
      }
      throw new Error(`Service "${missing.serviceName}" not found`);
    }
    return {
      type: 'forward',
      stickiness: action.stickiness,
      targetGroups: targets.map((target, at) => {
        const service = services[at];
        const group =
          service === undefined
            ? { arn: target.targetGroupArn ?? '' }
            : { id: this.targetGroup(member, service, target.servicePort ?? 0) };
        return { group, weight: target.weight };
      }),
    };
  }

  private service(member: GroupMember, name: string | undefined): Service | undefined {
    return name === undefined
      ? undefined
      : this.sources.kube.services.get(name, member.ingress.metadata.namespace);
  }

  private targetGroup(member: GroupMember, service: Service, port: number | string): string {
    const id = ingressTargetGroupId(member, service, port);
    if (this.targetGroups.some((known) => known.id === id)) return id;
    const { group, binding } = buildIngressTargetGroup({
      sources: this.sources,
      group: this.group.id,
      member,
      service,
      port,
      backendGroup: this.chosen.backendGroup,
    });
    this.targetGroups.push(group);
    this.bindings.push(binding);
    return id;
  }
}
