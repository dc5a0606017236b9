import type { ResourceName } from '../api.ts';
import type { OpenApiSchema } from '../crd/open-api.ts';
import type { Schema } from './schema.ts';

/** One served kind, as API discovery describes it (`meta/v1.APIResource`). */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly ResourcePart[];
  /** `metadata.generation` counts the changes of its specification. */
  readonly generation: boolean;
  /** The warning that every request for it brings. */
  readonly deprecated?: string;
  /** The fields of its objects. */
  readonly schema: Schema;
  /** Table columns of a custom resource; built-in kinds have theirs in the table printers. */
  readonly columns?: readonly PrinterColumn[];
  /** The OpenAPI schema of a custom resource, which built-in ones do not have. */
  readonly custom?: OpenApiSchema;
}

/** A subresource as discovery lists it: `deployments/scale` answers kind Scale of autoscaling/v1. */
export interface ResourcePart {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** `spec.versions[].additionalPrinterColumns[]` of a CustomResourceDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** Verbs of a resource that is stored. */
export const storedVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

/** `deployments.apps`, `services`: how messages and the in-process client name a resource. */
export const resourceName = (resource: Pick<Resource, 'group' | 'plural'>): ResourceName =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;

/** `apps/v1`, `v1`. */
export const apiVersion = (of: { readonly group: string; readonly version: string }): string =>
  of.group === '' ? of.version : `${of.group}/${of.version}`;
