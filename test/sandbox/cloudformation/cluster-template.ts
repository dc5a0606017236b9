const zones = ['a', 'c', 'd'];
const ref = (name: string) => ({ Ref: name });
const att = (path: string) => ({ 'Fn::GetAtt': path });
const nameTag = (name: string) => [{ Key: 'Name', Value: { 'Fn::Sub': `\${AWS::StackName}/${name}` } }];

const trust = (service: string, conditions: object = {}) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Principal: {
        Service: { 'Fn::FindInMap': ['ServicePrincipals', ref('AWS::Partition'), service] },
      },
      ...conditions,
    },
  ],
});
const managed = (name: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${name}` });

function zoneResources(zone: string, index: number): Record<string, object> {
  const suffix = zone.toUpperCase();
  const subnet = (kind: string, block: number) => ({
    Type: 'AWS::EC2::Subnet',
    Properties: {
      AvailabilityZone: `ap-northeast-1${zone}`,
      CidrBlock: `192.168.${block * 32}.0/19`,
      MapPublicIpOnLaunch: kind === 'Public' ? true : undefined,
      VpcId: ref('VPC'),
      Tags: [{ Key: `kubernetes.io/role/${kind === 'Public' ? 'elb' : 'internal-elb'}`, Value: '1' }],
    },
  });
  const association = (kind: string, table: string) => ({
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { RouteTableId: ref(table), SubnetId: ref(`Subnet${kind}${suffix}`) },
  });
  return {
    [`SubnetPublic${suffix}`]: subnet('Public', index),
    [`SubnetPrivate${suffix}`]: subnet('Private', index + 3),
    [`PrivateRouteTable${suffix}`]: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('VPC') } },
    [`NATPrivateSubnetRoute${suffix}`]: {
      Type: 'AWS::EC2::Route',
      Properties: {
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: ref('NATGateway'),
        RouteTableId: ref(`PrivateRouteTable${suffix}`),
      },
    },
    [`AssociationPublic${suffix}`]: association('Public', 'PublicRouteTable'),
    [`AssociationPrivate${suffix}`]: association('Private', `PrivateRouteTable${suffix}`),
  };
}

function networkResources(): Record<string, object> {
  return {
    VPC: {
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock: '192.168.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true },
    },
    InternetGateway: { Type: 'AWS::EC2::InternetGateway' },
    VPCGatewayAttachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { InternetGatewayId: ref('InternetGateway'), VpcId: ref('VPC') },
    },
    NATIP: {
      Type: 'AWS::EC2::EIP',
      DependsOn: 'VPCGatewayAttachment',
      Properties: { Domain: 'vpc', Tags: nameTag('NATIP') },
    },
    NATGateway: {
      Type: 'AWS::EC2::NatGateway',
      Properties: { AllocationId: att('NATIP.AllocationId'), SubnetId: ref('SubnetPublicA') },
    },
    PublicRouteTable: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('VPC') } },
    PublicSubnetRoute: {
      Type: 'AWS::EC2::Route',
      DependsOn: ['VPCGatewayAttachment'],
      Properties: {
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: ref('InternetGateway'),
        RouteTableId: ref('PublicRouteTable'),
      },
    },
    ...Object.assign({}, ...zones.map(zoneResources)),
  };
}

function securityResources(cluster: string): Record<string, object> {
  const group = (GroupDescription: string) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { GroupDescription, VpcId: ref('VPC') },
  });
  const ingress = (to: object, from: object) => ({
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: { GroupId: to, SourceSecurityGroupId: from, IpProtocol: '-1', FromPort: 0, ToPort: 65535 },
  });
  const fargateArn = {
    'Fn::Sub': `arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:fargateprofile/${cluster}/*`,
  };
  const nodes = ref('ClusterSharedNodeSecurityGroup');
  const clusterGroup = att('ControlPlane.ClusterSecurityGroupId');
  return {
    ControlPlaneSecurityGroup: group('Communication between the control plane and worker nodegroups'),
    ClusterSharedNodeSecurityGroup: group('Communication between all nodes in the cluster'),
    IngressInterNodeGroupSG: ingress(nodes, nodes),
    IngressDefaultClusterToNodeSG: ingress(nodes, clusterGroup),
    IngressNodeToDefaultClusterSG: ingress(clusterGroup, nodes),
    ServiceRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('EKS'),
        ManagedPolicyArns: [managed('AmazonEKSClusterPolicy'), managed('AmazonEKSVPCResourceController')],
      },
    },
    FargatePodExecutionRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('EKSFargatePods', {
          Condition: { ArnLike: { 'aws:SourceArn': fargateArn } },
        }),
        ManagedPolicyArns: [managed('AmazonEKSFargatePodExecutionRolePolicy')],
      },
    },
  };
}

/** A template of the shape of eksctl's for a Fargate cluster: 33 resources of 13 types, 13 outputs. */
export function clusterTemplate(cluster: string, version = '1.35'): object {
  const subnets = (kind: string) => zones.map((zone) => ref(`Subnet${kind}${zone.toUpperCase()}`));
  const exported = (name: string, Value: unknown) => ({
    [name]: { Value, Export: { Name: { 'Fn::Sub': `\${AWS::StackName}::${name}` } } },
  });
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'A cluster and its network',
    Mappings: {
      ServicePrincipals: {
        aws: { EKS: 'eks.amazonaws.com', EKSFargatePods: 'eks-fargate-pods.amazonaws.com' },
      },
    },
    Resources: {
      ...networkResources(),
      ...securityResources(cluster),
      ControlPlane: {
        Type: 'AWS::EKS::Cluster',
        Properties: {
          AccessConfig: {
            AuthenticationMode: 'API_AND_CONFIG_MAP',
            BootstrapClusterCreatorAdminPermissions: true,
          },
          BootstrapSelfManagedAddons: false,
          KubernetesNetworkConfig: {},
          Name: cluster,
          ResourcesVpcConfig: {
            EndpointPrivateAccess: false,
            EndpointPublicAccess: true,
            SecurityGroupIds: [ref('ControlPlaneSecurityGroup')],
            SubnetIds: [...subnets('Public'), ...subnets('Private')],
          },
          RoleArn: { 'Fn::GetAtt': ['ServiceRole', 'Arn'] },
          Tags: nameTag('ControlPlane'),
          UpgradePolicy: { SupportType: 'STANDARD' },
          Version: version,
        },
      },
    },
    Outputs: {
      ...exported('ARN', att('ControlPlane.Arn')),
      CertificateAuthorityData: { Value: att('ControlPlane.CertificateAuthorityData') },
      ...exported('ClusterSecurityGroupId', att('ControlPlane.ClusterSecurityGroupId')),
      ClusterStackName: { Value: ref('AWS::StackName') },
      ...exported('Endpoint', att('ControlPlane.Endpoint')),
      ...exported('FargatePodExecutionRoleARN', att('FargatePodExecutionRole.Arn')),
      FeatureNATMode: { Value: 'Single' },
      ...exported('SecurityGroup', ref('ControlPlaneSecurityGroup')),
      ...exported('ServiceRoleARN', att('ServiceRole.Arn')),
      ...exported('SharedNodeSecurityGroup', ref('ClusterSharedNodeSecurityGroup')),
      ...exported('SubnetsPrivate', { 'Fn::Join': [',', subnets('Private')] }),
      ...exported('SubnetsPublic', { 'Fn::Join': [',', subnets('Public')] }),
      ...exported('VPC', ref('VPC')),
    },
  };
}
