import type { Stack } from '@aws-sdk/client-cloudformation';
import type { Cluster } from '@aws-sdk/client-eks';
import type { AddonContext } from './addons.ts';
import type { ExistingCluster } from './aws/cluster.ts';
import { createOidcManager, type OidcManager } from './aws/identity-provider.ts';
import { describeCluster, type Provider } from './aws/provider.ts';
import { requireOutput, type Stacks } from './aws/stacks.ts';
import type { ZoneSubnets } from './config/subnets.ts';
import type { ClusterConfig } from './config/types.ts';
import { createKubernetes, type Kubernetes } from './kubernetes/client.ts';
import type { Session } from './session.ts';

/** What a cluster is made with. */
export interface CreationInput {
  readonly session: Session;
  readonly provider: Provider;
  readonly stacks: Stacks;
  readonly config: ClusterConfig;
  readonly subnets: readonly ZoneSubnets[];
}

/** A cluster while it is made: the tasks of the plan look at it only when they run. */
export interface NewCluster extends CreationInput {
  /** Takes over the cluster that a complete stack tells of in its outputs. */
  adopt(stack: Stack): void;
  /** What is known of the cluster without asking for it. */
  known(): Cluster;
  /** Describes the control plane at the first use. */
  existing(): Promise<ExistingCluster>;
  /** Takes over a newer description. */
  refresh(cluster: Cluster): void;
  oidc(): Promise<OidcManager>;
  kubernetes(): Kubernetes;
  /** For add-ons; asks IAM for the provider when the config wants one. */
  addonContext(): Promise<AddonContext>;
}

/** Makes the shared state of a creation. */
export function createNewCluster(input: CreationInput): NewCluster {
  const { session, provider, stacks, config } = input;
  const { name, version = '' } = config.metadata;
  let created: Cluster = { name };
  let described: Cluster | undefined;
  const existing = async (): Promise<ExistingCluster> => {
    described ??= await describeCluster(provider, name);
    return { ...provider, cluster: described };
  };
  const known = (): Cluster => described ?? created;
  const oidc = async (): Promise<OidcManager> => createOidcManager(session, await existing());
  return {
    ...input,
    adopt: (stack) => {
      created = {
        name,
        arn: requireOutput(stack, 'ARN'),
        endpoint: requireOutput(stack, 'Endpoint'),
        certificateAuthority: { data: requireOutput(stack, 'CertificateAuthorityData') },
      };
    },
    known,
    existing,
    refresh: (cluster) => {
      described = cluster;
    },
    oidc,
    kubernetes: () => createKubernetes(provider.clients, known()),
    async addonContext() {
      const manager = config.iam.withOIDC ? await oidc() : undefined;
      return {
        session,
        clients: provider.clients,
        stacks,
        clusterName: name,
        kubernetesVersion: version,
        partition: provider.partition,
        oidc: manager !== undefined && (await manager.exists()) ? manager : undefined,
      };
    },
  };
}
