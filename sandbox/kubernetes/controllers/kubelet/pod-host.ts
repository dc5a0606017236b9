import type { World } from '../../../world.ts';
import type { KubeClient, KubernetesCluster } from '../../api.ts';
import type { Registries } from '../../programs/images.ts';
import type { EventRecorder } from '../events.ts';
import type { Pod } from '../types.ts';
import type { ContainerLogs } from './logs.ts';
import type { PodVolumes } from './volumes.ts';

/** What the containers of one pod share. */
export interface PodHost {
  readonly world: World;
  readonly cluster: KubernetesCluster;
  readonly vpcId: string;
  /** The kubelet's own client. */
  readonly client: KubeClient;
  readonly events: EventRecorder;
  readonly logs: ContainerLogs;
  readonly registries: Registries;
  readonly volumes: PodVolumes;
  /** The pod as last seen. */
  pod(): Pod;
  readonly address: string;
  /** Aborted when the pod is to end. */
  readonly signal: AbortSignal;
  /** Says that a container's status changed. */
  changed(): void;
}
