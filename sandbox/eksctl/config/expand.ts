import { isScalar, visit, Document as YamlDocument } from 'yaml';
import type { ClusterConfig } from './types.ts';

const wellKnownPolicies = {
  imageBuilder: false,
  autoScaler: false,
  awsLoadBalancerController: false,
  externalDNS: false,
  certManager: false,
  ebsCSIController: false,
  efsCSIController: false,
};

/** The whole configuration that `create cluster --dry-run` prints (transcripts/eksctl/a3-dryrun-config.txt). */
export function expandConfig(config: ClusterConfig, zones: readonly string[]): object {
  const { iam, autoModeConfig, vpc } = config;
  return {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: config.metadata,
    upgradePolicy: config.upgradePolicy,
    kubernetesNetworkConfig: config.kubernetesNetworkConfig,
    // The empty ARNs are eksctl's own (facts/eksctl.md §3).
    autoModeConfig:
      autoModeConfig === undefined
        ? undefined
        : { enabled: autoModeConfig.enabled, nodeRoleARN: 'arn:::::', permissionsBoundaryARN: 'arn:::::' },
    iam: {
      withOIDC: iam.withOIDC,
      vpcResourceControllerPolicy: iam.vpcResourceControllerPolicy,
      serviceAccounts:
        iam.serviceAccounts.length === 0
          ? undefined
          : iam.serviceAccounts.map((account) => ({ ...account, wellKnownPolicies })),
    },
    accessConfig: config.accessConfig,
    vpc: {
      autoAllocateIPv6: false,
      cidr: vpc.cidr,
      clusterEndpoints: vpc.clusterEndpoints,
      manageSharedNodeSecurityGroupRules: true,
      nat: { gateway: 'Single' },
      publicAccessCIDRs: vpc.publicAccessCIDRs,
    },
    addons:
      config.addons.length === 0
        ? undefined
        : config.addons.map((addon) => ({ ...addon, wellKnownPolicies })),
    addonsConfig: config.addonsConfig,
    privateCluster: { enabled: false, skipEndpointCreation: false },
    fargateProfiles:
      config.fargateProfiles.length === 0
        ? undefined
        : config.fargateProfiles.map((profile) => ({ ...profile, status: '' })),
    availabilityZones: zones,
    cloudWatch: config.cloudWatch,
  };
}

/** Strings that plain YAML would read as another type: go-yaml quotes them doubly, all others singly. */
const ambiguous = /^$|^[-+]?[\d.]+$|^(true|false|null|yes|no|on|off|~)$/i;

/** Writes YAML as eksctl does: keys sorted, sequences not indented. */
export function toYaml(value: object): string {
  const document = new YamlDocument(value, { sortMapEntries: true });
  visit(document, {
    Scalar(key, node) {
      if (key !== 'key' && isScalar(node) && typeof node.value === 'string' && ambiguous.test(node.value))
        node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ indentSeq: false, singleQuote: true, lineWidth: 0 });
}
