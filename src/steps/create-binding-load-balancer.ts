import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { findVpc } from '../aws/controller-resources.ts';
import { deleteSecurityGroup } from '../aws/delete-security-group.ts';
import type { Context } from '../context.ts';
import { addressesOfLoadBalancer } from '../cost/billed.ts';
import { UserError } from '../errors/user-error.ts';
import { markTags } from '../ownership.ts';
import { poll } from '../poll.ts';
import {
  type BindingLoadBalancer,
  bindingName,
  findBindingLoadBalancer,
  findSecurityGroup,
  listenerPort,
  targetPort,
} from './binding-load-balancer.ts';
import { wantsSample } from './sample-manifests.ts';
import { type State, type Step, state } from './step.ts';

const healthCheck = {
  HealthCheckProtocol: 'HTTP',
  HealthCheckPort: 'traffic-port',
  HealthCheckPath: '/health',
} as const;

/** A deleted load balancer lets go of its target group within seconds; EC2 shows a new group as late. */
const settlingDeadline = 120;

/**
 * A Network Load Balancer that Kubernetes knows nothing of, with listener, target group and security group: what a
 * TargetGroupBinding is for is to bind a Service to one that somebody else looks after.
 */
export const createBindingLoadBalancer: Step = {
  id: 'binding-load-balancer',
  title: 'Create a load balancer outside Kubernetes',
  subject: 'Load balancer outside Kubernetes',
  command: 'deploy-sample',
  wanted: wantsSample('tgb'),
  needs: ['cluster'],
  deadline: 1200,
  bills: ({ config }) => [{ kind: 'networkLoadBalancer', count: 1 }, addressesOfLoadBalancer(config.region)],
  check: async (context) => checkParts(context, await findBindingLoadBalancer(context)),
  async apply(context) {
    const found = await findBindingLoadBalancer(context);
    const VpcId = await findVpc(context);
    const group = found.securityGroup ?? (await createSecurityGroup(context, VpcId));
    await openSecurityGroup(context, group);
    const TargetGroupArn = await makeTargetGroup(context, found.targetGroup, VpcId);
    const LoadBalancerArn =
      found.balancer?.LoadBalancerArn ?? (await createLoadBalancer(context, group, VpcId));
    await makeListener(context, found, LoadBalancerArn, TargetGroupArn);
  },
  async remove(context) {
    const { elb } = context.aws;
    const { balancer, targetGroup, securityGroup } = await findBindingLoadBalancer(context);
    if (balancer) {
      const { LoadBalancerArn } = balancer;
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    }
    if (targetGroup) await deleteTargetGroup(context, targetGroup);
    if (securityGroup) await deleteSecurityGroup(context, securityGroup);
  },
};

async function checkParts(context: Context, found: BindingLoadBalancer): Promise<State> {
  const { balancer, listener, targetGroup, securityGroup, foreign } = found;
  const parts = { balancer, listener, targetGroup, securityGroup };
  if (foreign.length > 0) {
    const name = bindingName(context.config);
    return state.inTheWay(
      `${foreign.join(', ')} was made by somebody else`,
      `give it another name than ${name}`,
    );
  }
  if (Object.values(parts).every((part) => part === undefined)) return state.absent('nothing');
  const unfit = await unfitPart(context, found);
  if (unfit) return state.broken(unfit);
  const missing = Object.entries(parts).find(([, part]) => part === undefined)?.[0] as
    | keyof typeof partNames
    | undefined;
  if (missing) return state.drifted(`the ${partNames[missing]} is missing`);
  if (!isOpen(context, securityGroup)) {
    return state.drifted(`the security group does not let in port ${listenerPort} from whom it should`);
  }
  if (!isChecked(targetGroup)) return state.drifted('the health check is not as wanted');
  if (listener?.DefaultActions?.[0]?.TargetGroupArn !== targetGroup?.TargetGroupArn) {
    return state.drifted('the listener does not forward to the target group');
  }
  return state.ready(balancer?.DNSName ?? '');
}

const partNames = {
  balancer: 'load balancer',
  listener: 'listener',
  targetGroup: 'target group',
  securityGroup: 'security group',
} as const;

