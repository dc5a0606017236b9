import { createHash } from 'node:crypto';
import { DescribeSecurityGroupsCommand, type SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { orAbsent } from '../aws/absent.ts';
import { findVpc } from '../aws/controller-resources.ts';
import type { Config } from '../config/config.ts';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import type { BindingTarget } from './sample-manifests.ts';

/** The load balancer outside Kubernetes that the TargetGroupBinding sample is bound to, as far as it is there. */
export interface BindingLoadBalancer {
  readonly balancer?: LoadBalancer;
  readonly listener?: Listener;
  readonly targetGroup?: TargetGroup;
  readonly securityGroup?: SecurityGroup;
  /** Those of them that carry somebody else's mark, or none. */
  readonly foreign: readonly string[];
}

/** The port that it listens on. */
export const listenerPort = 80;

/** The port of the sample's pods. */
export const targetPort = 5000;

/**
 * The name of the load balancer and of its target group, which may have 32 characters (CreateLoadBalancer, ELB API
 * reference): long names of clusters do not fit.
 */
export const bindingName = ({ cluster }: Pick<Config, 'cluster'>): string =>
  `lbc-setup-tgb-${createHash('sha256').update(cluster).digest('hex').slice(0, 10)}`;

/** Looks for it by its names. Whose it is, its tags tell. */
export async function findBindingLoadBalancer(context: Context): Promise<BindingLoadBalancer> {
  const { aws, config } = context;
  const name = bindingName(config);
  const [balancers, groups, securityGroup] = await Promise.all([
    orAbsent(
      aws.elb.send(new DescribeLoadBalancersCommand({ Names: [name] })),
      'LoadBalancerNotFoundException',
    ),
    orAbsent(
      aws.elb.send(new DescribeTargetGroupsCommand({ Names: [name] })),
      'TargetGroupNotFoundException',
    ),
    findSecurityGroup(context),
  ]);
  const balancer = balancers?.LoadBalancers?.[0];
  const targetGroup = groups?.TargetGroups?.[0];
  const arns = [balancer?.LoadBalancerArn, targetGroup?.TargetGroupArn].filter((arn) => arn !== undefined);
  const foreign = await foreignAmong(context, arns);
  if (securityGroup && !isOurs(config, securityGroup.Tags)) foreign.push(securityGroup.GroupId ?? '');
  return { balancer, targetGroup, securityGroup, foreign, listener: await findListener(context, balancer) };
}

/** What the sample's binding needs to know of it; undefined while a part is missing. */
export async function findBindingTarget(context: Context): Promise<BindingTarget | undefined> {
  const { targetGroup, securityGroup } = await findBindingLoadBalancer(context);
  const targetGroupArn = targetGroup?.TargetGroupArn;
  const groupId = securityGroup?.GroupId;
  return targetGroupArn && groupId ? { targetGroupArn, securityGroup: groupId } : undefined;
}

/** Its security group: in the cluster's VPC where that is known, since names are unique in a VPC only. */
async function findSecurityGroup(context: Context): Promise<SecurityGroup | undefined> {
  const vpcId = await findVpc(context);
  const { SecurityGroups = [] } = await context.aws.ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'group-name', Values: [bindingName(context.config)] },
        ...(vpcId ? [{ Name: 'vpc-id', Values: [vpcId] }] : []),
      ],
    }),
  );
  return SecurityGroups[0];
}

async function findListener(
  { aws }: Context,
  balancer: LoadBalancer | undefined,
): Promise<Listener | undefined> {
  if (!balancer) return undefined;
  const { LoadBalancerArn } = balancer;
  const answer = await orAbsent(
    aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn })),
    'LoadBalancerNotFoundException',
  );
  return answer?.Listeners?.find(({ Port }) => Port === listenerPort);
}

async function foreignAmong({ aws, config }: Context, arns: readonly string[]): Promise<string[]> {
  if (arns.length === 0) return [];
  const answer = await orAbsent(
    aws.elb.send(new DescribeTagsCommand({ ResourceArns: [...arns] })),
    'LoadBalancerNotFoundException',
    'TargetGroupNotFoundException',
  );
  const marked = answer?.TagDescriptions ?? [];
  return marked.filter(({ Tags }) => !isOurs(config, Tags)).map(({ ResourceArn }) => ResourceArn ?? '');
}
