import { corednsObjects } from './manifests/coredns.ts';
import { kubeProxyObjects, vpcCniObjects } from './manifests/daemon-sets.ts';
import { metricsServerObjects } from './manifests/metrics-server.ts';
import type { Manifest, ManifestSettings } from './manifests/objects.ts';

/** An add-on that EKS offers and the rehearsal can install. */
export interface AddonDefinition {
  readonly name: string;
  readonly type: string;
  readonly publisher: string;
  /** Of one Kubernetes version, newest first; the first is the default. */
  versions(kubernetes: string): readonly string[];
  readonly computeTypes: readonly string[];
  /** What it should be allowed, and as whom. */
  readonly permissions?: { readonly serviceAccount: string; readonly policies: readonly string[] };
  /** Members of `configurationValues` that have an effect here, as a JSON schema's `properties`. */
  readonly configuration: Readonly<Record<string, object>>;
  objects(settings: ManifestSettings): Manifest[];
  /** The Deployment whose pods decide whether it is healthy; a DaemonSet without nodes always is. */
  readonly deployment?: string;
}

const everywhere = ['ec2', 'fargate', 'hybrid'];

/**
 * The add-ons that eksctl installs by default. Versions are those of the recordings for Kubernetes 1.34
 * (eksctl `b2-create-c2-inline-sa`, `b1-create-c1`), kept for the other Kubernetes versions too.
 */
export const addonCatalogue: readonly AddonDefinition[] = [
  {
    name: 'vpc-cni',
    type: 'networking',
    publisher: 'eks',
    versions: () => ['v1.20.4-eksbuild.1'],
    computeTypes: ['ec2'],
    permissions: { serviceAccount: 'aws-node', policies: ['AmazonEKS_CNI_Policy'] },
    configuration: {},
    objects: vpcCniObjects,
  },
  {
    name: 'coredns',
    type: 'networking',
    publisher: 'eks',
    versions: () => ['v1.12.4-eksbuild.1'],
    computeTypes: everywhere,
    configuration: { computeType: { type: 'string' }, replicaCount: { type: 'integer' } },
    objects: corednsObjects,
    deployment: 'coredns',
  },
  {
    name: 'kube-proxy',
    type: 'networking',
    publisher: 'eks',
    versions: (kubernetes) => [`v${kubernetes}.0-eksbuild.2`],
    computeTypes: ['ec2'],
    configuration: {},
    objects: kubeProxyObjects,
  },
  {
    name: 'metrics-server',
    type: 'observability',
    publisher: 'eks',
    versions: () => ['v0.8.0-eksbuild.2'],
    computeTypes: everywhere,
    configuration: { replicas: { type: 'integer' } },
    objects: metricsServerObjects,
    deployment: 'metrics-server',
  },
];

/** The add-ons of a cluster that keeps EKS's self-managed ones (`bootstrapSelfManagedAddons`). */
export const selfManagedAddons = ['vpc-cni', 'coredns', 'kube-proxy'];

/** An add-on by name. */
export const findAddon = (name: string | undefined): AddonDefinition | undefined =>
  addonCatalogue.find((addon) => addon.name === name);
