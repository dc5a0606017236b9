import type { World } from '../../world.ts';
import type { Service } from '../service.ts';
import { absentFeatureHandlers } from './absent-features.ts';
import { accessEntryHandlers } from './access-entries.ts';
import { addonVersionHandlers } from './addon-versions.ts';
import { addonHandlers } from './addons.ts';
import { clusterHandlers } from './clusters.ts';
import { notFound } from './errors.ts';
import { fargateProfileHandlers } from './fargate-profiles.ts';
import { eksAccess } from './permissions.ts';
import { podIdentityHandlers } from './pod-identity.ts';
import {
  type ClusterRecord,
  clusterKey,
  type EksContext,
  type EksDependencies,
  type FargateProfileRecord,
} from './state.ts';
import { taggedResources, tagHandlers } from './tags.ts';
import { updateHandlers } from './updates.ts';
import { versionHandlers } from './versions.ts';

/** The emulated EKS, and what the parts that run inside its clusters may look up. */
export interface EksService extends Service {
  /** A cluster of any status: its VPC, subnets and cluster security group. To read only. */
  cluster(name: string, region: string): Readonly<ClusterRecord> | undefined;
  /** The clusters of a region. To read only. */
  clusters(region: string): readonly Readonly<ClusterRecord>[];
  /** A cluster's Fargate profiles of any status; only an ACTIVE one places pods. To read only. */
  fargateProfiles(name: string, region: string): readonly Readonly<FargateProfileRecord>[];
}

/**
 * Makes the emulated EKS. Its clusters' API servers are started through `world.kubernetes`; networks, roles and log
 * groups are those of the other emulated services.
 */
export function createEks(world: World, dependencies: EksDependencies): EksService {
  const clusters = new Map<string, ClusterRecord>();
  const list = (region: string) => [...clusters.values()].filter((cluster) => cluster.region === region);
  const eks: EksContext = {
    ...dependencies,
    world,
    clusters,
    list,
    cluster(region, name = '') {
      const cluster = clusters.get(clusterKey(region, name));
      // eksctl `a10-get-cluster-none`
      if (!cluster) throw notFound(`No cluster found for name: ${name}.`);
      return cluster;
    },
  };
  const handlers = {
    ...versionHandlers(world),
    ...clusterHandlers(eks),
    ...updateHandlers(eks),
    ...fargateProfileHandlers(eks),
    ...addonVersionHandlers(world),
    ...addonHandlers(eks),
    ...accessEntryHandlers(eks),
    ...tagHandlers(eks),
    ...podIdentityHandlers(eks),
    ...absentFeatureHandlers(eks),
  };
  const access = eksAccess(eks);
  return {
    name: 'eks',
    handlers,
    access: Object.fromEntries(Object.keys(handlers).map((name) => [name, access])),
    tagged: (region) => taggedResources(eks, region),
    cluster: (name, region) => clusters.get(clusterKey(region, name)),
    clusters: list,
    fargateProfiles: (name, region) => [
      ...(clusters.get(clusterKey(region, name))?.fargateProfiles.values() ?? []),
    ],
  };
}
