import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElbRegion, LoadBalancerRecord } from './state.ts';

/** The target groups that actions forward to. */
export function targetGroupsOf(actions: readonly Action[]): string[] {
  return actions.flatMap(({ ForwardConfig, TargetGroupArn }) =>
    ForwardConfig?.TargetGroups
      ? ForwardConfig.TargetGroups.map((target) => target.TargetGroupArn ?? '')
      : TargetGroupArn
        ? [TargetGroupArn]
        : [],
  );
}

/** The load balancers whose listeners or rules forward to a target group. */
export function loadBalancersOf(region: ElbRegion, targetGroupArn: string): LoadBalancerRecord[] {
  const found = new Set<LoadBalancerRecord>();
  for (const rule of region.rules.values()) {
    if (!targetGroupsOf(rule.actions).includes(targetGroupArn)) continue;
    const listener = region.listeners.get(rule.listenerArn);
    const loadBalancer = region.loadBalancers.get(listener?.loadBalancerArn ?? '');
    if (loadBalancer) found.add(loadBalancer);
  }
  return [...found];
}
