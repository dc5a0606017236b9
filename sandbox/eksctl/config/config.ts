import { Failure, notEmulated } from '../failure.ts';
import type { Document } from './read.ts';
import type { Addon, ClusterConfig, FargateProfile, Metadata, ServiceAccount } from './types.ts';

/** Types that CloudWatch logging can be enabled for; `*` and `all` mean every one. */
export const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

interface Sections {
  readonly metadata?: Metadata;
  readonly iam?: {
    readonly withOIDC?: boolean;
    readonly vpcResourceControllerPolicy?: boolean;
    readonly serviceAccounts?: readonly (Partial<ServiceAccount> & {
      readonly wellKnownPolicies?: Readonly<Record<string, boolean>>;
    })[];
  };
  readonly vpc?: {
    readonly cidr?: string;
    readonly nat?: { readonly gateway?: string };
    readonly autoAllocateIPv6?: boolean;
    readonly manageSharedNodeSecurityGroupRules?: boolean;
    readonly clusterEndpoints?: { readonly privateAccess?: boolean; readonly publicAccess?: boolean };
    readonly publicAccessCIDRs?: readonly string[];
  };
  readonly accessConfig?: { readonly authenticationMode?: string };
  readonly autoModeConfig?: { readonly enabled?: boolean };
  readonly upgradePolicy?: ClusterConfig['upgradePolicy'];
  readonly kubernetesNetworkConfig?: ClusterConfig['kubernetesNetworkConfig'];
  readonly addons?: readonly (Addon & { readonly wellKnownPolicies?: Readonly<Record<string, boolean>> })[];
  readonly addonsConfig?: ClusterConfig['addonsConfig'];
  readonly privateCluster?: { readonly enabled?: boolean };
  readonly fargateProfiles?: readonly FargateProfile[];
  readonly availabilityZones?: readonly string[];
  readonly cloudWatch?: ClusterConfig['cloudWatch'];
}

/** Values that eksctl accepts and the rehearsal's cannot carry out. */
function refuseBeyond(sections: Sections): void {
  const refusals: readonly [boolean, string][] = [
    [sections.autoModeConfig?.enabled === true, 'Auto Mode (autoModeConfig.enabled)'],
    [sections.privateCluster?.enabled === true, 'private clusters (privateCluster.enabled)'],
    [(sections.vpc?.nat?.gateway ?? 'Single') !== 'Single', 'vpc.nat.gateway other than Single'],
    [sections.vpc?.autoAllocateIPv6 === true, 'vpc.autoAllocateIPv6'],
    [
      sections.vpc?.manageSharedNodeSecurityGroupRules === false,
      'vpc.manageSharedNodeSecurityGroupRules: false',
    ],
    [(sections.kubernetesNetworkConfig?.ipFamily ?? 'IPv4').toLowerCase() !== 'ipv4', 'IPv6 clusters'],
    [
      [...(sections.addons ?? []), ...(sections.iam?.serviceAccounts ?? [])].some((holder) =>
        Object.values(holder.wellKnownPolicies ?? {}).some((enabled) => enabled),
      ),
      'wellKnownPolicies',
    ],
  ];
  for (const [present, what] of refusals) if (present) throw notEmulated(what);
}

const expandLogTypes = (sections: Sections): ClusterConfig['cloudWatch'] => {
  const types = sections.cloudWatch?.clusterLogging?.enableTypes ?? [];
  return types.includes('*') || types.includes('all')
    ? { clusterLogging: { enableTypes: logTypes } }
    : sections.cloudWatch;
};

/**
 * The config that eksctl works with: the document plus its defaults (facts/eksctl.md §3).
 * Throws Failure on values that are not emulated, in eksctl's words on missing names.
 */
export function withDefaults(document: Document): ClusterConfig {
  const sections = document as Sections;
  refuseBeyond(sections);
  const { metadata, iam, vpc } = sections;
  if (metadata === undefined) throw new Failure('metadata must be set');
  const endpoints = vpc?.clusterEndpoints;
  return {
    metadata,
    upgradePolicy: sections.upgradePolicy,
    kubernetesNetworkConfig: sections.kubernetesNetworkConfig,
    autoModeConfig: sections.autoModeConfig,
    iam: {
      withOIDC: iam?.withOIDC ?? false,
      vpcResourceControllerPolicy: iam?.vpcResourceControllerPolicy ?? true,
      serviceAccounts: (iam?.serviceAccounts ?? []).map(({ wellKnownPolicies: _, ...account }) => ({
        ...account,
        metadata: {
          ...account.metadata,
          name: account.metadata?.name ?? '',
          namespace: account.metadata?.namespace ?? 'default',
        },
        attachPolicyARNs: account.attachPolicyARNs ?? [],
      })),
    },
    accessConfig: { authenticationMode: sections.accessConfig?.authenticationMode ?? 'API_AND_CONFIG_MAP' },
    vpc: {
      cidr: vpc?.cidr ?? '192.168.0.0/16',
      clusterEndpoints: {
        privateAccess: endpoints?.privateAccess ?? false,
        publicAccess: endpoints?.publicAccess ?? true,
      },
      publicAccessCIDRs: vpc?.publicAccessCIDRs,
    },
    addons: (sections.addons ?? []).map(({ wellKnownPolicies: _, ...addon }) => addon),
    addonsConfig: sections.addonsConfig ?? {},
    fargateProfiles: sections.fargateProfiles ?? [],
    availabilityZones: sections.availabilityZones,
    cloudWatch: expandLogTypes(sections),
  };
}
