import type { KubeClient } from '../../kubernetes/api.ts';
import { type AddonDefinition, findAddon, selfManagedAddons } from './addon-catalogue.ts';
import type { Manifest } from './manifests/objects.ts';
import type { AddonRecord, ClusterRecord, EksContext } from './state.ts';

/** What of an add-on's record its objects are made from. */
type Installation = Pick<AddonRecord, 'version' | 'serviceAccountRoleArn' | 'configurationValues'>;

/** EKS acts in the cluster as this user. */
function addonManager(eks: EksContext, cluster: ClusterRecord): KubeClient {
  const kubernetes = eks.world.kubernetes.find(cluster.name, cluster.region);
  if (!kubernetes) throw new Error(`The API server of cluster ${cluster.name} cannot be reached.`);
  return kubernetes.client('eks:addon-manager');
}

function manifests(
  cluster: ClusterRecord,
  definition: AddonDefinition,
  installation: Installation,
): Manifest[] {
  const { version, serviceAccountRoleArn, configurationValues } = installation;
  return definition.objects({
    region: cluster.region,
    version,
    serviceAccountRoleArn,
    configuration: configurationValues ? JSON.parse(configurationValues) : {},
    // The DNS Service has the tenth address of the Service range (EKS user guide).
    dnsAddress: cluster.serviceCidr.replace(/\.\d+\/\d+$/, '.10'),
  });
}

/**
 * Puts an add-on's objects into the cluster. Objects that are there are overwritten, or listed and left alone.
 * @returns what was in the way when `overwrite` is false.
 */
export async function installAddon(
  eks: EksContext,
  cluster: ClusterRecord,
  definition: AddonDefinition,
  installation: Installation,
  overwrite: boolean,
): Promise<string[]> {
  const client = addonManager(eks, cluster);
  const wanted = manifests(cluster, definition, installation);
  const present: Manifest[] = [];
  for (const manifest of wanted) {
    const { name, namespace } = manifest.object.metadata;
    if (await client.get(manifest.resource, name, namespace)) present.push(manifest);
  }
  if (!overwrite && present.length > 0) {
    return present.map(({ object }) => `${object.kind} ${object.metadata.name}`);
  }
  for (const { resource, object } of wanted) {
    const { name, namespace } = object.metadata;
    if (present.some((manifest) => manifest.object === object))
      await client.patch(resource, name, namespace, object);
    else await client.create(resource, object);
  }
  return [];
}

/** Removes an add-on's objects from the cluster. */
export async function uninstallAddon(
  eks: EksContext,
  cluster: ClusterRecord,
  definition: AddonDefinition,
  installation: Installation,
): Promise<void> {
  const client = addonManager(eks, cluster);
  for (const { resource, object } of manifests(cluster, definition, installation)) {
    const { name, namespace } = object.metadata;
    if (await client.get(resource, name, namespace)) await client.delete(resource, name, namespace);
  }
}

/** Installs what EKS puts into a cluster that does not decline it; no add-on records come of it. */
export async function installSelfManagedAddons(eks: EksContext, cluster: ClusterRecord): Promise<void> {
  for (const name of selfManagedAddons) {
    const definition = findAddon(name);
    const version = definition?.versions(cluster.version)[0];
    if (definition && version) await installAddon(eks, cluster, definition, { version }, true);
  }
}

/** Whether all wanted replicas of the add-on's Deployment are ready. */
export async function isHealthy(
  eks: EksContext,
  cluster: ClusterRecord,
  definition: AddonDefinition,
): Promise<boolean> {
  if (!definition.deployment) return true;
  const client = addonManager(eks, cluster);
  const deployment = await client.get('deployments.apps', definition.deployment, 'kube-system');
  const { replicas = 1 } = (deployment?.spec ?? {}) as { replicas?: number };
  const { readyReplicas = 0 } = (deployment?.status ?? {}) as { readyReplicas?: number };
  return deployment !== undefined && readyReplicas >= replicas;
}
