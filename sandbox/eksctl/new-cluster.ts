import type { AddonContext } from './addons.ts';
import type { ExistingCluster } from './aws/cluster.ts';
import { createOidcManager, type OidcManager } from './aws/identity-provider.ts';
import { describeCluster, type Provider } from './aws/provider.ts';
import type { Stacks } from './aws/stacks.ts';
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
  /** Describes the control plane at the first use. */
  existing(): Promise<ExistingCluster>;
  /** Takes over a newer description. */
  refresh(existing: ExistingCluster): void;
  oidc(): Promise<OidcManager>;
  kubernetes(): Promise<Kubernetes>;
  /** For add-ons; asks IAM for the provider when the config wants one. */
  addonContext(): Promise<AddonContext>;
}

/** Makes the shared state of a creation. */
export function createNewCluster(input: CreationInput): NewCluster {
  const { session, provider, stacks, config } = input;
  const { name, version = '' } = config.metadata;
  let known: ExistingCluster | undefined;
  const existing = async (): Promise<ExistingCluster> => {
    known ??= { ...provider, cluster: await describeCluster(provider, name) };
    return known;
  };
  const oidc = async (): Promise<OidcManager> => createOidcManager(session, await existing());
  return {
    ...input,
    existing,
    refresh: (newer) => {
      known = newer;
    },
    oidc,
    kubernetes: async () => createKubernetes(provider.clients, (await existing()).cluster),
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
