import type { KubeClient } from '../api.ts';
import type { PolicyRule } from './rbac.ts';

const bootstrapping = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const rbac = 'rbac.authorization.k8s.io';
const discoveryPaths = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*'];
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

/** The default roles that clients rely on, and the groups they are bound to (kubernetes.io, "Default roles and role bindings"). */
const roles: Readonly<Record<string, { rules: PolicyRule[]; groups: string[] }>> = {
  'cluster-admin': {
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
    groups: ['system:masters'],
  },
  'system:basic-user': {
    rules: [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: ['create'],
      },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ],
    groups: ['system:authenticated'],
  },
  'system:discovery': {
    rules: [{ nonResourceURLs: [...discoveryPaths, '/readyz', '/version', '/version/'], verbs: ['get'] }],
    groups: ['system:authenticated'],
  },
  'system:public-info-viewer': {
    rules: [{ nonResourceURLs: publicPaths, verbs: ['get'] }],
    groups: ['system:authenticated', 'system:unauthenticated'],
  },
  'system:service-account-issuer-discovery': {
    rules: [{ nonResourceURLs: ['/.well-known/openid-configuration', '/openid/v1/jwks'], verbs: ['get'] }],
    groups: ['system:serviceaccounts'],
  },
};

/** The controllers of kube-controller-manager that run in the rehearsal. */
export const controllers = [
  'daemon-set-controller',
  'deployment-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'generic-garbage-collector',
  'namespace-controller',
  'replicaset-controller',
  'service-account-controller',
];

/** Creates the default roles and bindings of a new cluster. */
export async function bootstrapRoles(client: KubeClient): Promise<void> {
  for (const [name, { rules, groups }] of Object.entries(roles)) {
    const metadata = { name, labels: bootstrapping };
    const apiVersion = `${rbac}/v1`;
    await client.create(`clusterroles.${rbac}`, { apiVersion, kind: 'ClusterRole', metadata, rules });
    await client.create(`clusterrolebindings.${rbac}`, {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: groups.map((group) => ({ apiGroup: rbac, kind: 'Group', name: group })),
    });
  }
  // A real cluster has a role for each; here they share the widest one.
  await client.create(`clusterrolebindings.${rbac}`, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:controllers', labels: bootstrapping },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: controllers.map((name) => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' })),
  });
}
