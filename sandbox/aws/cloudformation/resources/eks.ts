import type * as Eks from '@aws-sdk/client-eks';
import { AwsError } from '../../service.ts';
import type { ResourceContext } from '../resource-type.ts';
import { absent, define } from './define.ts';

/** EKS's API writes members in lower camel case, templates in upper. */
function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    lowerCamel(member),
  ]);
  return Object.fromEntries(members);
}

const tagMap = (tags: ResourceContext['tags']): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

const input = (properties: object, context: ResourceContext): object => {
  const { Tags, ...plain } = properties as { Tags?: unknown };
  return { ...(lowerCamel(plain) as object), tags: tagMap(context.tags) };
};

function stable(status: string | undefined, ready: readonly string[], failed: string): boolean {
  if (status === failed) throw new AwsError('NotStabilized', `Resource is in status ${failed}`);
  return ready.includes(status ?? '');
}

interface ClusterProperties {
  Name?: string;
  Logging?: { ClusterLogging?: { EnabledTypes?: { Type: string }[] } };
}

const describeCluster = (name: string, { invoke }: ResourceContext) =>
  invoke<Eks.DescribeClusterResponse>('eks', 'DescribeCluster', { name });

/** AWS::EKS::Cluster */
export const cluster = define<ClusterProperties>({
  properties: {
    Name: 'string',
    Version: 'string',
    RoleArn: 'string',
    ResourcesVpcConfig: 'object',
    KubernetesNetworkConfig: 'object',
    AccessConfig: 'object',
    BootstrapSelfManagedAddons: 'boolean',
    Logging: 'object',
    UpgradePolicy: 'object',
    DeletionProtection: 'boolean',
    ComputeConfig: 'object',
    StorageConfig: 'object',
  },
  required: ['RoleArn', 'ResourcesVpcConfig'],
  tags: 'all',
  attributeNames: ['Arn', 'CertificateAuthorityData', 'ClusterSecurityGroupId', 'Endpoint', 'Id'].concat(
    'OpenIdConnectIssuerUrl',
  ),
  seconds: 1,
  service: 'Eks',
  async create({ Logging, ...properties }, context) {
    const types = Logging?.ClusterLogging?.EnabledTypes?.map(({ Type }) => Type) ?? [];
    const request = {
      ...input(properties, context),
      name: properties.Name ?? context.name(100),
      logging: types.length > 0 ? { clusterLogging: [{ enabled: true, types }] } : undefined,
    };
    const answer = await context.invoke<Eks.CreateClusterResponse>('eks', 'CreateCluster', request);
    return answer.cluster?.name ?? '';
  },
  async stabilised(name, _, context) {
    return stable((await describeCluster(name, context)).cluster?.status, ['ACTIVE'], 'FAILED');
  },
  async attributes(name, _, context) {
    const { cluster } = await describeCluster(name, context);
    return {
      Arn: cluster?.arn,
      CertificateAuthorityData: cluster?.certificateAuthority?.data,
      ClusterSecurityGroupId: cluster?.resourcesVpcConfig?.clusterSecurityGroupId,
      Endpoint: cluster?.endpoint,
      Id: name,
      OpenIdConnectIssuerUrl: cluster?.identity?.oidc?.issuer,
    };
  },
  async delete(name, _, { invoke }) {
    await invoke('eks', 'DeleteCluster', { name });
  },
  gone: (name, _, context) => absent(describeCluster(name, context)),
});

interface InClusterProperties {
  ClusterName: string;
}

const inCluster = (id: string): [clusterName: string, name: string] => {
  const cut = id.indexOf('|');
  return [id.slice(0, cut), id.slice(cut + 1)];
};

const describeProfile = (id: string, { invoke }: ResourceContext) => {
  const [clusterName, fargateProfileName] = inCluster(id);
  const request = { clusterName, fargateProfileName };
  return invoke<Eks.DescribeFargateProfileResponse>('eks', 'DescribeFargateProfile', request);
};

