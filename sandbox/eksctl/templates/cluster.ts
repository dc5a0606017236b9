import type { ZoneSubnets } from '../config/subnets.ts';
import type { ClusterConfig } from '../config/types.ts';
import {
  exported,
  getAtt,
  join,
  managedPolicy,
  nameTag,
  type Output,
  policyDocument,
  type Resource,
  ref,
  type Template,
} from './intrinsics.ts';
import { networkResources, zoneId } from './network.ts';
import { securityGroupResources } from './security-groups.ts';

/** What the cluster stack is made from, besides the config. */
export interface ClusterTemplateInput {
  readonly config: ClusterConfig;
  readonly subnets: readonly ZoneSubnets[];
  readonly account: string;
  readonly partition: string;
}

const principals = (suffix: string): object => ({
  EC2: `ec2.${suffix}`,
  EKS: 'eks.amazonaws.com',
  EKSFargatePods: 'eks-fargate-pods.amazonaws.com',
});

const otherPrincipals = { IRA: 'rolesanywhere.amazonaws.com', SSM: 'ssm.amazonaws.com' };

const principalMap = {
  aws: { ...principals('amazonaws.com'), ...otherPrincipals },
  'aws-cn': principals('amazonaws.com.cn'),
  'aws-us-gov': { ...principals('amazonaws.com'), ...otherPrincipals },
  'aws-iso': principals('c2s.ic.gov'),
  'aws-iso-b': principals('sc2s.sgov.gov'),
  'aws-iso-e': principals('amazonaws.com'),
  'aws-iso-f': principals('amazonaws.com'),
};

const servicePrincipal = (service: string): object => ({
  Service: [{ 'Fn::FindInMap': ['ServicePrincipalPartitionMap', ref('AWS::Partition'), service] }],
});

const role = (id: string, trust: object, policies: string[]): [string, Resource] => [
  id,
  {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: policyDocument(trust),
      ManagedPolicyArns: policies.map(managedPolicy),
      Tags: [nameTag(id)],
    },
  },
];

/** EKS's role; the VPC controller's policy goes with it unless switched off. */
const serviceRole = ({ iam }: ClusterConfig): [string, Resource] =>
  role(
    'ServiceRole',
    {
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Effect: 'Allow',
      Principal: servicePrincipal('EKS'),
    },
    [
      'AmazonEKSClusterPolicy',
      ...(iam.vpcResourceControllerPolicy ? ['AmazonEKSVPCResourceController'] : []),
    ],
  );

const fargateRole = ({ config, account, partition }: ClusterTemplateInput): [string, Resource] => {
  const { name, region } = config.metadata;
  const profiles = `arn:${partition}:eks:${region}:${account}:fargateprofile/${name}/*`;
  return role(
    'FargatePodExecutionRole',
    {
      Action: ['sts:AssumeRole'],
      Condition: { ArnLike: { 'aws:SourceArn': profiles } },
      Effect: 'Allow',
      Principal: servicePrincipal('EKSFargatePods'),
    },
    ['AmazonEKSFargatePodExecutionRolePolicy'],
  );
};

const logging = ({ cloudWatch }: ClusterConfig): object => {
  const types = cloudWatch?.clusterLogging?.enableTypes ?? [];
  return types.length === 0
    ? {}
    : { Logging: { ClusterLogging: { EnabledTypes: types.map((Type) => ({ Type })) } } };
};

const networkConfig = ({ kubernetesNetworkConfig }: ClusterConfig): object =>
  kubernetesNetworkConfig === undefined
    ? {}
    : {
        IpFamily: 'ipv4',
        ...(kubernetesNetworkConfig.serviceIPv4CIDR === undefined
          ? {}
          : { ServiceIpv4Cidr: kubernetesNetworkConfig.serviceIPv4CIDR }),
      };

function controlPlane(config: ClusterConfig, subnetIds: readonly object[]): Resource {
  const { metadata, vpc, upgradePolicy } = config;
  const tags = Object.entries(metadata.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return {
    Type: 'AWS::EKS::Cluster',
    Properties: {
      AccessConfig: {
        AuthenticationMode: config.accessConfig.authenticationMode,
        BootstrapClusterCreatorAdminPermissions: true,
      },
      BootstrapSelfManagedAddons: false,
      KubernetesNetworkConfig: networkConfig(config),
      ...logging(config),
      Name: metadata.name,
      ResourcesVpcConfig: {
        EndpointPrivateAccess: vpc.clusterEndpoints.privateAccess,
        EndpointPublicAccess: vpc.clusterEndpoints.publicAccess,
        ...(vpc.publicAccessCIDRs === undefined ? {} : { PublicAccessCidrs: vpc.publicAccessCIDRs }),
        SecurityGroupIds: [ref('ControlPlaneSecurityGroup')],
        SubnetIds: subnetIds,
      },
      RoleArn: getAtt('ServiceRole', 'Arn'),
      Tags: [...tags, nameTag('ControlPlane')],
      ...(upgradePolicy?.supportType ? { UpgradePolicy: { SupportType: upgradePolicy.supportType } } : {}),
      Version: metadata.version,
    },
  };
}

const outputs = (
  publicSubnets: readonly object[],
  privateSubnets: readonly object[],
  fargate: boolean,
): Record<string, Output> => {
  const values: readonly [string, unknown][] = [
    ['ARN', getAtt('ControlPlane', 'Arn')],
    ['ClusterSecurityGroupId', getAtt('ControlPlane', 'ClusterSecurityGroupId')],
    ['Endpoint', getAtt('ControlPlane', 'Endpoint')],
    ...(fargate
      ? [['FargatePodExecutionRoleARN', getAtt('FargatePodExecutionRole', 'Arn')] as [string, unknown]]
      : []),
    ['SecurityGroup', ref('ControlPlaneSecurityGroup')],
    ['ServiceRoleARN', getAtt('ServiceRole', 'Arn')],
    ['SharedNodeSecurityGroup', ref('ClusterSharedNodeSecurityGroup')],
    ['SubnetsPrivate', join(',', privateSubnets)],
    ['SubnetsPublic', join(',', publicSubnets)],
    ['VPC', ref('VPC')],
  ];
  return {
    CertificateAuthorityData: { Value: getAtt('ControlPlane', 'CertificateAuthorityData') },
    ClusterStackName: { Value: ref('AWS::StackName') },
    FeatureNATMode: { Value: 'Single' },
    ...Object.fromEntries(values.map(([name, value]) => [name, exported(name, value)])),
  };
};

/** The cluster stack: 33 resources and 13 outputs in three zones (transcripts/eksctl/cluster-stack-summary.txt). */
export function clusterTemplate(input: ClusterTemplateInput): Template {
  const { config, subnets } = input;
  const publicSubnets = subnets.map(({ zone }) => ref(`SubnetPublic${zoneId(zone)}`));
  const privateSubnets = subnets.map(({ zone }) => ref(`SubnetPrivate${zoneId(zone)}`));
  const fargate = config.fargateProfiles.length > 0;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'EKS cluster (dedicated VPC: true, dedicated IAM: true) [created and managed by eksctl]',
    Mappings: { ServicePrincipalPartitionMap: principalMap },
    Resources: {
      ...networkResources(config.vpc.cidr, subnets),
      ...securityGroupResources(),
      ...Object.fromEntries([serviceRole(config), ...(fargate ? [fargateRole(input)] : [])]),
      ControlPlane: controlPlane(config, [...publicSubnets, ...privateSubnets]),
    },
    Outputs: outputs(publicSubnets, privateSubnets, fargate),
  };
}
