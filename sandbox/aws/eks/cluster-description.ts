import type { Cluster } from '@aws-sdk/client-eks';
import { describeAutoMode } from './auto-mode.ts';
import { partitionLogTypes } from './cluster-request.ts';
import type { ClusterRecord } from './state.ts';

function logging({ logTypes }: ClusterRecord): Cluster['logging'] {
  const { on, off } = partitionLogTypes(logTypes);
  const setups = [
    { types: on, enabled: true },
    { types: off, enabled: false },
  ];
  return { clusterLogging: setups.filter(({ types }) => types.length > 0) };
}

/** A cluster as DescribeCluster prints it. Endpoint and certificate authority are there once it is ACTIVE. */
export function clusterDescription(cluster: ClusterRecord): Cluster {
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: cluster.createdAt,
    version: cluster.version,
    endpoint: cluster.endpoint,
    roleArn: cluster.roleArn,
    resourcesVpcConfig: {
      subnetIds: [...cluster.subnetIds],
      securityGroupIds: [...cluster.securityGroupIds],
      clusterSecurityGroupId: cluster.clusterSecurityGroupId,
      vpcId: cluster.vpcId,
      endpointPublicAccess: cluster.endpointPublicAccess,
      endpointPrivateAccess: cluster.endpointPrivateAccess,
      publicAccessCidrs: [...cluster.publicAccessCidrs],
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: cluster.serviceCidr,
      ipFamily: 'ipv4',
      elasticLoadBalancing: { enabled: cluster.autoMode?.enabled ?? false },
    },
    logging: logging(cluster),
    identity: { oidc: { issuer: cluster.issuer } },
    status: cluster.status,
    certificateAuthority: { data: cluster.certificateAuthority },
    clientRequestToken: cluster.clientRequestToken,
    platformVersion: 'eks.1',
    tags: { ...cluster.tags },
    health: { issues: [...cluster.issues] },
    accessConfig: {
      bootstrapClusterCreatorAdminPermissions: cluster.bootstrapAdmin,
      authenticationMode: cluster.authenticationMode,
    },
    upgradePolicy: { supportType: cluster.supportType },
    ...describeAutoMode(cluster.autoMode),
    deletionProtection: cluster.deletionProtection,
  };
}