/** AWS::EKS::FargateProfile */
export const fargateProfile = define<InClusterProperties & { FargateProfileName?: string }>({
  properties: {
    ClusterName: 'string',
    FargateProfileName: 'string',
    PodExecutionRoleArn: 'string',
    Selectors: 'list',
    Subnets: 'strings',
  },
  required: ['ClusterName', 'PodExecutionRoleArn', 'Selectors'],
  tags: 'all',
  attributeNames: ['Arn'],
  seconds: 1,
  service: 'Eks',
  async create(properties, context) {
    const fargateProfileName = properties.FargateProfileName ?? context.name(63);
    const request = { ...input(properties, context), fargateProfileName };
    await context.invoke('eks', 'CreateFargateProfile', request);
    return `${properties.ClusterName}|${fargateProfileName}`;
  },
  async stabilised(id, _, context) {
    const { fargateProfile } = await describeProfile(id, context);
    return stable(fargateProfile?.status, ['ACTIVE'], 'CREATE_FAILED');
  },
  async attributes(id, _, context) {
    return { Arn: (await describeProfile(id, context)).fargateProfile?.fargateProfileArn };
  },
  async delete(id, _, { invoke }) {
    const [clusterName, fargateProfileName] = inCluster(id);
    await invoke('eks', 'DeleteFargateProfile', { clusterName, fargateProfileName });
  },
  gone: (id, _, context) => absent(describeProfile(id, context)),
});

const describeAddon = (id: string, { invoke }: ResourceContext) => {
  const [clusterName, addonName] = inCluster(id);
  return invoke<Eks.DescribeAddonResponse>('eks', 'DescribeAddon', { clusterName, addonName });
};

/** AWS::EKS::Addon */
export const addon = define<InClusterProperties & { AddonName: string }>({
  properties: {
    ClusterName: 'string',
    AddonName: 'string',
    AddonVersion: 'string',
    ServiceAccountRoleArn: 'string',
    ResolveConflicts: 'string',
    ConfigurationValues: 'string',
  },
  required: ['ClusterName', 'AddonName'],
  tags: 'all',
  attributeNames: ['Arn'],
  seconds: 1,
  service: 'Eks',
  async create(properties, context) {
    await context.invoke('eks', 'CreateAddon', input(properties, context));
    return `${properties.ClusterName}|${properties.AddonName}`;
  },
  async stabilised(id, _, context) {
    const { addon } = await describeAddon(id, context);
    return stable(addon?.status, ['ACTIVE', 'DEGRADED'], 'CREATE_FAILED');
  },
  async attributes(id, _, context) {
    return { Arn: (await describeAddon(id, context)).addon?.addonArn };
  },
  async delete(id, _, { invoke }) {
    const [clusterName, addonName] = inCluster(id);
    await invoke('eks', 'DeleteAddon', { clusterName, addonName });
  },
  gone: (id, _, context) => absent(describeAddon(id, context)),
});

interface AccessEntryProperties extends InClusterProperties {
  PrincipalArn: string;
  AccessPolicies?: { PolicyArn: string; AccessScope: object }[];
}

/** AWS::EKS::AccessEntry */
export const accessEntry = define<AccessEntryProperties>({
  properties: {
    ClusterName: 'string',
    PrincipalArn: 'string',
    KubernetesGroups: 'strings',
    Username: 'string',
    Type: 'string',
    AccessPolicies: 'list',
  },
  required: ['ClusterName', 'PrincipalArn'],
  tags: 'all',
  attributeNames: ['AccessEntryArn'],
  seconds: 1,
  service: 'Eks',
  async create({ AccessPolicies, ...properties }, context) {
    await context.invoke('eks', 'CreateAccessEntry', input(properties, context));
    return `${properties.PrincipalArn}|${properties.ClusterName}`;
  },
  async configure(_, { ClusterName, PrincipalArn, AccessPolicies = [] }, { invoke }) {
    for (const { PolicyArn, AccessScope } of AccessPolicies) {
      await invoke('eks', 'AssociateAccessPolicy', {
        clusterName: ClusterName,
        principalArn: PrincipalArn,
        policyArn: PolicyArn,
        accessScope: lowerCamel(AccessScope),
      });
    }
  },
  async attributes(_, { ClusterName, PrincipalArn }, { invoke }) {
    const request = { clusterName: ClusterName, principalArn: PrincipalArn };
    const answer = await invoke<Eks.DescribeAccessEntryResponse>('eks', 'DescribeAccessEntry', request);
    return { AccessEntryArn: answer.accessEntry?.accessEntryArn };
  },
  async delete(_, { ClusterName, PrincipalArn }, { invoke }) {
    await invoke('eks', 'DeleteAccessEntry', { clusterName: ClusterName, principalArn: PrincipalArn });
  },
});
