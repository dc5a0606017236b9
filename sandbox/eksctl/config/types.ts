/** The part of eksctl's ClusterConfig (eksctl.io/v1alpha5) that the rehearsal's eksctl works with. */
export interface ClusterConfig {
  readonly metadata: Metadata;
  readonly upgradePolicy?: { readonly supportType?: string };
  readonly kubernetesNetworkConfig?: { readonly ipFamily?: string; readonly serviceIPv4CIDR?: string };
  readonly autoModeConfig?: { readonly enabled?: boolean };
  readonly iam: {
    readonly withOIDC: boolean;
    readonly vpcResourceControllerPolicy: boolean;
    readonly serviceAccounts: readonly ServiceAccount[];
  };
  readonly accessConfig: { readonly authenticationMode: string };
  readonly vpc: {
    readonly cidr: string;
    readonly clusterEndpoints: { readonly privateAccess: boolean; readonly publicAccess: boolean };
    readonly publicAccessCIDRs?: readonly string[];
  };
  readonly addons: readonly Addon[];
  readonly addonsConfig: { readonly disableDefaultAddons?: boolean };
  readonly fargateProfiles: readonly FargateProfile[];
  readonly availabilityZones?: readonly string[];
  readonly cloudWatch?: { readonly clusterLogging?: { readonly enableTypes?: readonly string[] } };
}

export interface Metadata {
  readonly name: string;
  readonly region: string;
  readonly version?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ServiceAccount {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly attachPolicyARNs: readonly string[];
  readonly permissionsBoundary?: string;
  readonly roleName?: string;
  readonly roleOnly?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Addon {
  readonly name: string;
  readonly version?: string;
  readonly configurationValues?: string;
  readonly resolveConflicts?: 'none' | 'overwrite' | 'preserve';
  readonly tags?: Readonly<Record<string, string>>;
}

export interface FargateProfile {
  readonly name: string;
  readonly selectors: readonly {
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
  readonly subnets?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** `namespace/name`, as plans and tags name a service account. */
export const accountName = ({ metadata }: Pick<ServiceAccount, 'metadata'>): string =>
  `${metadata.namespace}/${metadata.name}`;
