import type { KubeObject } from '../../../kubernetes/api.ts';

/** What an add-on's objects depend on. */
export interface ManifestSettings {
  readonly region: string;
  /** The add-on's version: `v1.12.4-eksbuild.1`. */
  readonly version: string;
  /** The address of the cluster's DNS Service. */
  readonly dnsAddress: string;
  /** IRSA role of the add-on's ServiceAccount. */
  readonly serviceAccountRoleArn?: string;
  /** The add-on's `configurationValues`, parsed. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** An object and the resource it is stored under. */
export interface Manifest {
  readonly resource: string;
  readonly object: KubeObject;
}

export const namespace = 'kube-system';
const rbac = 'rbac.authorization.k8s.io';

/** EKS keeps the images of its add-ons in registries of its own (EKS user guide, add-on image registries). */
export const image = (region: string, repository: string, version: string): string =>
  `602401143452.dkr.ecr.${region}.amazonaws.com/${repository}:${version}`;

/** Keeps DaemonSets off Fargate's nodes, as EKS's own manifests do. */
export const notOnFargate = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
            {
              key: 'eks.amazonaws.com/compute-type',
              operator: 'NotIn',
              values: ['fargate', 'hybrid', 'auto'],
            },
          ],
        },
      ],
    },
  },
};

/** A ServiceAccount, annotated with its IRSA role if it has one. */
export function serviceAccount(name: string, labels: Record<string, string>, roleArn?: string): Manifest {
  const annotations = roleArn ? { 'eks.amazonaws.com/role-arn': roleArn } : undefined;
  return {
    resource: 'serviceaccounts',
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels, annotations } },
  };
}

/** A ClusterRole and its binding to a ServiceAccount of kube-system. */
export function clusterRole(name: string, account: string, rules: readonly object[]): Manifest[] {
  return [
    {
      resource: `clusterroles.${rbac}`,
      object: { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    },
    {
      resource: `clusterrolebindings.${rbac}`,
      object: {
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
      },
    },
  ];
}
