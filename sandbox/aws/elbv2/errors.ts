import { AwsError } from '../service.ts';

// Codes: Elastic Load Balancing API reference, version 2015-12-01; sentences: what the API answers in practice.

const single = {
  loadBalancer: ['LoadBalancerNotFound', 'Load balancer'],
  listener: ['ListenerNotFound', 'Listener'],
  rule: ['RuleNotFound', 'Rule'],
  targetGroup: ['TargetGroupNotFound', 'Target group'],
} as const;

const several = {
  loadBalancer: 'One or more load balancers not found',
  listener: 'One or more listeners not found',
  rule: 'One or more rules not found',
  targetGroup: 'One or more target groups not found',
} as const;

/** The kinds of resources that have an ARN of their own. */
export type Kind = keyof typeof single;

/** A resource that an operation acts on does not exist. */
export function notFound(kind: Kind, arn: string): AwsError {
  const [code, noun] = single[kind];
  return new AwsError(code, `${noun} '${arn}' not found`);
}

/** Something asked for by name or ARN does not exist. */
export function someNotFound(kind: Kind): AwsError {
  return new AwsError(single[kind][0], several[kind]);
}

/** A parameter that breaks a rule of the API. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** A request that contradicts the configuration. */
export function invalidConfiguration(message: string): AwsError {
  return new AwsError('InvalidConfigurationRequest', message);
}

/** The resource with this ARN, or the error that says there is none. */
export function find<R>(all: ReadonlyMap<string, R>, arn: string | undefined, kind: Kind): R {
  if (!arn) throw invalid(`An ARN must be specified`);
  const found = all.get(arn);
  if (!found) throw notFound(kind, arn);
  return found;
}