/** A part that cannot be changed into what is wanted: it stems from an earlier cluster, or failed. */
async function unfitPart(
  context: Context,
  { balancer, targetGroup, securityGroup }: BindingLoadBalancer,
): Promise<string | undefined> {
  const vpcId = await findVpc(context);
  if (balancer && (balancer.VpcId !== vpcId || balancer.State?.Code === 'failed')) {
    return `the load balancer is ${balancer.State?.Code}, in ${balancer.VpcId}`;
  }
  if (balancer && securityGroup && !balancer.SecurityGroups?.includes(securityGroup.GroupId ?? '')) {
    return 'the load balancer has another security group';
  }
  const fits =
    !targetGroup ||
    (targetGroup.VpcId === vpcId &&
      targetGroup.TargetType === 'ip' &&
      targetGroup.Protocol === 'TCP' &&
      targetGroup.Port === targetPort);
  return fits
    ? undefined
    : `the target group is for ${targetGroup.Protocol} ${targetGroup.Port} in ${targetGroup.VpcId}`;
}

const wantedRanges = ({ config }: Context): readonly string[] => config.inboundCidrs ?? ['0.0.0.0/0'];

const isOpen = (context: Context, group: SecurityGroup | undefined): boolean =>
  missingRanges(context, group).length === 0;

function missingRanges(context: Context, group: SecurityGroup | undefined): string[] {
  const rules = group?.IpPermissions?.filter(({ FromPort }) => FromPort === listenerPort) ?? [];
  const open = rules.flatMap(({ IpRanges }) => IpRanges?.map(({ CidrIp }) => CidrIp) ?? []);
  return wantedRanges(context).filter((range) => !open.includes(range));
}

const isChecked = (group: TargetGroup | undefined): boolean =>
  Object.entries(healthCheck).every(([key, value]) => group?.[key as keyof typeof healthCheck] === value);

async function createSecurityGroup(context: Context, VpcId: string | undefined): Promise<SecurityGroup> {
  const { aws, config } = context;
  await aws.ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: bindingName(config),
      Description: `TargetGroupBinding sample of ${config.cluster}, made by lbc-setup`,
      VpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: markTags(config) }],
    }),
  );
  if (context.writes.dryRun) return { GroupId: 'known when it is made' };
  return poll(settlingDeadline, context.signal, async () => {
    context.reads.clear();
    return findSecurityGroup(context);
  });
}

async function openSecurityGroup(context: Context, group: SecurityGroup): Promise<void> {
  const IpRanges = missingRanges(context, group).map((CidrIp) => ({ CidrIp }));
  if (IpRanges.length === 0) return;
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: listenerPort, ToPort: listenerPort, IpRanges }];
  const { GroupId } = group;
  await context.aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

async function makeTargetGroup(
  { aws, config }: Context,
  present: TargetGroup | undefined,
  VpcId: string | undefined,
): Promise<string | undefined> {
  if (present) {
    const { TargetGroupArn } = present;
    if (!isChecked(present))
      await aws.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, ...healthCheck }));
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
  return TargetGroups?.[0]?.TargetGroupArn;
}

async function createLoadBalancer(
  context: Context,
  { GroupId = '' }: SecurityGroup,
  vpcId: string | undefined,
): Promise<string | undefined> {
  const { aws, config } = context;
  const { LoadBalancers } = await aws.elb.send(
    new CreateLoadBalancerCommand({
      Name: bindingName(config),
      Type: 'network',
      Scheme: 'internet-facing',
      Subnets: await publicSubnets(context, vpcId ?? ''),
      SecurityGroups: [GroupId],
      Tags: markTags(config),
    }),
  );
  return LoadBalancers?.[0]?.LoadBalancerArn;
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

async function makeListener(
  { aws, config }: Context,
  { listener }: BindingLoadBalancer,
  LoadBalancerArn: string | undefined,
  TargetGroupArn: string | undefined,
): Promise<void> {
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  if (listener) {
    const { ListenerArn } = listener;
    if (listener.DefaultActions?.[0]?.TargetGroupArn === TargetGroupArn) return;
    await aws.elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
    return;
  }
  const Tags = markTags(config);
  await aws.elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Protocol: 'TCP', Port: listenerPort, DefaultActions, Tags }),
  );
}

async function deleteTargetGroup(context: Context, { TargetGroupArn }: TargetGroup): Promise<void> {
  await poll(settlingDeadline, context.signal, async () => {
    try {
      await context.aws.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceInUseException') return undefined;
      throw error;
    }
  });
}
