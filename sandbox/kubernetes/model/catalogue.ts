import type { KubeObject, ResourceName } from '../api.ts';
import { type BuiltinResource, builtinResources } from './builtin.ts';
import { apiVersion, type Resource, resourceName, storedVerbs } from './resource.ts';
import { anySchema } from './schema.ts';
import { kindSchema } from './types.ts';

/** The resources that a cluster serves: the built-in ones and those of its CustomResourceDefinitions. */
export interface Catalogue {
  all(): readonly Resource[];
  /** The preferred version of a resource by its name (`deployments.apps`). */
  byName(name: ResourceName): Resource | undefined;
  find(group: string, version: string, plural: string): Resource | undefined;
  byKind(object: Pick<KubeObject, 'apiVersion' | 'kind'>): Resource | undefined;
  /** Begins to serve the versions of one custom resource, replacing those it had. */
  serve(name: ResourceName, versions: readonly Resource[]): void;
  /** Stops serving a custom resource. */
  withdraw(name: ResourceName): void;
}

const splitVersion = (text: string): { group: string; version: string } => {
  const [first = '', second] = text.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
};

function fromRow(groupVersion: string, row: BuiltinResource): Resource {
  const { group, version } = splitVersion(groupVersion);
  const singular = row.kind.toLowerCase();
  const status = { name: 'status', kind: row.kind, verbs: ['get', 'patch', 'update'] };
  return {
    group,
    version,
    kind: row.kind,
    singular,
    plural: row.plural ?? `${singular}s`,
    namespaced: !row.cluster,
    shortNames: row.short ?? [],
    categories: [...(row.all ? ['all'] : []), ...(row.extension ? ['api-extensions'] : [])],
    verbs: row.verbs ?? storedVerbs,
    subresources: [...(row.status ? [status] : []), ...(row.parts ?? [])],
    deprecated: row.deprecated,
    generation: row.generation ?? false,
    schema: kindSchema(groupVersion, row.kind) ?? anySchema,
  };
}

const builtin: readonly Resource[] = Object.entries(builtinResources).flatMap(([groupVersion, rows]) =>
  rows.map((row) => fromRow(groupVersion, row)),
);

/** Makes a catalogue of the built-in resources. */
export function createCatalogue(): Catalogue {
  const custom = new Map<ResourceName, readonly Resource[]>();
  const all = () => [...builtin, ...[...custom.values()].flat()];
  return {
    all,
    byName: (name) => all().find((resource) => resourceName(resource) === name),
    find: (group, version, plural) =>
      all().find((one) => one.group === group && one.version === version && one.plural === plural),
    byKind: (object) =>
      all().find((one) => one.kind === object.kind && apiVersion(one) === object.apiVersion),
    serve: (name, versions) => {
      custom.set(name, versions);
    },
    withdraw: (name) => {
      custom.delete(name);
    },
  };
}
