import { getAtt, nameTag, type Resource, ref } from './intrinsics.ts';

const group = (id: string, description: string): [string, Resource] => [
  id,
  {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { GroupDescription: description, Tags: [nameTag(id)], VpcId: ref('VPC') },
  },
];

/** All ports, from members of one group to another. */
const ingress = (id: string, description: string, to: object, from: object): [string, Resource] => [
  id,
  {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: {
      Description: description,
      FromPort: 0,
      GroupId: to,
      IpProtocol: '-1',
      SourceSecurityGroupId: from,
      ToPort: 65535,
    },
  },
];

/** The groups between control plane and nodes, and EKS's own cluster group. */
export function securityGroupResources(): Record<string, Resource> {
  const shared = ref('ClusterSharedNodeSecurityGroup');
  const cluster = getAtt('ControlPlane', 'ClusterSecurityGroupId');
  return Object.fromEntries([
    group('ControlPlaneSecurityGroup', 'Communication between the control plane and worker nodegroups'),
    group('ClusterSharedNodeSecurityGroup', 'Communication between all nodes in the cluster'),
    ingress(
      'IngressInterNodeGroupSG',
      'Allow nodes to communicate with each other (all ports)',
      shared,
      shared,
    ),
    ingress(
      'IngressDefaultClusterToNodeSG',
      'Allow managed and unmanaged nodes to communicate with each other (all ports)',
      shared,
      cluster,
    ),
    ingress(
      'IngressNodeToDefaultClusterSG',
      'Allow unmanaged nodes to communicate with control plane (all ports)',
      cluster,
      shared,
    ),
  ]);
}
