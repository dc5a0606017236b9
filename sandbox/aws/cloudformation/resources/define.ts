import { isAbsent } from '../failure.ts';
import type { ResourceContext, ResourceType } from '../resource-type.ts';

/** Types an entry by its properties; the table holds entries of every type. */
export const define = <Properties extends object>(type: ResourceType<Properties>): ResourceType => type;

/** Tags for the EC2 call that creates a resource of this kind. */
export const tagSpecifications = (resource: string, context: ResourceContext): object =>
  context.tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: resource, Tags: context.tags }] };

/** Whether a call says that the thing is not there (yet, or any more). */
export async function absent(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (isAbsent(error)) return true;
    throw error;
  }
}
