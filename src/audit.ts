import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetPolicyCommand, GetRoleCommand, paginateListRoles } from '@aws-sdk/client-iam';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { orAbsent } from './aws/absent.ts';
import { adoptedCluster, describeCluster } from './aws/cluster.ts';
import type { Context } from './context.ts';
import { lockPrefix } from './lock/lock-groups.ts';
import { isOurs, markKey } from './ownership.ts';
import { findProvider } from './steps/associate-oidc-provider.ts';
import { policyArn } from './steps/create-policy.ts';

/** Something of ours that still exists. */
export interface Leftover {
  readonly kind: string;
  readonly id: string;
  /** The command that removes it. */
  readonly remove: string;
}

type Finder = (context: Context) => Promise<Leftover[]>;

/**
 * Looks for everything that a run can have left in AWS. Tags find candidates, and each is confirmed by asking its own
 * service: the tagging API lists what is deleted for hours. What has another owner's mark, or none, is not looked for.
 *
 * @throws when a service cannot be asked: then nothing can be said, least of all that nothing is left
 */
export async function audit(context: Context): Promise<Leftover[]> {
  const found = await Promise.all(finders.map((find) => find(context)));
  return found.flat();
}

const findStacks: Finder = async ({ aws, config }) => {
  const stacks: Leftover[] = [];
  for await (const page of paginateDescribeStacks({ client: aws.cloudFormation }, {})) {
    for (const { StackName = '', Tags } of page.Stacks ?? []) {
      if (!isOurs(config, Tags)) continue;
      const remove = `aws cloudformation delete-stack --stack-name ${StackName} --region ${config.region}`;
      stacks.push({ kind: 'CloudFormation stack', id: StackName, remove });
    }
  }
  return stacks;
};

const findCluster: Finder = async (context) => {
  const cluster = await describeCluster(context);
  const { region } = context.config;
  if (!cluster || !isOurs(context.config, cluster.tags)) return [];
  const remove = `aws eks delete-cluster --name ${cluster.name} --region ${region}`;
  return [{ kind: 'EKS cluster', id: cluster.name ?? '', remove }];
};

const findPolicy: Finder = async (context) => {
  const PolicyArn = await policyArn(context);
  const answer = await orAbsent(
    context.aws.iam.send(new GetPolicyCommand({ PolicyArn })),
    'NoSuchEntityException',
  );
  if (!answer || !isOurs(context.config, answer.Policy?.Tags)) return [];
  return [{ kind: 'IAM policy', id: PolicyArn, remove: `aws iam delete-policy --policy-arn ${PolicyArn}` }];
};

