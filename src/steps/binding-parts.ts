import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  type Listener,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { markTags } from '../ownership.ts';
import { atMost, poll } from '../poll.ts';
import { bindingName, listenerPort, targetPort } from './binding-load-balancer.ts';

/** A deleted load balancer lets go of its target group within seconds; EC2 shows a new group as late. */
const settlingDeadline = 120;

const healthCheck = {
  HealthCheckProtocol: 'HTTP',
  HealthCheckPort: 'traffic-port',
  HealthCheckPath: '/health',
} as const;

/** Whether the target group's health check is as wanted. */
export const isChecked = (group: TargetGroup | undefined): boolean =>
  Object.entries(healthCheck).every(([key, value]) => group?.[key as keyof typeof healthCheck] === value);

/** The ranges that the security group still has to let in, and those that it must not. */
export function rangesToChange({ config }: Context, group: SecurityGroup | undefined) {
  const wanted = config.inboundCidrs ?? ['0.0.0.0/0'];
  const rules = group?.IpPermissions?.filter(({ FromPort }) => FromPort === listenerPort) ?? [];
  const open = rules.flatMap(({ IpRanges }) => IpRanges?.map(({ CidrIp = '' }) => CidrIp) ?? []);
  return {
    missing: wanted.filter((range) => !open.includes(range)),
    surplus: open.filter((range) => !wanted.includes(range)),
  };
}

/** Makes the security group, or lets in whom it should. Returns its id. */
export async function makeSecurityGroup(
  context: Context,
  present: SecurityGroup | undefined,
  VpcId: string,
): Promise<string> {
  const { aws } = context;
  const GroupId = present?.GroupId ?? (await createSecurityGroup(context, VpcId));
  const { missing, surplus } = rangesToChange(context, present);
  const permissions = (ranges: readonly string[]) => [
    {
      IpProtocol: 'tcp',
      FromPort: listenerPort,
      ToPort: listenerPort,
      IpRanges: ranges.map((CidrIp) => ({ CidrIp })),
    },
  ];
  if (missing.length > 0) {
    const open = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissions(missing) });
    await retryOn(['InvalidGroup.NotFound'], context, () => aws.ec2.send(open));
  }
  if (surplus.length > 0) {
    await aws.ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissions(surplus) }),
    );
  }
  return GroupId;
}

async function createSecurityGroup({ aws, config }: Context, VpcId: string): Promise<string> {
  const { GroupId = 'ID-OF-THE-SECURITY-GROUP' } = await aws.ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: bindingName(config),
      Description: `TargetGroupBinding sample of ${config.cluster}, made by lbc-setup`,
      VpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: markTags(config) }],
    }),
  );
  return GroupId;
}

/** Makes the target group, or mends its health check. Returns its ARN. */
export async function makeTargetGroup(
  { aws, config }: Context,
  present: TargetGroup | undefined,
  VpcId: string,
): Promise<string> {
  if (present?.TargetGroupArn) {
    const { TargetGroupArn } = present;
    const mend = new ModifyTargetGroupCommand({ TargetGroupArn, ...healthCheck });
    if (!isChecked(present)) await aws.elb.send(mend);
    return TargetGroupArn;
  }
  const { TargetGroups } = await aws.elb.send(
    new CreateTargetGroupCommand({
      Name: bindingName(config),
      Protocol: 'TCP',
      Port: targetPort,
      TargetType: 'ip',
      VpcId,
      ...healthCheck,
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 3,
      Tags: markTags(config),
    }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? 'ARN-OF-THE-TARGET-GROUP';
}

/** Makes the load balancer in the public subnets. Returns its ARN. */
export async function createLoadBalancer(context: Context, group: string, vpcId: string): Promise<string> {
  const { aws, config } = context;
  const { LoadBalancers } = await aws.elb.send(
    new CreateLoadBalancerCommand({
      Name: bindingName(config),
      Type: 'network',
      Scheme: 'internet-facing',
      Subnets: await publicSubnets(context, vpcId),
      SecurityGroups: [group],
      Tags: markTags(config),
    }),
  );
  return LoadBalancers?.[0]?.LoadBalancerArn ?? 'ARN-OF-THE-LOAD-BALANCER';
}

/** The subnets marked for load balancers on the internet, one in each zone: those that the controller would use. */
async function publicSubnets({ aws, config }: Context, vpcId: string): Promise<string[]> {
  const { Subnets = [] } = await aws.ec2.send(
    new DescribeSubnetsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'tag:kubernetes.io/role/elb', Values: ['', '1'] },
      ],
    }),
  );
  const byZone = new Map(Subnets.map(({ AvailabilityZone, SubnetId = '' }) => [AvailabilityZone, SubnetId]));
  if (byZone.size > 0) return [...byZone.values()];
  throw new UserError({
    what: 'no subnet is marked for load balancers on the internet',
    why: `no subnet of ${vpcId} has the tag kubernetes.io/role/elb`,
    fix: `aws ec2 create-tags --region ${config.region} --tags Key=kubernetes.io/role/elb,Value=1 --resources <the public subnets>`,
  });
}

/** Makes the listener, or leads it to the target group. */
export async function makeListener(
  { aws, config }: Context,
  present: Listener | undefined,
  LoadBalancerArn: string,
  TargetGroupArn: string,
): Promise<void> {
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  if (present) {
    const { ListenerArn } = present;
    if (present.DefaultActions?.[0]?.TargetGroupArn === TargetGroupArn) return;
    await aws.elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
    return;
  }
  const Tags = markTags(config);
  await aws.elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Protocol: 'TCP', Port: listenerPort, DefaultActions, Tags }),
  );
}

/** Deletes the target group as soon as its load balancer has let go of it. */
export async function deleteTargetGroup(context: Context, { TargetGroupArn }: TargetGroup): Promise<void> {
  await retryOn(['ResourceInUseException'], context, () =>
    context.aws.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn })),
  );
}

/** Repeats a call for as long as AWS refuses it with one of these codes. */
async function retryOn(
  codes: readonly string[],
  { signal, config }: Context,
  call: () => Promise<unknown>,
): Promise<void> {
  await poll(atMost(config, settlingDeadline), signal, async () => {
    try {
      await call();
      return true;
    } catch (error) {
      if (error instanceof Error && codes.includes(error.name)) return undefined;
      throw error;
    }
  });
}
