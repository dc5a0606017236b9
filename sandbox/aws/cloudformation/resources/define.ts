import type { ResourceContext, ResourceType } from '../resource-type.ts';

/** Types an entry by its properties; the table holds entries of every type. */
export const define = <Properties extends object>(type: ResourceType<Properties>): ResourceType => type;

/** Tags for the EC2 call that creates a resource of this kind. */
export const tagSpecifications = (resource: string, context: ResourceContext): object =>
  context.tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: resource, Tags: context.tags }] };