/** eksctl's roles begin with the names of their stacks and have their tags; ListRoles does not tell these. */
const findRoles: Finder = async ({ aws, config }) => {
  const roles: Leftover[] = [];
  for await (const page of paginateListRoles({ client: aws.iam }, {})) {
    for (const { RoleName = '' } of page.Roles ?? []) {
      if (!RoleName.startsWith(`eksctl-${config.cluster}-`)) continue;
      const role = await orAbsent(aws.iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntityException');
      if (isOurs(config, role?.Role?.Tags))
        roles.push({ kind: 'IAM role', id: RoleName, remove: `aws iam delete-role --role-name ${RoleName}` });
    }
  }
  return roles;
};

const findOidcProvider: Finder = async (context) => {
  const provider = await findProvider(context);
  if (!provider || !isOurs(context.config, provider.tags)) return [];
  const remove = `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${provider.arn}`;
  return [{ kind: 'IAM OIDC provider', id: provider.arn, remove }];
};

/** EKS makes it without tags, for the cluster of that name; while that is somebody else's, so is the group. */
const findLogGroup: Finder = async (context) => {
  if (await adoptedCluster(context)) return [];
  const { aws, config } = context;
  const name = `/aws/eks/${config.cluster}/cluster`;
  const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups
    .filter(({ logGroupName }) => logGroupName === name)
    .map(() => ({
      kind: 'CloudWatch log group',
      id: name,
      remove: `aws logs delete-log-group --log-group-name ${name} --region ${config.region}`,
    }));
};

/** The lock of another run: teardown breaks stale ones, so that this is one that came just now. Its own is let go. */
const findLocks: Finder = async ({ aws, config, lock }) => {
  const locks: Leftover[] = [];
  const pages = paginateDescribeLogGroups({ client: aws.logs }, { logGroupNamePrefix: lockPrefix(config) });
  for await (const page of pages) {
    for (const { logGroupName: id = '' } of page.logGroups ?? []) {
      if (id === lock.name) continue;
      const remove = `aws logs delete-log-group --log-group-name ${id} --region ${config.region}`;
      locks.push({ kind: 'Lock (CloudWatch log group)', id, remove });
    }
  }
  return locks;
};

/** Load balancers and target groups: candidates by the tagging API, confirmed by the ELB API. */
const findLoadBalancing: Finder = async ({ aws, config }) => {
  const candidates: string[] = [];
  const pages = paginateGetResources(
    { client: aws.tagging },
    {
      TagFilters: [{ Key: markKey, Values: [config.cluster] }],
      ResourceTypeFilters: ['elasticloadbalancing:loadbalancer', 'elasticloadbalancing:targetgroup'],
    },
  );
  for await (const page of pages) {
    candidates.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN ?? ''));
  }
  const leftovers = await Promise.all(
    candidates.map(async (arn): Promise<Leftover[]> => {
      const balancer = arn.includes(':loadbalancer/');
      const there = balancer
        ? await orAbsent(
            aws.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
            'LoadBalancerNotFoundException',
          )
        : await orAbsent(
            aws.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })),
            'TargetGroupNotFoundException',
          );
      if (!there) return [];
      const [kind, verb] = balancer ? ['Load balancer', 'load-balancer'] : ['Target group', 'target-group'];
      const remove = `aws elbv2 delete-${verb} --${verb}-arn ${arn} --region ${config.region}`;
      return [{ kind, id: arn, remove }];
    }),
  );
  return leftovers.flat();
};

/** What lives in the cluster's network. eksctl tags it with the cluster's name; stack tags put our mark beside it. */
const findNetwork: Finder = async ({ aws, config }) => {
  const Filters = [{ Name: `tag:${markKey}`, Values: [config.cluster] }];
  const [vpcs, gateways, addresses, groups, interfaces] = await Promise.all([
    aws.ec2.send(new DescribeVpcsCommand({ Filters })),
    aws.ec2.send(new DescribeNatGatewaysCommand({ Filter: Filters })),
    aws.ec2.send(new DescribeAddressesCommand({ Filters })),
    aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
    aws.ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
  ]);
  const ec2 = (kind: string, verb: string, option: string, ids: (string | undefined)[]): Leftover[] =>
    ids.map((id = '') => ({
      kind,
      id,
      remove: `aws ec2 ${verb} --${option} ${id} --region ${config.region}`,
    }));
  const running =
    gateways.NatGateways?.filter(({ State }) => State !== 'deleted' && State !== 'deleting') ?? [];
  return [
    ...ec2(
      'NAT gateway',
      'delete-nat-gateway',
      'nat-gateway-id',
      running.map(({ NatGatewayId }) => NatGatewayId),
    ),
    ...ec2(
      'Elastic IP address',
      'release-address',
      'allocation-id',
      (addresses.Addresses ?? []).map(({ AllocationId }) => AllocationId),
    ),
    ...ec2(
      'Network interface',
      'delete-network-interface',
      'network-interface-id',
      (interfaces.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) => NetworkInterfaceId),
    ),
    ...ec2(
      'Security group',
      'delete-security-group',
      'group-id',
      (groups.SecurityGroups ?? []).map(({ GroupId }) => GroupId),
    ),
    ...ec2(
      'VPC',
      'delete-vpc',
      'vpc-id',
      (vpcs.Vpcs ?? []).map(({ VpcId }) => VpcId),
    ),
  ];
};

const finders: readonly Finder[] = [
  findStacks,
  findCluster,
  findLoadBalancing,
  findNetwork,
  findOidcProvider,
  findRoles,
  findPolicy,
  findLogGroup,
  findLocks,
];
