import type { ResourceType } from '../resource-type.ts';
import { accessEntry, addon, cluster, fargateProfile } from './eks.ts';
import { elasticIp, gatewayAttachment, internetGateway, natGateway } from './gateways.ts';
import { oidcProvider, policy, role } from './iam.ts';
import { route, routeTable, routeTableAssociation } from './routing.ts';
import { securityGroup, securityGroupIngress } from './security-groups.ts';
import { subnet, vpc } from './vpc.ts';

/**
 * The resource types that the emulated CloudFormation can make: those of eksctl's templates
 * (eksctl `cluster-stack-summary`) and their neighbours. AWS::EKS::PodIdentityAssociation is left out on purpose:
 * Pod Identity does not work on Fargate (facts/pitfalls.md P3).
 */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::EC2::EIP': elasticIp,
  'AWS::EC2::InternetGateway': internetGateway,
  'AWS::EC2::NatGateway': natGateway,
  'AWS::EC2::Route': route,
  'AWS::EC2::RouteTable': routeTable,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupIngress': securityGroupIngress,
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::SubnetRouteTableAssociation': routeTableAssociation,
  'AWS::EC2::VPC': vpc,
  'AWS::EC2::VPCGatewayAttachment': gatewayAttachment,
  'AWS::EKS::AccessEntry': accessEntry,
  'AWS::EKS::Addon': addon,
  'AWS::EKS::Cluster': cluster,
  'AWS::EKS::FargateProfile': fargateProfile,
  'AWS::IAM::OIDCProvider': oidcProvider,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
};
