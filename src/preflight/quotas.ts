import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { orAbsent } from '../aws/absent.ts';
import { globalRegion } from '../aws/clients.ts';
import type { Context } from '../context.ts';
import type { Obstacle, PreflightCheck } from './check.ts';

/** A quota that making the cluster and the samples counts against. */
interface QuotaRow {
  readonly service: string;
  /** As Service Quotas names it. */
  readonly code: string;
  readonly what: string;
  /** It is one for the whole account, kept in us-east-1. */
  readonly global?: boolean;
  /** How many are made. */
  needed(context: Context): number;
  /** How many there are; absent: AWS tells nobody but its metrics. */
  used?(context: Context): Promise<number>;
}

async function count<Page>(pages: AsyncIterable<Page>, of: (page: Page) => readonly object[] | undefined) {
  let sum = 0;
  for await (const page of pages) sum += of(page)?.length ?? 0;
  return sum;
}

const loadBalancers =
  (type: 'network' | 'application') =>
  ({ aws }: Context): Promise<number> =>
    count(paginateDescribeLoadBalancers({ client: aws.elb }, {}), ({ LoadBalancers }) =>
      LoadBalancers?.filter(({ Type }) => Type === type),
    );

/** vCPU of a Fargate pod without requests (EKS User Guide, "Understand Fargate Pod configuration details"). */
const smallestPod = 0.25;

/** CoreDNS and the controller have two pods each, a sample one. */
const podsOf = ({ config }: Context): number => 4 + config.samples.length;

const wants = ({ config }: Context, ...samples: string[]): number =>
  config.samples.filter((one) => samples.includes(one)).length;

/** Codes: EKS Best Practices Guide, "Known Limits and Service Quotas". Values are asked for. */
const quotas: readonly QuotaRow[] = [
  {
    ...{ service: 'vpc', code: 'L-F678F1CE', what: 'VPCs' },
    needed: () => 1,
    used: ({ aws }) => count(paginateDescribeVpcs({ client: aws.ec2 }, {}), ({ Vpcs }) => Vpcs),
  },
  {
    ...{ service: 'vpc', code: 'L-A4707A72', what: 'internet gateways' },
    needed: () => 1,
    used: ({ aws }) =>
      count(
        paginateDescribeInternetGateways({ client: aws.ec2 }, {}),
        ({ InternetGateways }) => InternetGateways,
      ),
  },
  {
    ...{ service: 'ec2', code: 'L-0263D0A3', what: 'Elastic IP addresses' },
    needed: () => 1,
    used: async ({ aws }) => (await aws.ec2.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0,
  },
  {
    ...{ service: 'vpc', code: 'L-FE5A380F', what: 'NAT gateways in a zone' },
    needed: () => 1,
    used: emptiestZone,
  },
  {
    ...{ service: 'iam', code: 'L-858F3967', what: 'IAM OIDC providers', global: true },
    needed: () => 1,
    used: async ({ aws }) =>
      (await aws.iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList?.length ?? 0,
  },
  {
    ...{ service: 'fargate', code: 'L-3032A538', what: 'vCPU on Fargate' },
    needed: (context) => podsOf(context) * smallestPod,
  },
  {
    ...{ service: 'elasticloadbalancing', code: 'L-69A177A2', what: 'Network Load Balancers' },
    needed: (context) => wants(context, 'nlb'),
    used: loadBalancers('network'),
  },
  {
    ...{ service: 'elasticloadbalancing', code: 'L-53DA6B97', what: 'Application Load Balancers' },
    needed: (context) => wants(context, 'alb', 'tgb'),
    used: loadBalancers('application'),
  },
];

/** How many NAT gateways the zone has that has the fewest: which one eksctl takes is not known before. */
async function emptiestZone({ aws }: Context): Promise<number> {
  const { AvailabilityZones = [] } = await aws.ec2.send(
    new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] }),
  );
  const zoneOf = new Map<string, string>();
  for await (const { Subnets = [] } of paginateDescribeSubnets({ client: aws.ec2 }, {}))
    for (const { SubnetId = '', AvailabilityZone = '' } of Subnets) zoneOf.set(SubnetId, AvailabilityZone);
  const zones: string[] = [];
  for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client: aws.ec2 }, {})) {
    const living = NatGateways.filter(({ State }) => State === 'available' || State === 'pending');
    zones.push(...living.map(({ SubnetId = '' }) => zoneOf.get(SubnetId) ?? ''));
  }
  const counts = AvailabilityZones.map(({ ZoneName }) => zones.filter((zone) => zone === ZoneName).length);
  return counts.length > 0 ? Math.min(...counts) : 0;
}

/** Whether the account has room for what is made, asked of Service Quotas and counted. */
export const quotasCheck: PreflightCheck = {
  name: 'quotas',
  title: 'the account has no room for a cluster',
  async check(context) {
    const judged = await Promise.all(quotas.map((row) => judge(context, row)));
    return judged.filter((one) => one !== undefined);
  },
};

async function judge(context: Context, row: QuotaRow): Promise<Obstacle | undefined> {
  const needed = row.needed(context);
  // Where the global quotas of other partitions are is not documented in a way that could be named here.
  const elsewhere = row.global && (await context.aws.identity()).partition !== 'aws';
  if (needed === 0 || elsewhere) return undefined;
  const [limit, used = 0] = await Promise.all([limitOf(context, row), row.used?.(context)]);
  if (limit === undefined || used + needed <= limit) return undefined;
  const { service, code, what, global } = row;
  const region = global ? globalRegion : context.config.region;
  return {
    evidence: `the account may have ${limit} ${what}${row.used ? `, has ${used}` : ''}, and ${needed} more are needed`,
    fix: `remove what is no longer used, or ask for more: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${used + needed} --region ${region}`,
  };
}

/** The account's own value, else AWS's default; undefined where AWS knows no such quota in this region. */
async function limitOf({ aws }: Context, { service, code, global }: QuotaRow): Promise<number | undefined> {
  const client = global ? aws.globalQuotas : aws.quotas;
  const which = { ServiceCode: service, QuotaCode: code };
  const answer =
    (await orAbsent(client.send(new GetServiceQuotaCommand(which)), 'NoSuchResourceException')) ??
    (await orAbsent(client.send(new GetAWSDefaultServiceQuotaCommand(which)), 'NoSuchResourceException'));
  return answer?.Quota?.Value;
}
