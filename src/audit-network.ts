import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  type Filter,
  type SecurityGroup,
  type Tag,
} from '@aws-sdk/client-ec2';
import { paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finder, Leftover } from './audit.ts';
import { findVpc } from './aws/controller-resources.ts';
import { describeStack, stackNames } from './aws/stacks.ts';
import type { Context } from './context.ts';
import { controllerTagKey, isOurs, markKey } from './ownership.ts';

/** How things of EC2 are removed. */
const kinds = {
  'NAT gateway': ['delete-nat-gateway', 'nat-gateway-id'],
  'Elastic IP address': ['release-address', 'allocation-id'],
  'Network interface': ['delete-network-interface', 'network-interface-id'],
  'Security group': ['delete-security-group', 'group-id'],
  VPC: ['delete-vpc', 'vpc-id'],
} as const;

function leftover({ config }: Context, kind: keyof typeof kinds, id = '', note?: string): Leftover {
  const [verb, option] = kinds[kind];
  return { kind, id, note, remove: `aws ec2 ${verb} --${option} ${id} --region ${config.region}` };
}

const marked = ({ config }: Context): Filter[] => [{ Name: `tag:${markKey}`, Values: [config.cluster] }];

/** What lives in the cluster's network. eksctl tags it with the cluster's name; stack tags put our mark beside it. */
export const ofNetwork: Readonly<Record<string, Finder>> = {
  async 'NAT gateways'(context) {
    const { NatGateways = [] } = await context.aws.ec2.send(
      new DescribeNatGatewaysCommand({ Filter: marked(context) }),
    );
    return NatGateways.filter(({ State }) => State !== 'deleted' && State !== 'deleting').map(
      ({ NatGatewayId }) => leftover(context, 'NAT gateway', NatGatewayId),
    );
  },
  async 'Elastic IP addresses'(context) {
    const { Addresses = [] } = await context.aws.ec2.send(
      new DescribeAddressesCommand({ Filters: marked(context) }),
    );
    return Addresses.map(({ AllocationId }) => leftover(context, 'Elastic IP address', AllocationId));
  },
  async 'Network interfaces'(context) {
    const { NetworkInterfaces = [] } = await context.aws.ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: marked(context) }),
    );
    return NetworkInterfaces.map(({ NetworkInterfaceId }) =>
      leftover(context, 'Network interface', NetworkInterfaceId),
    );
  },
  async 'Security groups'(context) {
    const { SecurityGroups = [] } = await context.aws.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: marked(context) }),
    );
    return SecurityGroups.filter((group) => !isControllers(group)).map(({ GroupId }) =>
      leftover(context, 'Security group', GroupId),
    );
  },
  async VPCs(context) {
    const { Vpcs = [] } = await context.aws.ec2.send(new DescribeVpcsCommand({ Filters: marked(context) }));
    return Vpcs.map(({ VpcId }) => leftover(context, 'VPC', VpcId));
  },
};

/** The security groups that the controller made. */
export async function findControllerGroups(context: Context): Promise<Leftover[]> {
  const { SecurityGroups = [] } = await context.aws.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: marked(context) }),
  );
  return SecurityGroups.filter(isControllers).map(({ GroupId }) =>
    leftover(context, 'Security group', GroupId),
  );
}

const isControllers = ({ Tags }: SecurityGroup): boolean =>
  Tags?.some(({ Key }) => Key === controllerTagKey) ?? false;

const foreign = 'not made by lbc-setup, and holds the VPC';

/**
 * What others have in the network of a cluster of ours whose stack could not be deleted: CloudFormation names only the
 * subnet or VPC that has dependencies, not these.
 */
export async function findObstacles(context: Context): Promise<Leftover[]> {
  const stack = await describeStack(context, stackNames.cluster(context.config.cluster));
  const { config, aws } = context;
  if (stack?.StackStatus !== 'DELETE_FAILED' || !isOurs(config, stack.Tags)) return [];
  const vpcId = await findVpc(context);
  if (!vpcId) return [];
  const Filters: Filter[] = [{ Name: 'vpc-id', Values: [vpcId] }];
  const [interfaces, groups] = await Promise.all([
    aws.ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
    aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
  ]);
  const isForeign = (tags: readonly Tag[] = []): boolean =>
    !isOurs(config, tags) && !tags.some(({ Key }) => Key?.startsWith('aws:'));
  return [
    ...(await findForeignBalancers(context, vpcId)),
    // Those that a service holds go with what it holds them for.
    ...(interfaces.NetworkInterfaces ?? [])
      .filter(({ RequesterManaged, TagSet }) => !RequesterManaged && isForeign(TagSet))
      .map(({ NetworkInterfaceId }) => leftover(context, 'Network interface', NetworkInterfaceId, foreign)),
    ...(groups.SecurityGroups ?? [])
      .filter(({ GroupName, Tags }) => GroupName !== 'default' && isForeign(Tags))
      .map(({ GroupId }) => leftover(context, 'Security group', GroupId, foreign)),
  ];
}

async function findForeignBalancers({ aws, config }: Context, vpcId: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: aws.elb }, {})) {
    for (const { LoadBalancerArn: id = '', VpcId } of page.LoadBalancers ?? []) {
      const remove = `aws elbv2 delete-load-balancer --load-balancer-arn ${id} --region ${config.region}`;
      if (VpcId === vpcId) found.push({ kind: 'Load balancer', id, remove, note: foreign });
    }
  }
  return found;
}
