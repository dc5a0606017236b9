import type { ResourceName } from '../api.ts';
import { type Resource, resourceName } from '../model/resource.ts';
import { namespaces } from './namespaces.ts';
import { pods } from './pods.ts';
import { services } from './services.ts';
import type { Strategy } from './strategy.ts';

const strategies: Readonly<Record<ResourceName, Strategy>> = { namespaces, pods, services };

/** The strategy of a resource; most need none. */
export const strategyOf = (resource: Resource): Strategy => strategies[resourceName(resource)] ?? {};
