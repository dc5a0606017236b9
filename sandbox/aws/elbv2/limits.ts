import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation } from '../operation.ts';
import { paginate } from '../paginate.ts';
import { AwsError, type Handler } from '../service.ts';
import type { ElbContext } from './state.ts';

/** AWS's default quotas, named as DescribeAccountLimits names them. */
export const loadBalancingLimits = {
  'target-groups': 3000,
  'targets-per-application-load-balancer': 1000,
  'listeners-per-application-load-balancer': 50,
  'rules-per-application-load-balancer': 100,
  'network-load-balancers': 50,
  'targets-per-network-load-balancer': 3000,
  'targets-per-availability-zone-per-network-load-balancer': 500,
  'listeners-per-network-load-balancer': 50,
  'condition-values-per-alb-rule': 5,
  'condition-wildcards-per-alb-rule': 6,
  'target-groups-per-action-on-application-load-balancer': 5,
  'target-groups-per-action-on-network-load-balancer': 1,
  'target-id-registrations-per-application-load-balancer': 1000,
  'certificates-per-application-load-balancer': 25,
  'certificates-per-network-load-balancer': 25,
  'application-load-balancers': 50,
} as const;

const errors = {
  TooManyLoadBalancers: 'The maximum number of load balancers has been reached',
  TooManyTargetGroups: 'The maximum number of target groups has been reached',
  TooManyListeners: 'The maximum number of listeners has been reached',
  TooManyRules: 'The maximum number of rules has been reached',
  TooManyTargets: 'The maximum number of targets has been reached',
} as const;

/** Throws when a count has reached its quota. */
export function checkLimit(
  count: number,
  limit: keyof typeof loadBalancingLimits,
  code: keyof typeof errors,
): void {
  if (count >= loadBalancingLimits[limit]) throw new AwsError(code, errors[code]);
}

/** DescribeAccountLimits. */
export function limitHandlers(elb: ElbContext): Record<string, Handler> {
  return {
    DescribeAccountLimits: operation(
      ['Marker', 'PageSize'],
      (input: DescribeAccountLimitsInput): DescribeAccountLimitsOutput => {
        const limits = Object.entries(loadBalancingLimits).map(([Name, Max]) => ({ Name, Max: String(Max) }));
        const { items, nextToken } = paginate(elb.world, limits, {
          token: input.Marker,
          limit: input.PageSize,
        });
        return { Limits: items, NextMarker: nextToken };
      },
    ),
  };
}
