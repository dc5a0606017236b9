import type { Clock } from '../../clock.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { KubeCache } from '../kube/cache.ts';
import type { Logger } from '../log.ts';
import type { StackModel } from '../model/types.ts';
import type { EndpointRules } from '../networking/endpoint-rules.ts';
import type { SecurityGroups } from '../networking/security-groups.ts';
import type { ControllerConfig } from '../process/config.ts';
import type { Tracking } from '../tracking.ts';
import type { Existing } from './existing.ts';
import type { ResourceTags } from './resource-tags.ts';

/** What deploying works with. */
export interface DeployTools {
  readonly config: ControllerConfig;
  readonly vpcId: string;
  readonly aws: AwsClients;
  readonly tags: ResourceTags;
  readonly existing: Existing;
  readonly securityGroups: SecurityGroups;
  readonly endpointRules: EndpointRules;
  readonly kube: KubeCache;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** One pass of making AWS what a model says. */
export interface Deployment {
  readonly tools: DeployTools;
  readonly stack: StackModel;
  readonly tracking: Tracking;
  /** The stack in log lines: `namespace/name` or the group's name. */
  readonly stackId: string;
  readonly log: Logger;
}

/** A step's work after all resources exist: taking away what nothing needs any more, in reverse order. */
export type Finish = () => Promise<void>;
