import { startDaemonSets } from '../../../sandbox/kubernetes/controllers/daemon-sets.ts';
import { startDeployments } from '../../../sandbox/kubernetes/controllers/deployments.ts';
import { startEndpoints, startEndpointsRemoval } from '../../../sandbox/kubernetes/controllers/endpoints.ts';
import { startGarbageCollector } from '../../../sandbox/kubernetes/controllers/garbage-collector.ts';
import { startNamespaceDefaults } from '../../../sandbox/kubernetes/controllers/namespace-defaults.ts';
import { startNamespaceLifecycle } from '../../../sandbox/kubernetes/controllers/namespaces.ts';
import { startReplicaSets } from '../../../sandbox/kubernetes/controllers/replica-sets.ts';
import type { Target } from '../../kubernetes-contract/play.ts';
import { adminToken, startTestCluster } from './cluster-fixture.ts';

// As fast as reality: clients that wait for a second mean one.
const speed = 1;

/** An API server with the controllers of kube-controller-manager, and nothing that schedules or runs pods. */
export async function startControlPlane(): Promise<{ target: Target; stop: () => Promise<void> }> {
  const { world, cluster } = await startTestCluster({}, speed);
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
  ];
  return {
    target: { ...cluster, token: adminToken },
    async stop() {
      for (const stop of stops) stop();
      await cluster.stop();
    },
  };
}
