import type { IpPermission } from '@aws-sdk/client-ec2';
import { failureCode } from '../aws/failure.ts';
import type { KubeCache } from '../kube/cache.ts';
import {
  type IntOrString,
  keyOf,
  type NetworkingRule,
  type Pod,
  type TargetGroupBinding,
} from '../kube/types.ts';
import { createMutex } from '../time.ts';
import { bindingRuleDescription, permission, type Source } from './permissions.ts';
import type { PodInterface } from './pod-interfaces.ts';
import type { SecurityGroups } from './security-groups.ts';

/**
 * Opens the security groups of targets to load balancers. All TargetGroupBindings share one rule per protocol and
 * source on each group, which spans the ports that any of them needs.
 */
export interface EndpointRules {
  /** Makes the rules fit a binding's present pods. */
  reconcile(binding: TargetGroupBinding, pods: readonly Pod[]): Promise<void>;
  /** Takes away what only this binding needed. */
  cleanup(binding: TargetGroupBinding): Promise<void>;
  /** Takes rules from groups that no binding uses any more; failures are left for the next time. */
  collectGarbage(): Promise<void>;
}

type RulesByGroup = ReadonlyMap<string, readonly IpPermission[]>;

const allPorts = { from: 0, to: 65535 };

/** Makes the manager; `interfacesOf` finds the pods' network interfaces. */
export function createEndpointRules(parts: {
  readonly cluster: string;
  readonly vpcId: string;
  /** Tags that tell the right group apart, besides the cluster's. */
  readonly targetTags: Readonly<Record<string, string>>;
  readonly disableRestrictedRules: boolean;
  readonly securityGroups: SecurityGroups;
  readonly interfacesOf: (pods: readonly Pod[]) => Promise<Map<string, PodInterface>>;
  readonly kube: KubeCache;
}): EndpointRules {
  const { cluster, vpcId, targetTags, securityGroups, interfacesOf, kube } = parts;
  const clusterTag = `kubernetes.io/cluster/${cluster}`;
  const exclusively = createMutex();
  const wanted = new Map<string, RulesByGroup>();
  const tracked = new Set<string>();
  let initialized = false;

  const endpointGroup = async (found: PodInterface): Promise<string> => {
    const [only] = found.securityGroups;
    if (found.securityGroups.length === 1 && only !== undefined) return only;
    const groups = await securityGroups.byIds(found.securityGroups);
    const fitting = groups.filter(
      ({ tags }) =>
        tags[clusterTag] !== undefined &&
        Object.entries(targetTags).every(([key, value]) => tags[key] === value),
    );
    const [one] = fitting;
    if (fitting.length === 1 && one !== undefined) return one.id;
    const got = fitting.map((group) => group.id).sort();
    throw new Error(
      `expected exactly one securityGroup tagged with ${clusterTag} for eni ${found.id}, got: [${got.join(' ')}] (clusterName: ${cluster})`,
    );
  };
  const rulesFor = async (binding: TargetGroupBinding, pods: readonly Pod[]): Promise<RulesByGroup> => {
    const networking = binding.spec.networking;
    if (networking === undefined) return new Map();
    const interfaces = await interfacesOf(pods);
    const podsByGroup = new Map<string, Pod[]>();
    for (const pod of pods) {
      const group = await endpointGroup(interfaces.get(keyOf(pod)) as PodInterface);
      podsByGroup.set(group, [...(podsByGroup.get(group) ?? []), pod]);
    }
    return new Map(
      [...podsByGroup].map(([group, inGroup]) => [
        group,
        (networking.ingress ?? []).flatMap((rule) => permissionsOf(rule, inGroup)),
      ]),
    );
  };
  const trackedGroups = async (): Promise<Set<string>> => {
    if (!initialized) {
      // Once per process: a group may have fallen out of use while no controller ran.
      const groups = await securityGroups.byRequest({
        Filters: [
          { Name: `tag:${clusterTag}`, Values: ['owned', 'shared'] },
          { Name: 'vpc-id', Values: [vpcId] },
        ],
      });
      for (const group of groups) tracked.add(group.id);
      initialized = true;
    }
    return tracked;
  };
  const forgetGone = (): boolean => {
    const present = kube.bindings.list().filter((binding) => binding.spec.networking !== undefined);
    const keys = new Set(present.map(keyOf));
    for (const key of [...wanted.keys()]) if (!keys.has(key)) wanted.delete(key);
    return wanted.size === keys.size;
  };
  const sweep = async (used: ReadonlyMap<string, unknown>): Promise<void> => {
    for (const group of await trackedGroups()) {
      if (used.has(group)) continue;
      try {
        await securityGroups.reconcileIngress(group, [], { onlyBindingRules: true });
      } catch (error) {
        if (failureCode(error) !== 'InvalidGroup.NotFound') throw error;
        tracked.delete(group);
      }
    }
  };
  const aggregate = (): Map<string, IpPermission[]> =>
    merge([...wanted.values()], parts.disableRestrictedRules ? (rules) => rules : widen);
  const apply = (binding: TargetGroupBinding, rules: RulesByGroup): Promise<void> =>
    exclusively(async () => {
      wanted.set(keyOf(binding), rules);
      for (const group of rules.keys()) tracked.add(group);
      // While some binding is not worked out yet, its rules must not be taken for surplus.
      const complete = forgetGone();
      const desired = aggregate();
      const failures: Error[] = [];
      for (const [group, permissions] of desired) {
        await securityGroups
          .reconcileIngress(group, permissions, { onlyBindingRules: true, authorizeOnly: !complete })
          .catch((error: Error) => failures.push(error));
      }
      if (complete) await sweep(desired);
      if (failures.length > 0)
        throw new Error(failures.map((each) => each.message).join('\n'), { cause: failures[0] });
    });

  return {
    reconcile: async (binding, pods) => apply(binding, await rulesFor(binding, pods)),
    cleanup: (binding) => apply(binding, new Map()),
    collectGarbage: () =>
      exclusively(async () => {
        if (forgetGone()) await sweep(aggregate()).catch(() => undefined);
      }),
  };
}

