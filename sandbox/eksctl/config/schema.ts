/** What a field of the ClusterConfig file may hold, and whether the rehearsal's eksctl can do it. */
export type Field =
  | { readonly kind: 'string' | 'bool' | 'strings' | 'map' }
  | { readonly kind: 'object'; readonly fields: Fields }
  | { readonly kind: 'list'; readonly item: Field }
  /** A field that eksctl knows and the rehearsal does not emulate. */
  | { readonly kind: 'beyond' };

export type Fields = Readonly<Record<string, Field>>;

const string: Field = { kind: 'string' };
const bool: Field = { kind: 'bool' };
const strings: Field = { kind: 'strings' };
const map: Field = { kind: 'map' };
const object = (fields: Fields): Field => ({ kind: 'object', fields });
const list = (fields: Fields): Field => ({ kind: 'list', item: object(fields) });
const beyond = (...names: string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, { kind: 'beyond' } as const]));

const wellKnownPolicies = object({
  ...Object.fromEntries(
    [
      'imageBuilder',
      'autoScaler',
      'awsLoadBalancerController',
      'externalDNS',
      'certManager',
      'ebsCSIController',
      'efsCSIController',
    ].map((name) => [name, bool]),
  ),
});

/** The fields of eksctl.io/v1alpha5 (https://schema.eksctl.io). */
export const clusterConfigFields: Fields = {
  apiVersion: string,
  kind: string,
  metadata: object({
    name: string,
    region: string,
    version: string,
    tags: map,
    annotations: map,
    ...beyond('forceUpdateVersion', 'rollbackConfig'),
  }),
  upgradePolicy: object({ supportType: string }),
  kubernetesNetworkConfig: object({ ipFamily: string, serviceIPv4CIDR: string }),
  autoModeConfig: object({
    enabled: bool,
    nodeRoleARN: string,
    permissionsBoundaryARN: string,
    ...beyond('nodePools'),
  }),
  iam: object({
    withOIDC: bool,
    vpcResourceControllerPolicy: bool,
    serviceAccounts: list({
      metadata: object({ name: string, namespace: string, labels: map, annotations: map }),
      attachPolicyARNs: strings,
      wellKnownPolicies,
      permissionsBoundary: string,
      roleName: string,
      roleOnly: bool,
      tags: map,
      ...beyond('attachPolicy', 'attachRoleARN', 'subjectPattern', 'status'),
    }),
    ...beyond(
      'serviceRoleARN',
      'serviceRolePermissionsBoundary',
      'fargatePodExecutionRoleARN',
      'fargatePodExecutionRolePermissionsBoundary',
      'podIdentityAssociations',
    ),
  }),
  accessConfig: object({
    authenticationMode: string,
    ...beyond('accessEntries', 'bootstrapClusterCreatorAdminPermissions'),
  }),
  vpc: object({
    cidr: string,
    autoAllocateIPv6: bool,
    manageSharedNodeSecurityGroupRules: bool,
    nat: object({ gateway: string }),
    clusterEndpoints: object({ privateAccess: bool, publicAccess: bool }),
    publicAccessCIDRs: strings,
    ...beyond(
      'id',
      'ipv6Cidr',
      'ipv6Pool',
      'securityGroup',
      'subnets',
      'hostnameType',
      'extraCIDRs',
      'extraIPv6CIDRs',
      'sharedNodeSecurityGroup',
      'controlPlaneSubnetIDs',
      'controlPlaneOnPrivateSubnets',
      'controlPlaneSecurityGroupIDs',
      'controlPlaneEgressMode',
    ),
  }),
  addons: list({
    name: string,
    version: string,
    configurationValues: string,
    resolveConflicts: string,
    tags: map,
    wellKnownPolicies,
    ...beyond(
      'serviceAccountRoleARN',
      'attachPolicyARNs',
      'attachPolicy',
      'permissionsBoundary',
      'podIdentityAssociations',
      'useDefaultPodIdentityAssociations',
      'namespaceConfig',
      'publishers',
      'types',
      'owners',
    ),
  }),
  addonsConfig: object({
    disableDefaultAddons: bool,
    ...beyond('autoApplyPodIdentityAssociations'),
  }),
  privateCluster: object({
    enabled: bool,
    skipEndpointCreation: bool,
    ...beyond('additionalEndpointServices'),
  }),
  fargateProfiles: list({
    name: string,
    selectors: list({ namespace: string, labels: map }),
    subnets: strings,
    tags: map,
    status: string,
    ...beyond('podExecutionRoleARN'),
  }),
  availabilityZones: strings,
  cloudWatch: object({
    clusterLogging: object({ enableTypes: strings, ...beyond('logRetentionInDays') }),
  }),
  ...beyond(
    'remoteNetworkConfig',
    'iamIdentityMappings',
    'identityProviders',
    'nodeGroups',
    'managedNodeGroups',
    'localZones',
    'secretsEncryption',
    'gitops',
    'karpenter',
    'outpost',
    'controlPlaneScalingConfig',
    'zonalShiftConfig',
    'kubeAPIServerConfig',
    'kubeSchedulerConfig',
    'kubeControllerManagerConfig',
    'capabilities',
  ),
};
