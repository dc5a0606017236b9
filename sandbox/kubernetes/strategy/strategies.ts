import type { ResourceName } from '../api.ts';
import { definitions } from '../crd/definition.ts';
import type { OpenApiSchema } from '../crd/open-api.ts';
import { applyDefaults, validateCustom } from '../crd/validate.ts';
import { type Resource, resourceName } from '../model/resource.ts';
import { namespaces } from './namespaces.ts';
import { pods } from './pods.ts';
import { services } from './services.ts';
import type { Strategy } from './strategy.ts';

const strategies: Readonly<Record<ResourceName, Strategy>> = {
  'customresourcedefinitions.apiextensions.k8s.io': definitions,
  namespaces,
  pods,
  services,
};

/** The strategy of a resource; most need none. */
export const strategyOf = (resource: Resource): Strategy =>
  resource.custom ? customStrategy(resource.custom) : (strategies[resourceName(resource)] ?? {});

const customStrategy = (open: OpenApiSchema): Strategy => ({
  defaults: (object) => applyDefaults(open, object),
  validate: (object) => validateCustom(open, object),
});
