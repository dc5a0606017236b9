import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import type { World } from '../world.ts';
import { networkQuotas } from './ec2/limits.ts';
import { loadBalancingLimits } from './elbv2/limits.ts';
import { maxProviders } from './iam/oidc.ts';
import { paginate } from './paginate.ts';
import { AwsError, type Call, type Given, NotEmulated, type Service } from './service.ts';

interface Quota {
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly quotaCode: string;
  readonly name: string;
  readonly value: number;
  readonly global?: true;
}

const row = (
  serviceCode: string,
  serviceName: string,
  quotaCode: string,
  name: string,
  value: number,
  global?: true,
): Quota => ({ serviceCode, serviceName, quotaCode, name, value, global });

const vpc = 'Amazon Virtual Private Cloud (Amazon VPC)';
const ec2 = 'Amazon Elastic Compute Cloud (Amazon EC2)';
const elb = 'Elastic Load Balancing (ELB)';
const { vpcs, internetGateways, natGatewaysPerZone, securityGroupsPerInterface, addresses } = networkQuotas;

/**
 * The quotas of facts/pitfalls.md P13 and P15, with the values that the services here enforce. Codes and values: EKS
 * Best Practices Guide, "Known Limits and Service Quotas"; Fargate's value: "Amazon ECS endpoints and quotas".
 */
const quotas: readonly Quota[] = [
  row('vpc', vpc, vpcs.quotaCode, 'VPCs per Region', vpcs.value),
  row('vpc', vpc, internetGateways.quotaCode, 'Internet gateways per Region', internetGateways.value),
  row(
    'vpc',
    vpc,
    natGatewaysPerZone.quotaCode,
    'NAT gateways per Availability Zone',
    natGatewaysPerZone.value,
  ),
  row(
    'vpc',
    vpc,
    securityGroupsPerInterface.quotaCode,
    'Security groups per network interface',
    securityGroupsPerInterface.value,
  ),
  row('ec2', ec2, addresses.quotaCode, 'EC2-VPC Elastic IPs', addresses.value),
  row(
    'elasticloadbalancing',
    elb,
    'L-69A177A2',
    'Network Load Balancers per Region',
    loadBalancingLimits['network-load-balancers'],
  ),
  row(
    'elasticloadbalancing',
    elb,
    'L-53DA6B97',
    'Application Load Balancers per Region',
    loadBalancingLimits['application-load-balancers'],
  ),
  row(
    'elasticloadbalancing',
    elb,
    'L-B22855CB',
    'Target Groups per Region',
    loadBalancingLimits['target-groups'],
  ),
  row('fargate', 'AWS Fargate', 'L-3032A538', 'Fargate On-Demand vCPU resource count', 6),
  row(
    'iam',
    'AWS Identity and Access Management (IAM)',
    'L-858F3967',
    'OpenId connect providers per account',
    maxProviders,
    true,
  ),
];

/** Makes Service Quotas: every quota has its default value. */
export function createQuotas(world: World): Service {
  const describe = (quota: Quota, region: string): ServiceQuota => ({
    ServiceCode: quota.serviceCode,
    ServiceName: quota.serviceName,
    QuotaArn: `arn:${world.partition}:servicequotas:${quota.global ? '' : region}:${world.account}:${quota.serviceCode}/${quota.quotaCode}`,
    QuotaCode: quota.quotaCode,
    QuotaName: quota.name,
    Value: quota.value,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: quota.global ?? false,
    QuotaAppliedAtLevel: 'ACCOUNT',
  });

  const find = (serviceCode: string, quotaCode: string, region: string): ServiceQuota => {
    const quota = quotas.find((row) => row.serviceCode === serviceCode && row.quotaCode === quotaCode);
    if (!quota)
      throw new AwsError(
        'NoSuchResourceException',
        'The request failed because the specified quota does not exist.',
      );
    return describe(quota, region);
  };

  return {
    name: 'servicequotas',
    handlers: {
      GetServiceQuota(input: Given<GetServiceQuotaRequest>, { region }: Call): GetServiceQuotaResponse {
        if (input.ContextId) throw new NotEmulated('quotas of a single resource');
        return { Quota: find(input.ServiceCode, input.QuotaCode, region) };
      },

      GetAWSDefaultServiceQuota(
        input: Given<GetAWSDefaultServiceQuotaRequest>,
        { region }: Call,
      ): GetAWSDefaultServiceQuotaResponse {
        return { Quota: find(input.ServiceCode, input.QuotaCode, region) };
      },

      ListServiceQuotas(input: Given<ListServiceQuotasRequest>, { region }: Call): ListServiceQuotasResponse {
        if (input.QuotaAppliedAtLevel === 'RESOURCE') throw new NotEmulated('quotas of a single resource');
        const own = quotas.filter(
          ({ serviceCode, quotaCode }) =>
            serviceCode === input.ServiceCode && quotaCode === (input.QuotaCode ?? quotaCode),
        );
        if (own.length === 0)
          throw new AwsError(
            'NoSuchResourceException',
            'The request failed because the specified service does not exist.',
          );
        const { items, nextToken } = paginate(world, own, {
          token: input.NextToken,
          limit: input.MaxResults,
        });
        return { Quotas: items.map((quota) => describe(quota, region)), NextToken: nextToken };
      },
    },
  };
}
