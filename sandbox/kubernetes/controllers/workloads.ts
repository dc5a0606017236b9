import type { World } from '../../world.ts';
import type { ClusterSpec, KubernetesCluster, Workloads } from '../api.ts';
import type { Registries } from '../programs/images.ts';
import { injectRole, placeOnFargate } from './admission.ts';
import { startApiServices } from './api-services.ts';
import type { PodCloud } from './cloud.ts';
import { startDaemonSets } from './daemon-sets.ts';
import { startDeployments } from './deployments.ts';
import { startEndpoints, startEndpointsRemoval } from './endpoints.ts';
import { startFargate } from './fargate.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startKubelets } from './kubelet/kubelet.ts';
import { createContainerLogs } from './kubelet/logs.ts';
import { startNamespaceDefaults } from './namespace-defaults.ts';
import { startNamespaceLifecycle } from './namespaces.ts';
import { startReplicaSets } from './replica-sets.ts';
import { startDefaultScheduler } from './scheduler.ts';
import type { Pod } from './types.ts';

/** What the workloads of all clusters share. */
export interface WorkloadsOptions {
  readonly cloud: PodCloud;
  readonly registries: Registries;
}

/**
 * Starts what runs in an EKS cluster with Fargate: the controllers of kube-controller-manager, both schedulers, the
 * kubelets and the programs in their pods. Each acts as the Kubernetes user that it is on a real cluster.
 */
export function startWorkloads(
  world: World,
  cluster: KubernetesCluster,
  spec: ClusterSpec,
  { cloud, registries }: WorkloadsOptions,
): Workloads {
  const logs = createContainerLogs();
  const controller = (name: string) => cluster.client(`system:serviceaccount:kube-system:${name}`);
  const stops = [
    startNamespaceLifecycle(world, controller('namespace-controller')),
    startNamespaceDefaults(world, cluster, controller('service-account-controller')),
    startGarbageCollector(world, controller('generic-garbage-collector')),
    startDeployments(world, controller('deployment-controller')),
    startReplicaSets(world, controller('replicaset-controller')),
    startDaemonSets(controller('daemon-set-controller')),
    startEndpoints(world, controller('endpointslice-controller')),
    startEndpointsRemoval(controller('endpoint-controller')),
    startApiServices(world, cluster.client('system:apiserver')),
    startDefaultScheduler(world, cluster.client('system:kube-scheduler')),
    startFargate(world, spec, cluster.client('eks:fargate-scheduler'), cloud),
    startKubelets({
      world,
      cluster,
      vpcId: spec.vpcId,
      client: cluster.client('system:node:fargate'),
      logs,
      registries,
    }),
  ];
  const identities = cluster.client('eks:pod-identity-mutating-webhook');
  return {
    logs: logs.read,
    async admitPod(object) {
      const pod = await injectRole(identities, spec.region, object as Pod);
      return placeOnFargate(pod, cloud.profiles(spec.name, spec.region));
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
