import { AwsError, type Service } from './service.ts';

/** AWS Shield of an account without a subscription (facts/lbc.md §4: only the state is asked). */
export function createShield(): Service {
  return {
    name: 'shield',
    handlers: { GetSubscriptionState: () => ({ SubscriptionState: 'INACTIVE' }) },
  };
}

/** Classic Elastic Load Balancing of an account without classic load balancers (facts/eksctl.md §9). */
export function createClassicLoadBalancing(): Service {
  return {
    name: 'classicloadbalancing',
    handlers: {
      DescribeLoadBalancers({ LoadBalancerNames: [name] = [] }: { LoadBalancerNames?: string[] }): object {
        if (name !== undefined)
          throw new AwsError('LoadBalancerNotFound', `The specified load balancer does not exist: ${name}`);
        return { LoadBalancerDescriptions: [] };
      },
    },
  };
}
