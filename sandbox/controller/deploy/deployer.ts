import type { Logger } from '../log.ts';
import type { StackModel } from '../model/types.ts';
import { groupText } from '../naming.ts';
import { createTracking } from '../tracking.ts';
import { deployBindings } from './bindings.ts';
import type { Deployment, DeployTools, Finish } from './deployment.ts';
import { deployListeners } from './listeners.ts';
import { deployLoadBalancer } from './load-balancer.ts';
import { deployRules } from './rules.ts';
import { deploySecurityGroup } from './security-groups.ts';
import { createShieldCheck } from './shield.ts';
import { deployTargetGroups } from './target-groups.ts';

/** What became of a stack. */
export interface Deployed {
  /** The load balancer's DNS name in lower case; undefined when there shall be none. */
  readonly hostname: string | undefined;
}

/** Makes AWS and the TargetGroupBindings what a model says. */
export type Deploy = (stack: StackModel, log: Logger) => Promise<Deployed>;

/**
 * Makes the deployer. Resources are made in the order of their dependencies and taken away in reverse order after
 * all others exist (facts/lbc.md §4; transcripts/lbc/golden-nlb-cycle.jsonl). Throws RequeueAfter while the load
 * balancer is being provisioned. Each reconciler has a deployer of its own, which remembers the Shield subscription.
 */
export function createDeploy(tools: DeployTools): Deploy {
  const checkShield = createShieldCheck(tools.aws.shield, tools.clock);
  return async (stack, log) => {
    const deployment: Deployment = {
      tools,
      stack,
      tracking: createTracking(tools.config.clusterName, stack.owner, stack.id),
      stackId: groupText(stack.id),
      log,
    };
    if (tools.config.shield) await checkShield(log);
    const finishing: Finish[] = [];
    const group = await deploySecurityGroup(deployment);
    finishing.unshift(group.finish);
    const targets = await deployTargetGroups(deployment);
    finishing.unshift(targets.finish);
    const { loadBalancer, finish } = await deployLoadBalancer(deployment, group.id);
    finishing.unshift(finish);
    if (loadBalancer?.LoadBalancerArn !== undefined) {
      const listeners = await deployListeners(deployment, loadBalancer.LoadBalancerArn, targets.arns);
      await deployRules(deployment, listeners, targets.arns);
    }
    finishing.unshift(await deployBindings(deployment, targets.arns, group.id));
    for (const each of finishing) await each();
    return { hostname: loadBalancer?.DNSName?.toLowerCase() };
  };
}
