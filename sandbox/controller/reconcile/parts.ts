import type { Clock } from '../../clock.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import type { Deploy } from '../deploy/deployer.ts';
import type { KubeCache } from '../kube/cache.ts';
import type { EventRecorder } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import type { ModelSources } from '../model/sources.ts';
import type { ControllerConfig } from '../process/config.ts';

/** What the reconcilers of Services and Ingresses work with. */
export interface ReconcilerParts {
  readonly config: ControllerConfig;
  readonly client: KubeClient;
  readonly kube: KubeCache;
  readonly clock: Clock;
  readonly sources: ModelSources;
  readonly deploy: Deploy;
  readonly events: EventRecorder;
  readonly log: Logger;
}

/** A reconciler at work. */
export interface Reconciler {
  stop(): void;
}
