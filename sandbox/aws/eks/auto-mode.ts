import type { Cluster, CreateClusterRequest } from '@aws-sdk/client-eks';
import { invalidParameter } from './errors.ts';

/** The settings of EKS Auto Mode; absent when the cluster was made without a word about it. */
export interface AutoMode {
  readonly enabled: boolean;
  readonly nodePools: readonly string[];
  readonly nodeRoleArn?: string;
}

/** What Auto Mode is made of; EKS takes all of it or nothing. */
const capabilities = (input: CreateClusterRequest): boolean[] =>
  [
    input.computeConfig?.enabled,
    input.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled,
    input.storageConfig?.blockStorage?.enabled,
  ].map((enabled) => enabled === true);

/** Each rule of CreateCluster about Auto Mode, in EKS's words, which users have quoted. */
const rules: readonly { readonly broken: (input: CreateClusterRequest) => boolean; readonly says: string }[] =
  [
    {
      // kubernetes-sigs/cluster-api-provider-aws#5278
      broken: (input) => capabilities(input).includes(true) && capabilities(input).includes(false),
      says: 'For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.',
    },
    {
      // hashicorp/terraform-provider-aws#40483
      broken: ({ computeConfig, bootstrapSelfManagedAddons = true }) =>
        computeConfig?.enabled === true && bootstrapSelfManagedAddons,
      says: 'When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false.',
    },
    {
      // terraform-aws-modules/terraform-aws-eks#3366
      broken: ({ computeConfig = {} }) =>
        !computeConfig.nodeRoleArn && Boolean(computeConfig.nodePools?.length),
      says: 'When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.',
    },
    {
      // aws/aws-cdk#33894
      broken: ({ computeConfig = {} }) =>
        Boolean(computeConfig.nodeRoleArn) && !computeConfig.nodePools?.length,
      says: 'When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.',
    },
  ];

/**
 * What a request says of Auto Mode.
 * @throws AwsError `InvalidParameterException` as EKS words it.
 */
export function readAutoMode(input: CreateClusterRequest): AutoMode | undefined {
  const broken = rules.find((rule) => rule.broken(input));
  if (broken) throw invalidParameter(broken.says);
  const { computeConfig } = input;
  if (!computeConfig) return undefined;
  const { enabled = false, nodePools = [], nodeRoleArn } = computeConfig;
  return { enabled, nodePools: [...nodePools], nodeRoleArn };
}

/** What DescribeCluster prints of it (EKS API reference, ComputeConfigResponse and StorageConfigResponse). */
export function describeAutoMode(
  mode: AutoMode | undefined,
): Pick<Cluster, 'computeConfig' | 'storageConfig'> {
  if (!mode) return {};
  const { enabled, nodePools, nodeRoleArn } = mode;
  return {
    computeConfig: { enabled, nodePools: [...nodePools], nodeRoleArn },
    storageConfig: { blockStorage: { enabled } },
  };
}
