import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { findVpc } from '../aws/controller-resources.ts';
import { deleteSecurityGroup } from '../aws/delete-security-group.ts';
import type { Context } from '../context.ts';
import { addressesOfLoadBalancer } from '../cost/billed.ts';
import {
  type BindingLoadBalancer,
  bindingName,
  findBindingLoadBalancer,
  listenerPort,
  targetPort,
} from './binding-load-balancer.ts';
import {
  createLoadBalancer,
  deleteTargetGroup,
  isChecked,
  makeListener,
  makeSecurityGroup,
  makeTargetGroup,
  rangesToChange,
} from './binding-parts.ts';
import { wantsSample } from './sample-manifests.ts';
import { type State, type Step, state } from './step.ts';

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
    const vpcId = await findVpc(context);
    if (!vpcId) throw new Error('the VPC of the cluster is not known');
    const { balancer, listener, targetGroup, securityGroup } = await findBindingLoadBalancer(context);
    const groupId = await makeSecurityGroup(context, securityGroup, vpcId);
    const targetGroupArn = await makeTargetGroup(context, targetGroup, vpcId);
    const balancerArn = balancer?.LoadBalancerArn ?? (await createLoadBalancer(context, groupId, vpcId));
    await makeListener(context, listener, balancerArn, targetGroupArn);
  },
  async remove(context) {
    const { balancer, targetGroup, securityGroup } = await findBindingLoadBalancer(context);
    if (balancer) {
      const { LoadBalancerArn } = balancer;
      // Takes the listener along.
      await context.aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    }
    if (targetGroup) await deleteTargetGroup(context, targetGroup);
    if (securityGroup) await deleteSecurityGroup(context, securityGroup);
  },
};

const partNames = {
  balancer: 'load balancer',
  listener: 'listener',
  targetGroup: 'target group',
  securityGroup: 'security group',
} as const;

async function checkParts(context: Context, found: BindingLoadBalancer): Promise<State> {
  const { balancer, listener, targetGroup, securityGroup, foreign } = found;
  if (foreign.length > 0) {
    const evidence = `${foreign.join(', ')} was made by somebody else`;
    return state.inTheWay(
      evidence,
      `leave the sample tgb out, or remove what is called ${bindingName(context.config)}`,
    );
  }
  const parts = Object.keys(partNames) as (keyof typeof partNames)[];
  const missing = parts.filter((part) => found[part] === undefined);
  if (missing.length === parts.length) return state.absent('nothing');
  const unfit = unfitPart(found, await findVpc(context));
  if (unfit) return state.broken(unfit);
  if (missing[0]) return state.drifted(`the ${partNames[missing[0]]} is missing`);
  const changes = Object.values(rangesToChange(context, securityGroup)).flat();
  if (changes.length > 0) {
    return state.drifted(`port ${listenerPort} is open to others than it should, or not: ${changes}`);
  }
  if (!isChecked(targetGroup)) return state.drifted('the health check is not as wanted');
  if (listener?.DefaultActions?.[0]?.TargetGroupArn !== targetGroup?.TargetGroupArn) {
    return state.drifted('the listener does not lead to the target group');
  }
  return state.ready(balancer?.DNSName ?? '');
}

/** What cannot be changed into what is wanted: it stems from an earlier cluster, or failed. */
function unfitPart(found: BindingLoadBalancer, vpcId: string | undefined): string | undefined {
  const { balancer, targetGroup, securityGroup } = found;
  if (balancer && (balancer.VpcId !== vpcId || balancer.State?.Code === 'failed')) {
    return `the load balancer is ${balancer.State?.Code}, in ${balancer.VpcId}`;
  }
  if (balancer && securityGroup && !balancer.SecurityGroups?.includes(securityGroup.GroupId ?? '')) {
    return 'the load balancer has another security group';
  }
  const { VpcId, TargetType, Protocol, Port } = targetGroup ?? {};
  const fits = VpcId === vpcId && TargetType === 'ip' && Protocol === 'TCP' && Port === targetPort;
  if (!targetGroup || fits) return undefined;
  return `the target group is for ${TargetType} ${Protocol} ${Port}, in ${VpcId}`;
}
