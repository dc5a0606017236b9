import type { KubeObject } from '../api.ts';
import { type Cause, invalid } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import { validateMetadata } from '../strategy/names.ts';
import { strategyOf } from '../strategy/strategies.ts';
import type { ApiServer } from './context.ts';

/** Validates a new or changed object; throws Invalid (422) with every cause. */
export function check(server: ApiServer, resource: Resource, object: KubeObject, old?: KubeObject): void {
  const strategy = strategyOf(resource);
  const causes: Cause[] = [
    ...validateMetadata(object, strategy.nameRule ?? 'subdomain', old),
    ...(strategy.validate?.(object, server) ?? []),
    ...(old ? (strategy.validateUpdate?.(object, old, server) ?? []) : []),
  ];
  if (causes.length > 0) throw invalid(resource, object.metadata.name ?? '', causes);
}
