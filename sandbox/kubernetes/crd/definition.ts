import type { KubeObject } from '../api.ts';
import type { Cause } from '../model/errors.ts';
import type { PrinterColumn, Resource } from '../model/resource.ts';
import { required, unsupported } from '../strategy/causes.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { customKindSchema, type OpenApiSchema } from './open-api.ts';

/** `apiextensions.k8s.io/v1.CustomResourceDefinition`. */
export interface Definition extends KubeObject {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: DefinitionNames;
    versions: DefinitionVersion[];
    conversion?: { strategy: string };
  };
  status?: {
    conditions?: DefinitionCondition[];
    acceptedNames?: Partial<DefinitionNames>;
    storedVersions?: string[];
  };
}

interface DefinitionNames {
  plural: string;
  kind: string;
  singular?: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

interface DefinitionVersion {
  name: string;
  served: boolean;
  storage: boolean;
  schema?: { openAPIV3Schema?: OpenApiSchema };
  subresources?: { status?: object; scale?: object };
  additionalPrinterColumns?: PrinterColumn[];
}

interface DefinitionCondition {
  type: string;
  status: 'True' | 'False';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

const scopes = ['Cluster', 'Namespaced'];
const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** The condition of a type. */
export const conditionOf = (definition: Definition, type: string): DefinitionCondition | undefined =>
  definition.status?.conditions?.find((one) => one.type === type);

/** CustomResourceDefinitions: names are completed, and deleting one first deletes its objects. */
export const definitions: Strategy = {
  defaults(object: KubeObject) {
    const { spec } = object as Definition;
    if (!spec?.names?.kind) return;
    spec.names.singular ||= spec.names.kind.toLowerCase();
    spec.names.listKind ||= `${spec.names.kind}List`;
    spec.conversion ??= { strategy: 'None' };
  },
  prepareCreate(object: KubeObject) {
    const { spec } = object as Definition;
    const stored = (spec.versions ?? []).filter((version) => version.storage).map((version) => version.name);
    object.status = { conditions: [], acceptedNames: { plural: '', kind: '' }, storedVersions: stored };
  },
  validate(object: KubeObject): Cause[] {
    const { metadata, spec } = object as Definition;
    const causes: Cause[] = [];
    const wanted = `${spec?.names?.plural}.${spec?.group}`;
    if (metadata.name !== wanted)
      causes.push({
        reason: 'FieldValueInvalid',
        field: 'metadata.name',
        message: `Invalid value: ${JSON.stringify(metadata.name)}: must be spec.names.plural+"."+spec.group`,
      });
    if ((spec?.versions ?? []).filter((version) => version.storage).length !== 1)
      causes.push({
        reason: 'FieldValueInvalid',
        field: 'spec.versions',
        message: `Invalid value: ${JSON.stringify(spec?.versions ?? [])}: must have exactly one version marked as storage version`,
      });
    if ((spec?.versions ?? []).length === 0)
      causes.push({
        reason: 'FieldValueInvalid',
        field: 'status.storedVersions',
        message: 'Invalid value: null: must have at least one stored version',
      });
    if (!scopes.includes(spec?.scope)) causes.push(unsupported('spec.scope', spec?.scope, scopes));
    for (const [index, version] of (spec?.versions ?? []).entries())
      if (!version.schema?.openAPIV3Schema)
        causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
    return causes;
  },
  keepsGeneration: true,
  beginDelete(object: KubeObject) {
    const { metadata } = object;
    metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), cleanupFinalizer])];
    delete metadata.deletionGracePeriodSeconds;
    const { status } = object as Definition;
    const others = status?.conditions?.filter(({ type }) => type !== 'Terminating') ?? [];
    const terminating: DefinitionCondition = {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      lastTransitionTime: metadata.deletionTimestamp ?? '',
    };
    object.status = { ...status, conditions: [...others, terminating] };
  },
};

/** Whether the only thing that holds a deleted definition is the clean-up of its objects. */
export const awaitsCleanup = (definition: Definition): boolean =>
  (definition.metadata.finalizers ?? []).includes(cleanupFinalizer);

/** The finalizers that are left once the objects are gone. */
export const cleanedFinalizers = (definition: Definition): string[] =>
  (definition.metadata.finalizers ?? []).filter((one) => one !== cleanupFinalizer);

// A real server lists them in this order.
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** What an established definition serves, the storage version first. */
export function servedResources(definition: Definition): Resource[] {
  const { group, names, scope, versions } = definition.spec;
  const served = versions.filter((version) => version.served);
  served.sort((a, b) => Number(b.storage) - Number(a.storage));
  return served.map((version): Resource => {
    const open = version.schema?.openAPIV3Schema;
    return {
      group,
      version: version.name,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      kind: names.kind,
      namespaced: scope === 'Namespaced',
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      verbs: customVerbs,
      subresources: version.subresources?.status
        ? [{ name: 'status', kind: names.kind, verbs: ['get', 'patch', 'update'] }]
        : [],
      generation: true,
      schema: customKindSchema(open),
      columns: version.additionalPrinterColumns ?? [],
      custom: open ?? {},
    };
  });
}
