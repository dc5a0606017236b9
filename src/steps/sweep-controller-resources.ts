import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type ControllerResources, findControllerResources } from '../aws/controller-resources.ts';
import { deleteSecurityGroup } from '../aws/delete-security-group.ts';
import type { Context } from '../context.ts';
import { deleteTargetGroup } from './binding-parts.ts';
import { type Step, state } from './step.ts';

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
    const counts = [
      [found.loadBalancers.length, 'load balancers'],
      [found.targetGroups.length, 'target groups'],
      [found.securityGroups.length, 'security groups'],
    ].filter(([count]) => count !== 0);
    if (counts.length === 0) return state.absent('nothing');
    return state.ready(counts.map(([count, what]) => `${count} ${what}`).join(', '));
  },
  async remove(context) {
    await sweep(context, await findControllerResources(context));
  },
};

/** Deletes load balancers, then their target groups, then the security groups that their interfaces held. */
export async function sweep(
  context: Context,
  found: Pick<ControllerResources, 'loadBalancers' | 'targetGroups' | 'securityGroups'>,
): Promise<void> {
  for (const { LoadBalancerArn } of found.loadBalancers) {
    await context.aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  }
  for (const group of found.targetGroups) await deleteTargetGroup(context, group);
  for (const group of found.securityGroups) await deleteSecurityGroup(context, group);
}
