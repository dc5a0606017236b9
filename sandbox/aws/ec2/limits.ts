import { AwsError } from '../service.ts';

/** A default quota of the network, by which creation is refused. */
export interface NetworkQuota {
  /** As in Service Quotas. */
  readonly serviceCode: 'vpc' | 'ec2';
  readonly quotaCode: string;
  readonly value: number;
  readonly error: AwsError;
}

const quota = (
  serviceCode: 'vpc' | 'ec2',
  quotaCode: string,
  value: number,
  code: string,
  message: string,
): NetworkQuota => ({ serviceCode, quotaCode, value, error: new AwsError(code, message) });

/** AWS's default quotas (Amazon VPC user guide) and the errors beyond them (facts/pitfalls.md P15). */
export const networkQuotas = {
  vpcs: quota('vpc', 'L-F678F1CE', 5, 'VpcLimitExceeded', 'The maximum number of VPCs has been reached.'),
  subnetsPerVpc: quota(
    'vpc',
    'L-407747CB',
    200,
    'SubnetLimitExceeded',
    'The maximum number of subnets has been reached.',
  ),
  internetGateways: quota(
    'vpc',
    'L-A4707A72',
    5,
    'InternetGatewayLimitExceeded',
    'The maximum number of internet gateways has been reached.',
  ),
  natGatewaysPerZone: quota(
    'vpc',
    'L-FE5A380F',
    5,
    'NatGatewayLimitExceeded',
    'Performing this operation would exceed the limit of 5 NAT gateways',
  ),
  addresses: quota(
    'ec2',
    'L-0263D0A3',
    5,
    'AddressLimitExceeded',
    'The maximum number of addresses has been reached.',
  ),
  securityGroupRules: quota(
    'vpc',
    'L-0EA8095F',
    60,
    'RulesPerSecurityGroupLimitExceeded',
    'The maximum number of rules per security group has been reached.',
  ),
  securityGroupsPerInterface: quota(
    'vpc',
    'L-2AFB9258',
    5,
    'SecurityGroupsPerInterfaceLimitExceeded',
    'The maximum number of security groups per interface has been reached.',
  ),
} as const;