function permissionsOf(rule: NetworkingRule, pods: readonly Pod[]): IpPermission[] {
  const ports = rule.ports.length === 0 ? [{ protocol: 'TCP' }] : rule.ports;
  return rule.from.flatMap((peer) =>
    ports.flatMap((port) => {
      const source: Source | undefined =
        peer.securityGroup !== undefined
          ? { securityGroup: peer.securityGroup.groupID }
          : peer.ipBlock !== undefined
            ? { cidr: peer.ipBlock.cidr }
            : undefined;
      if (source === undefined) throw new Error('either ipBlock or securityGroup should be specified');
      const protocol = (port.protocol ?? 'TCP').toLowerCase();
      return numericPorts('port' in port ? port.port : undefined, pods).map(({ from, to }) =>
        permission(protocol, from, to, source, bindingRuleDescription),
      );
    }),
  );
}

function numericPorts(port: IntOrString | undefined, pods: readonly Pod[]): { from: number; to: number }[] {
  if (port === undefined) return [allPorts];
  if (typeof port === 'number') return [{ from: port, to: port }];
  const numbers = pods.map((pod) => containerPort(pod, port));
  return [...new Set(numbers)]
    .sort((left, right) => left - right)
    .map((number) => ({ from: number, to: number }));
}

/** The number of a named port of a pod. */
function containerPort(pod: Pod, name: string): number {
  const ports = (pod.spec.containers ?? []).flatMap((container) => container.ports ?? []);
  const found = ports.find((port) => port.name === name);
  if (found === undefined) throw new Error(`unable to find port ${name} on pod ${keyOf(pod)}`);
  return found.containerPort;
}

function merge(
  all: readonly RulesByGroup[],
  combine: (rules: IpPermission[]) => IpPermission[],
): Map<string, IpPermission[]> {
  const byGroup = new Map<string, IpPermission[]>();
  for (const rules of all) {
    for (const [group, permissions] of rules)
      byGroup.set(group, [...(byGroup.get(group) ?? []), ...permissions]);
  }
  return new Map([...byGroup].map(([group, permissions]) => [group, combine(permissions)]));
}

/** One rule per protocol and source group, from the lowest to the highest port; address ranges stay as they are. */
function widen(rules: IpPermission[]): IpPermission[] {
  const widest = new Map<string, IpPermission>();
  const ranges: IpPermission[] = [];
  for (const rule of rules) {
    const group = rule.UserIdGroupPairs?.[0]?.GroupId;
    if (group === undefined) {
      ranges.push(rule);
      continue;
    }
    const key = `${rule.IpProtocol}/${group}`;
    const known = widest.get(key) ?? rule;
    widest.set(key, {
      ...rule,
      FromPort: Math.min(known.FromPort ?? 0, rule.FromPort ?? 0),
      ToPort: Math.max(known.ToPort ?? 0, rule.ToPort ?? 0),
    });
  }
  return [...widest.values(), ...ranges];
}
