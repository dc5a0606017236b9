import type { World } from '../world.ts';
import type { KubernetesCluster, KubernetesHost, KubernetesHostOptions } from './api.ts';
import { startCluster } from './cluster.ts';

/** Makes the host of the API servers; clusters are told apart by name and region, as in EKS. */
export function createKubernetesHost(world: World, options: KubernetesHostOptions = {}): KubernetesHost {
  const clusters = new Map<string, KubernetesCluster>();
  const keyOf = (name: string, region: string): string => `${region}/${name}`;
  return {
    async start(spec) {
      const cluster = await startCluster(world, spec, options);
      const key = keyOf(spec.name, spec.region);
      const entry: KubernetesCluster = {
        ...cluster,
        async stop() {
          if (clusters.get(key) === entry) clusters.delete(key);
          await cluster.stop();
        },
      };
      clusters.set(key, entry);
      return entry;
    },
    find: (name, region) => clusters.get(keyOf(name, region)),
    byIssuer: (issuer) => [...clusters.values()].find((cluster) => cluster.issuer === issuer),
    async stopAll() {
      await Promise.all([...clusters.values()].map((cluster) => cluster.stop()));
    },
  };
}
