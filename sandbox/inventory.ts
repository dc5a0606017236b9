import type { IamState } from './aws/iam/state.ts';
import type { Service } from './aws/service.ts';
import type { KubeObject, KubernetesCluster } from './kubernetes/api.ts';
import { storedResources } from './kubernetes/controllers/resources.ts';

/** Something that exists. */
export interface InventoryItem {
  /** `vpc`, `loadbalancer/net`, `role` after the service's name, or `kubernetes:deployments.apps`. */
  readonly kind: string;
  /** An ARN, or cluster/namespace/name of a Kubernetes object. */
  readonly id: string;
  readonly name?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What an inventory is taken of. */
export interface InventorySources {
  readonly services: readonly Service[];
  readonly iam: IamState;
  readonly regions: readonly string[];
  clusters(): readonly KubernetesCluster[];
}

/** Everything that exists now. Events are left out: they are records of what was. */
export async function takeInventory(sources: InventorySources): Promise<InventoryItem[]> {
  const { services, regions, iam } = sources;
  const tagged = regions.flatMap((region) =>
    services.flatMap((service) => [...(service.tagged?.(region) ?? [])]),
  );
  const roles = [...iam.roles.values()].map(({ arn, tags }) => ({ arn, tags: Object.fromEntries(tags) }));
  const objects = await Promise.all(sources.clusters().map(inCluster));
  return [...tagged, ...roles].map(({ arn, tags }) => fromArn(arn, tags)).concat(objects.flat());
}

// arn:PARTITION:SERVICE:REGION:ACCOUNT:TYPE/ID, or …:TYPE:ID
function fromArn(arn: string, tags: Readonly<Record<string, string>>): InventoryItem {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const [type = '', ...name] = resource.split(/[/:]/);
  return { kind: `${service}:${type}`, id: arn, name: tags.Name ?? name.join('/'), tags };
}

async function inCluster(cluster: KubernetesCluster): Promise<InventoryItem[]> {
  const client = cluster.client('system:apiserver');
  const resources = (await storedResources(client)).filter(({ name }) => name !== 'events');
  const found = await Promise.all(
    resources.map(async ({ name }) => (await client.list(name)).map((object) => item(cluster, name, object))),
  );
  return found.flat();
}

const item = (cluster: KubernetesCluster, resource: string, { metadata }: KubeObject): InventoryItem => ({
  kind: `kubernetes:${resource}`,
  id: [cluster.name, ...(metadata.namespace ? [metadata.namespace] : []), metadata.name].join('/'),
  name: metadata.name,
  tags: metadata.labels ?? {},
});
