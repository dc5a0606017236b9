import {
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Context } from '../context.ts';
import { atMost, poll } from '../poll.ts';

/** The interfaces of a deleted load balancer hold its security groups for minutes. */
const interfaceDeadline = 15 * 60;

/** Deletes a security group, first the rules of other groups that let it in, and waits until nothing holds it. */
export async function deleteSecurityGroup(
  context: Context,
  { GroupId, VpcId }: SecurityGroup,
): Promise<void> {
  const { ec2 } = context.aws;
  for (const user of await groupsThatName(context, GroupId ?? '', VpcId ?? '')) {
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
  await poll(atMost(context.config, interfaceDeadline), context.signal, async () => {
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
 * Groups with a rule that lets this one in. The controller's rule on the cluster's own group carries no tag, only the
 * description `elbv2.k8s.aws/targetGroupBinding=shared`, and keeps the group that it names from being deleted.
 */
async function groupsThatName({ aws }: Context, groupId: string, vpcId: string): Promise<SecurityGroup[]> {
  const { SecurityGroups = [] } = await aws.ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'ip-permission.group-id', Values: [groupId] },
      ],
    }),
  );
  return SecurityGroups;
}
