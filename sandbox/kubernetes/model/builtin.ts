import type { ResourcePart } from './resource.ts';

/** A row of the table of built-in resources; plural and singular names follow from the kind unless given. */
export interface BuiltinResource {
  readonly kind: string;
  readonly plural?: string;
  /** True when objects live outside namespaces. */
  readonly cluster?: boolean;
  readonly short?: readonly string[];
  /** In `kubectl get all`. */
  readonly all?: boolean;
  /** In `kubectl get api-extensions`. */
  readonly extension?: boolean;
  readonly status?: boolean;
  /** `metadata.generation` counts the changes of its specification. */
  readonly generation?: boolean;
  readonly parts?: readonly ResourcePart[];
  /** The warning that every request for it brings. */
  readonly deprecated?: string;
  /** Default: all verbs of a stored resource. */
  readonly verbs?: readonly string[];
}

// Kinds that nothing acts on here: an object could be made and would never do anything, so none can be made.
const readOnly = ['get', 'list', 'watch'];
const readWrite = ['get', 'patch', 'update'];
const createOnly = ['create'];
const scale: ResourcePart = {
  name: 'scale',
  kind: 'Scale',
  group: 'autoscaling',
  version: 'v1',
  verbs: readWrite,
};
const review = (kind: string, cluster = true): BuiltinResource => ({ kind, cluster, verbs: createOnly });

/**
 * Every built-in resource that is served, by group and version, in the order of API discovery.
 * Source: the discovery documents of Kubernetes 1.35.
 */
export const builtinResources: Readonly<Record<string, readonly BuiltinResource[]>> = {
  v1: [
    { kind: 'ConfigMap', short: ['cm'] },
    {
      kind: 'Endpoints',
      plural: 'endpoints',
      short: ['ep'],
      deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    },
    { kind: 'Event', short: ['ev'] },
    {
      kind: 'Namespace',
      cluster: true,
      short: ['ns'],
      status: true,
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
      parts: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
    },
    { kind: 'Node', cluster: true, short: ['no'], status: true },
    {
      kind: 'Pod',
      generation: true,
      short: ['po'],
      all: true,
      status: true,
      parts: [
        { name: 'binding', kind: 'Binding', verbs: createOnly },
        { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: createOnly },
        { name: 'log', kind: 'Pod', verbs: ['get'] },
      ],
    },
    { kind: 'Secret' },
    {
      kind: 'ServiceAccount',
      short: ['sa'],
      parts: [
        {
          name: 'token',
          kind: 'TokenRequest',
          group: 'authentication.k8s.io',
          version: 'v1',
          verbs: createOnly,
        },
      ],
    },
    { kind: 'Service', short: ['svc'], all: true, status: true },
  ],
  'apiregistration.k8s.io/v1': [{ kind: 'APIService', cluster: true, extension: true, status: true }],
  'apps/v1': [
    { kind: 'DaemonSet', generation: true, short: ['ds'], all: true, status: true },
    { kind: 'Deployment', generation: true, short: ['deploy'], all: true, status: true, parts: [scale] },
    { kind: 'ReplicaSet', generation: true, short: ['rs'], all: true, status: true, parts: [scale] },
    { kind: 'StatefulSet', short: ['sts'], all: true, verbs: readOnly },
  ],
  'authentication.k8s.io/v1': [review('SelfSubjectReview'), review('TokenReview')],
  'authorization.k8s.io/v1': [
    review('LocalSubjectAccessReview', false),
    review('SelfSubjectAccessReview'),
    review('SelfSubjectRulesReview'),
    review('SubjectAccessReview'),
  ],
  'autoscaling/v2': [{ kind: 'HorizontalPodAutoscaler', short: ['hpa'], all: true, verbs: readOnly }],
  'batch/v1': [{ kind: 'Job', all: true, verbs: readOnly }],
  'networking.k8s.io/v1': [
    { kind: 'IngressClass', generation: true, plural: 'ingressclasses', cluster: true },
    { kind: 'Ingress', generation: true, plural: 'ingresses', short: ['ing'], status: true },
    { kind: 'NetworkPolicy', generation: true, plural: 'networkpolicies', short: ['netpol'] },
  ],
  'policy/v1': [{ kind: 'PodDisruptionBudget', generation: true, short: ['pdb'], status: true }],
  'rbac.authorization.k8s.io/v1': [
    { kind: 'ClusterRoleBinding', cluster: true },
    { kind: 'ClusterRole', cluster: true },
    { kind: 'RoleBinding' },
    { kind: 'Role' },
  ],
  'storage.k8s.io/v1': [{ kind: 'StorageClass', plural: 'storageclasses', cluster: true, short: ['sc'] }],
  'admissionregistration.k8s.io/v1': [
    { kind: 'MutatingWebhookConfiguration', generation: true, cluster: true, extension: true },
    { kind: 'ValidatingWebhookConfiguration', generation: true, cluster: true, extension: true },
  ],
  'apiextensions.k8s.io/v1': [
    {
      kind: 'CustomResourceDefinition',
      generation: true,
      cluster: true,
      extension: true,
      short: ['crd', 'crds'],
      status: true,
    },
  ],
  'coordination.k8s.io/v1': [{ kind: 'Lease' }],
  'discovery.k8s.io/v1': [{ kind: 'EndpointSlice', generation: true }],
};
