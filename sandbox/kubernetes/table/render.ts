import type { KubeObject, ResourceName } from '../api.ts';
import { type Resource, resourceName } from '../model/resource.ts';
import {
  apiServiceColumns,
  bindingColumns,
  configMapColumns,
  createdAtColumns,
  eventColumns,
  leaseColumns,
  namespaceColumns,
  nodeColumns,
  secretColumns,
  storageClassColumns,
  webhookColumns,
} from './cluster.ts';
import { ageColumn, type Column, nameColumn } from './column.ts';
import { customColumns } from './custom.ts';
import {
  endpointSliceColumns,
  endpointsColumns,
  ingressClassColumns,
  ingressColumns,
  networkPolicyColumns,
  serviceColumns,
} from './network.ts';
import { podColumns } from './pods.ts';
import {
  autoscalerColumns,
  daemonSetColumns,
  deploymentColumns,
  jobColumns,
  podDisruptionBudgetColumns,
  replicaSetColumns,
  statefulSetColumns,
} from './workloads.ts';

// Source: pkg/printers/internalversion of Kubernetes 1.35.
const builtinColumns: Readonly<Record<ResourceName, readonly Column[]>> = {
  pods: podColumns,
  services: serviceColumns,
  endpoints: endpointsColumns,
  configmaps: configMapColumns,
  secrets: secretColumns,
  namespaces: namespaceColumns,
  nodes: nodeColumns,
  events: eventColumns,
  'deployments.apps': deploymentColumns,
  'replicasets.apps': replicaSetColumns,
  'statefulsets.apps': statefulSetColumns,
  'daemonsets.apps': daemonSetColumns,
  'jobs.batch': jobColumns,
  'poddisruptionbudgets.policy': podDisruptionBudgetColumns,
  'horizontalpodautoscalers.autoscaling': autoscalerColumns,
  'ingresses.networking.k8s.io': ingressColumns,
  'ingressclasses.networking.k8s.io': ingressClassColumns,
  'networkpolicies.networking.k8s.io': networkPolicyColumns,
  'endpointslices.discovery.k8s.io': endpointSliceColumns,
  'rolebindings.rbac.authorization.k8s.io': bindingColumns,
  'clusterrolebindings.rbac.authorization.k8s.io': bindingColumns,
  'roles.rbac.authorization.k8s.io': createdAtColumns,
  'clusterroles.rbac.authorization.k8s.io': createdAtColumns,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookColumns,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookColumns,
  'customresourcedefinitions.apiextensions.k8s.io': createdAtColumns,
  'leases.coordination.k8s.io': leaseColumns,
  'storageclasses.storage.k8s.io': storageClassColumns,
  'apiservices.apiregistration.k8s.io': apiServiceColumns,
};

const columnsOf = (resource: Resource): readonly Column[] =>
  resource.custom
    ? customColumns(resource.columns)
    : (builtinColumns[resourceName(resource)] ?? [nameColumn, ageColumn]);

/** What of each object a table carries along. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** Objects as a `meta/v1.Table`. */
export function renderTable(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: object,
  now: Date,
  include: IncludeObject,
  headers = true,
): object {
  const columns = columnsOf(resource);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: headers
      ? columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
          name,
          type,
          format,
          description,
          priority,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      object: include === 'None' ? null : include === 'Object' ? object : partialMetadata(object),
    })),
  };
}

/** An object reduced to its metadata. */
export const partialMetadata = (object: KubeObject): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
});
