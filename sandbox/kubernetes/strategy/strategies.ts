import type { ResourceName } from '../api.ts';
import { definitions } from '../crd/definition.ts';
import type { OpenApiSchema } from '../crd/open-api.ts';
import { applyDefaults, validateCustom } from '../crd/validate.ts';
import { type Resource, resourceName } from '../model/resource.ts';
import {
  disruptionBudgets,
  endpoints,
  roleBindings,
  roles,
  storageClasses,
  webhookConfigurations,
} from './configuration.ts';
import { configMaps, secrets } from './data.ts';
import { ingressClasses, ingresses } from './ingresses.ts';
import { namespaces } from './namespaces.ts';
import { pods } from './pods.ts';
import { services } from './services.ts';
import type { Strategy } from './strategy.ts';
import { daemonSets, deployments, replicaSets } from './workloads.ts';

const strategies: Readonly<Record<ResourceName, Strategy>> = {
  configmaps: configMaps,
  endpoints,
  namespaces,
  nodes: { statusOnCreate: true },
  pods,
  secrets,
  services,
  'apiservices.apiregistration.k8s.io': { nameRule: 'path' },
  'customresourcedefinitions.apiextensions.k8s.io': definitions,
  'daemonsets.apps': daemonSets,
  'deployments.apps': deployments,
  'endpointslices.discovery.k8s.io': endpoints,
  'ingressclasses.networking.k8s.io': ingressClasses,
  'ingresses.networking.k8s.io': ingresses,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurations({
    reinvocationPolicy: 'Never',
  }),
  'poddisruptionbudgets.policy': disruptionBudgets,
  'replicasets.apps': replicaSets,
  'storageclasses.storage.k8s.io': storageClasses,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurations({}),
  'clusterroles.rbac.authorization.k8s.io': roles,
  'roles.rbac.authorization.k8s.io': roles,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBindings,
  'rolebindings.rbac.authorization.k8s.io': roleBindings,
};

/** The strategy of a resource; some need none. */
export const strategyOf = (resource: Resource): Strategy =>
  resource.custom ? customStrategy(resource.custom) : (strategies[resourceName(resource)] ?? {});

const customStrategy = (open: OpenApiSchema): Strategy => ({
  defaults: (object) => applyDefaults(open, object),
  validate: (object) => validateCustom(open, object),
});
