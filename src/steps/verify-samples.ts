import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type LoadBalancer,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.ts';
import { get } from '../http.ts';
import { type SampleName, sampleHostname, samples } from './deploy-samples.ts';
import { warningsOf } from './events.ts';
import { inCluster } from './in-cluster.ts';
import { type State, type Step, state } from './step.ts';

/** So many good answers in a row count as working: a load balancer answers now and then long before it does always. */
const answersInARow = 3;

/** The NLB sample answers from the internet. */
export const verifyNlb = verifySample('nlb');

/** The ALB sample answers from the internet. */
export const verifyAlb = verifySample('alb');

function verifySample(name: SampleName): Step {
  return {
    id: `answer-${name}`,
    title: `Call the ${samples[name].title} sample`,
    subject: `Answer of the ${samples[name].title} sample`,
    command: 'verify',
    needs: [`sample-${name}`],
    // Load balancer 2-3 minutes, targets up to 5 more, DNS after that.
    deadline: 900,
    check: inCluster(async (context) => {
      const hostname = await sampleHostname(context, name);
      if (!hostname) return state.absent('no load balancer', 'lbc-setup deploy-sample');
      const balancer = await findLoadBalancer(context, hostname);
      if (!balancer) return state.pending(`no load balancer has the name ${hostname}`);
      if (balancer.State?.Code !== 'active')
        return state.pending(`the load balancer is ${balancer.State?.Code}`);
      return (await checkTargets(context, balancer)) ?? (await checkAnswers(context, hostname));
    }),
    async apply() {
      // Nothing to do but wait.
    },
  };
}

async function findLoadBalancer({ aws }: Context, hostname: string): Promise<LoadBalancer | undefined> {
  // The name is the first part of the host name: NLB `<name>-<hash>.elb.…`, ALB `<name>-<digits>.<region>.elb.…`.
  const name = hostname
    .split('.')[0]
    ?.replace(/^internal-/, '')
    .replace(/-[^-]+$/, '');
  try {
    const { LoadBalancers = [] } = await aws.elb.send(
      new DescribeLoadBalancersCommand({ Names: [name ?? ''] }),
    );
    return LoadBalancers.find(({ DNSName }) => DNSName === hostname);
  } catch (error) {
    if (error instanceof Error && error.name === 'LoadBalancerNotFoundException') return undefined;
    throw error;
  }
}

/** The state when targets are not healthy; the owner's Events say nothing of it, the binding's may. */
async function checkTargets(context: Context, { LoadBalancerArn }: LoadBalancer): Promise<State | undefined> {
  const { aws, config } = context;
  const { TargetGroups = [] } = await aws.elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  const targets: TargetHealthDescription[] = [];
  for (const { TargetGroupArn } of TargetGroups) {
    const health = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    targets.push(...(health.TargetHealthDescriptions ?? []));
  }
  const sick = targets.find(({ TargetHealth }) => TargetHealth?.State !== 'healthy');
  if (targets.length > 0 && !sick) return undefined;
  const [warning] = await warningsOf(context, config.namespace, 'TargetGroupBinding');
  if (warning) return state.pending(warning);
  if (!sick) return state.pending('no targets are registered yet');
  const { State: healthState, Reason, Description } = sick.TargetHealth ?? {};
  return state.pending(
    `target ${sick.Target?.Id} is ${healthState}${Reason ? ` (${Reason}${Description ? `: ${Description}` : ''})` : ''}`,
  );
}

async function checkAnswers({ signal }: Context, hostname: string): Promise<State> {
  const url = `http://${hostname}/hello`;
  for (let count = 0; count < answersInARow; count++) {
    try {
      const { status, body } = await get(url, { signal, maxBytes: 64 * 1024 });
      const text = body.toString('utf8');
      if (status !== 200) return state.pending(`${url} answers ${status}`);
      if (!text.includes('Hello version:'))
        return state.pending(`${url} answers something else than the sample`);
    } catch (error) {
      signal.throwIfAborted();
      return state.pending(`${url} does not answer yet (${(error as NodeJS.ErrnoException).code ?? error})`);
    }
  }
  return state.ready(url);
}
