import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, NotEmulated } from '../service.ts';
import { isHttp } from './attributes.ts';
import { invalid, invalidConfiguration, notFound } from './errors.ts';
import type { ElbRegion, LoadBalancerRecord } from './state.ts';
import { loadBalancersOf, targetGroupsOf } from './usage.ts';

/**
 * The actions of a listener or rule as the API keeps them. A forward to one target group is shown in both of its
 * forms. Throws when a target group does not exist or cannot be used by the load balancer.
 */
export function checkActions(
  region: ElbRegion,
  loadBalancer: LoadBalancerRecord,
  actions: readonly Action[] | undefined,
): Action[] {
  if (!actions?.length) throw invalid('At least one action must be specified');
  const terminal = actions.filter(
    ({ Type }) => Type && ['forward', 'redirect', 'fixed-response'].includes(Type),
  );
  if (terminal.length !== 1) {
    throw invalid("Exactly one action of type 'forward', 'redirect' or 'fixed-response' must be specified");
  }
  for (const { Type } of actions) {
    if (Type?.startsWith('authenticate') || Type?.startsWith('jwt'))
      throw new NotEmulated(`the action ${Type}`);
    if (loadBalancer.type === 'network' && Type !== 'forward') {
      throw invalidConfiguration(
        `Listeners of network load balancers support only the action type 'forward'`,
      );
    }
  }
  for (const arn of targetGroupsOf(actions)) checkTargetGroup(region, loadBalancer, arn);
  return actions.map(bothForms);
}

function checkTargetGroup(region: ElbRegion, loadBalancer: LoadBalancerRecord, arn: string): void {
  const group = region.targetGroups.get(arn);
  if (!group) throw notFound('targetGroup', arn);
  if (group.vpcId !== loadBalancer.vpcId) {
    throw invalidConfiguration(
      `The following target groups are in a different VPC than load balancer '${loadBalancer.arn}': ${arn}`,
    );
  }
  if (isHttp(group.protocol) !== (loadBalancer.type === 'application')) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      `The protocol ${group.protocol} of target group '${arn}' is not supported by ${loadBalancer.type} load balancers`,
    );
  }
  if (loadBalancersOf(region, arn).some((other) => other.arn !== loadBalancer.arn)) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
}

function bothForms(action: Action): Action {
  if (action.Type !== 'forward') return { ...action };
  const { TargetGroupArn } = action;
  const tuples: TargetGroupTuple[] = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn }];
  if (tuples.length === 0) throw invalid('A target group ARN must be specified');
  return {
    ...action,
    ...(tuples.length === 1 ? { TargetGroupArn: tuples[0]?.TargetGroupArn } : {}),
    ForwardConfig: {
      TargetGroups: tuples.map((tuple) => ({ ...tuple, Weight: tuple.Weight ?? 1 })),
      TargetGroupStickinessConfig: action.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    },
  };
}
