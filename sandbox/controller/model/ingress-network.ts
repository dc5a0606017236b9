import { keyOf } from '../kube/types.ts';
import type { ControllerConfig } from '../process/config.ts';
import { createTracking } from '../tracking.ts';
import type { IngressGroup } from './ingress-group.ts';
import { type ChosenGroups, type ModelSources, subnetIds } from './sources.ts';
import { managedGroup } from './types.ts';

/** The subnets of a group's load balancer, as its members agree on them. */
export async function ingressSubnets(
  sources: ModelSources,
  group: IngressGroup,
  scheme: string,
): Promise<string[]> {
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

/** The security groups of a group's load balancer. */
export async function ingressSecurityGroups(
  sources: ModelSources,
  group: IngressGroup,
): Promise<ChosenGroups> {
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
