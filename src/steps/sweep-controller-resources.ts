import {
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import {
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type ControllerResources, findControllerResources, findVpc } from '../aws/controller-resources.ts';
import type { Context } from '../context.ts';
import { poll } from '../poll.ts';
import { type Step, state } from './step.ts';

/** The interfaces of a deleted load balancer hold its security groups for minutes. */
const interfaceDeadline = 15 * 60;

/**
 * What the controller made in AWS. It takes its own things away with the objects that they were made for; this sweeps
 * what stays when it could not: orphaned load balancers, and the security group that all of them share. Only after the
 * controller is gone, since one that still runs breaks on a group that vanished.
 */
export const sweepControllerResources: Step = {
  id: 'controller-resources',
  title: 'Sweep what the controller made in AWS',
  subject: 'AWS resources made by the controller',
  command: 'install-controller',
  needs: ['cluster'],
  deadline: 1800,
  async check(context) {
    const found = await findControllerResources(context);
    if (!found) return state.absent('no VPC');
    const counts = [
      [found.loadBalancers.length, 'load balancers'],
      [found.targetGroups.length, 'target groups'],
      [found.securityGroups.length, 'security groups'],
    ].filter(([count]) => count !== 0);
    if (counts.length === 0) return state.absent('nothing');
    return state.ready(counts.map(([count, what]) => `${count} ${what}`).join(', '));
  },
  async remove(context) {
    const found = await findControllerResources(context);
    if (!found) return;
    await deleteLoadBalancers(context, found);
    for (const group of found.securityGroups) await deleteSecurityGroup(context, group);
  },
};

async function deleteLoadBalancers({ aws }: Context, found: ControllerResources): Promise<void> {
  for (const { LoadBalancerArn } of found.loadBalancers) {
    await aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  }
  for (const { TargetGroupArn } of found.targetGroups) {
    await aws.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  }
}

async function deleteSecurityGroup(context: Context, { GroupId }: SecurityGroup): Promise<void> {
  const { ec2 } = context.aws;
  for (const user of await groupsThatName(context, GroupId ?? '')) {
    const rules = user.IpPermissions?.flatMap((rule) =>
      (rule.UserIdGroupPairs ?? [])
        .filter((pair) => pair.GroupId === GroupId)
        .map(({ GroupId: from }) => ({
          IpProtocol: rule.IpProtocol,
          FromPort: rule.FromPort,
          ToPort: rule.ToPort,
          UserIdGroupPairs: [{ GroupId: from }],
        })),
    );
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: user.GroupId, IpPermissions: rules }));
  }
  await poll(interfaceDeadline, context.signal, async () => {
    try {
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'InvalidGroup.NotFound') return true;
      if (error instanceof Error && error.name === 'DependencyViolation') return undefined;
      throw error;
    }
  });
}

/**
 * Groups with a rule that lets this one in. The rule on the cluster's own group carries no tag, only the description
 * `elbv2.k8s.aws/targetGroupBinding=shared`, and keeps the group that it names from being deleted.
 */
async function groupsThatName(context: Context, groupId: string): Promise<SecurityGroup[]> {
  const vpcId = await findVpc(context);
  const { SecurityGroups = [] } = await context.aws.ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId ?? ''] },
        { Name: 'ip-permission.group-id', Values: [groupId] },
      ],
    }),
  );
  return SecurityGroups;
}
