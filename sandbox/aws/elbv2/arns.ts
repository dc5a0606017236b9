import type { ElbContext, LoadBalancerType } from './state.ts';

const shortType = { application: 'app', network: 'net' } as const;

/** `app` or `net`, as in ARNs and interface descriptions. */
export function shortTypeOf(type: LoadBalancerType): 'app' | 'net' {
  return shortType[type];
}

/** An ARN of Elastic Load Balancing in a region. */
export function arnOf(elb: ElbContext, region: string, resource: string): string {
  return `arn:${elb.world.partition}:elasticloadbalancing:${region}:${elb.world.account}:${resource}`;
}

/** The ARN of something new below a parent: a listener of a load balancer, a rule of a listener. */
export function childArn(elb: ElbContext, parent: string, from: string, to: string): string {
  return `${parent.replace(`:${from}/`, `:${to}/`)}/${elb.world.random.hex(16)}`;
}

/** The part of an ARN that its type and ids make up: `app/name/hash`. */
export function resourceIdOf(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.slice(resource.indexOf('/') + 1);
}

/** The kind of resource that an ARN names: `loadbalancer`, `listener`, `listener-rule`, `targetgroup`. */
export function kindOfArn(arn: string): string {
  return arn.split(':')[5]?.split('/')[0] ?? '';
}
