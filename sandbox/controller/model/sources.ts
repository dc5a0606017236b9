import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { KubeCache } from '../kube/cache.ts';
import type { Logger } from '../log.ts';
import type { BackendSecurityGroup } from '../networking/backend-security-group.ts';
import type { SubnetResolver } from '../networking/subnets.ts';
import type { ControllerConfig } from '../process/config.ts';
import type { Tracking } from '../tracking.ts';

/** What building a model may ask. */
export interface ModelSources {
  readonly config: ControllerConfig;
  readonly vpcId: string;
  readonly kube: KubeCache;
  readonly subnets: SubnetResolver;
  readonly backendGroup: BackendSecurityGroup;
  /** The load balancer that exists for the stack, found by its tags. */
  findLoadBalancer(tracking: Tracking): Promise<LoadBalancer | undefined>;
  /** Security group IDs for what users write. */
  resolveSecurityGroups(namesOrIds: readonly string[]): Promise<string[]>;
  readonly log: Logger;
}

/** Subnets of an existing load balancer. */
export const subnetIds = (loadBalancer: LoadBalancer): string[] =>
  (loadBalancer.AvailabilityZones ?? []).map((zone) => zone.SubnetId ?? '');

/** Tags that annotations ask for and the controller's default tags, which win. Throws on externally managed keys. */
export function additionalTags(
  config: ControllerConfig,
  asked: Readonly<Record<string, string>>,
  refusal: (key: string) => string,
): Record<string, string> {
  for (const key of Object.keys(asked)) {
    if (config.externalManagedTags.includes(key)) throw new Error(refusal(key));
  }
  return { ...asked, ...config.defaultTags };
}

/** Security groups of a load balancer and the group from which its targets are reached. */
export interface ChosenGroups {
  readonly groups: string[];
  readonly backendGroup?: string;
  /** True when the stack makes a security group of its own. */
  readonly managed: boolean;
  readonly usesBackendGroup: boolean;
}
