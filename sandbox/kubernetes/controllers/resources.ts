import type { KubeClient, KubeObject, ResourceName } from '../api.ts';
import { builtinResources } from '../model/builtin.ts';

/** A kind of object that is stored, and can be watched and deleted. */
export interface StoredResource {
  readonly name: ResourceName;
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A CustomResourceDefinition as far as controllers look at it. */
export interface Definition extends KubeObject {
  spec: { group: string; scope: string; names: { plural: string; kind: string } };
}

const fromTable = (groupVersion: string): StoredResource[] => {
  const [first = '', second] = groupVersion.split('/');
  const group = second === undefined ? '' : first;
  return (builtinResources[groupVersion] ?? [])
    .filter((row) => !row.verbs || row.verbs.includes('delete'))
    .map((row) => {
      const plural = row.plural ?? `${row.kind.toLowerCase()}s`;
      const name = group === '' ? plural : `${plural}.${group}`;
      return { name, group, plural, kind: row.kind, namespaced: !row.cluster };
    });
};

/** The built-in kinds; Events are listed once, under the core group. */
export const builtinStored: readonly StoredResource[] = Object.keys(builtinResources)
  .flatMap(fromTable)
  .filter((resource) => resource.name !== 'events.events.k8s.io');

/** The kind that a CustomResourceDefinition defines. */
export const definedResource = ({ spec, metadata }: Definition): StoredResource => ({
  name: metadata.name,
  group: spec.group,
  plural: spec.names.plural,
  kind: spec.names.kind,
  namespaced: spec.scope === 'Namespaced',
});

/** Every stored kind that a cluster has now. */
export async function storedResources(client: KubeClient): Promise<StoredResource[]> {
  const definitions = await client.list('customresourcedefinitions.apiextensions.k8s.io');
  return [...builtinStored, ...definitions.map((object) => definedResource(object as Definition))];
}
