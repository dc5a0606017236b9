import {
  DescribeTargetHealthCommand,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenPort } from '../config/sample-annotations.ts';
import type { SampleName } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { get } from '../http.ts';
import { findBindingLoadBalancer, listenerPort } from './binding-load-balancer.ts';
import { warningsOf } from './events.ts';
import { inCluster } from './in-cluster.ts';
import { findSampleLoadBalancer, type SampleLoadBalancer } from './sample-load-balancer.ts';
import { sampleObject, samples, wantsSample } from './sample-manifests.ts';
import { type State, type Step, state } from './step.ts';

/** So many good answers in a row count as working: a load balancer answers now and then long before it does always. */
const answersInARow = 3;

/** The NLB sample answers from the internet. */
export const verifyNlb = verifySample('nlb');

/** The ALB sample answers from the internet. */
export const verifyAlb = verifySample('alb');

/** The TargetGroupBinding sample answers from the internet. */
export const verifyBinding = verifySample('tgb');

function verifySample(name: SampleName): Step {
  return {
    id: `answer-${name}`,
    title: `Call the ${samples[name].title} sample`,
    subject: `Answer of the ${samples[name].title} sample`,
    command: 'verify',
    wanted: wantsSample(name),
    needs: [`sample-${name}`],
    // Load balancer 2-3 minutes, targets up to 5 more, DNS after that.
    deadline: 900,
    check: inCluster(async (context) => {
      const found = await findDeployed(context, name);
      if (!found) return state.absent('no load balancer', `lbc-setup deploy-sample ${name}`);
      const { balancer, hostname, targetGroups } = found;
      if (!balancer) return state.pending(`no load balancer has the name ${hostname}`);
      if (balancer.State?.Code !== 'active')
        return state.pending(`the load balancer is ${balancer.State?.Code}`);
      const trouble = await targetTrouble(context, targetGroups);
      if (trouble) return state.pending(trouble);
      return balancer.Scheme === 'internal' ? uncalled(context, found) : callListeners(context, found);
    }),
    async apply(_context, { status, evidence, fix }) {
      // Nothing to do but wait, unless there is nothing to wait for.
      if (status !== 'absent') return;
      const what = `the ${samples[name].title} sample cannot be called`;
      throw new UserError({ what, why: evidence, fix: fix ?? 'lbc-setup up' });
    },
  };
}

async function findDeployed(context: Context, name: SampleName): Promise<SampleLoadBalancer | undefined> {
  if (name !== 'tgb') return findSampleLoadBalancer(context, name);
  const { balancer, targetGroup } = await findBindingLoadBalancer(context);
  const { config, kubectl } = context;
  const binding = await kubectl.get(samples.tgb.kind, sampleObject('tgb'), config.namespace);
  if (!balancer || !binding) return undefined;
  return {
    hostname: balancer.DNSName ?? '',
    balancer,
    targetGroups: targetGroup ? [targetGroup] : [],
    listeners: [{ protocol: 'HTTP', port: listenerPort }],
  };
}

/** What is wrong when targets are not healthy; the owner's Events say nothing of it, the binding's may. */
async function targetTrouble(context: Context, groups: readonly TargetGroup[]): Promise<string | undefined> {
  const { aws, config } = context;
  const all: TargetHealthDescription[] = [];
  for (const { TargetGroupArn } of groups) {
    const health = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    all.push(...(health.TargetHealthDescriptions ?? []));
  }
  // After every rollout those of the pods before it drain for five minutes.
  const targets = all.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining');
  const sick = targets.find(({ TargetHealth }) => TargetHealth?.State !== 'healthy');
  if (targets.length > 0 && !sick) return undefined;
  const [warning] = await warningsOf(context, config.namespace, 'TargetGroupBinding');
  if (warning) return warning;
  if (!sick) return 'no targets are registered yet';
  const { State: healthState, Reason, Description } = sick.TargetHealth ?? {};
  const reason = Reason ? ` (${Reason}${Description ? `: ${Description}` : ''})` : '';
  return `target ${sick.Target?.Id} is ${healthState}${reason}`;
}

const defaultPorts = { HTTP: 80, HTTPS: 443 } as const;

const urlOf = (hostname: string, { protocol, port }: ListenPort): string =>
  `${protocol.toLowerCase()}://${hostname}${port === defaultPorts[protocol] ? '' : `:${port}`}/hello`;

/** An internal load balancer has private addresses: this machine cannot call it, and a pod in the cluster can. */
function uncalled({ config }: Context, { hostname, listeners, balancer }: SampleLoadBalancer): State {
  const [url] = listeners.map((listener) => urlOf(hostname, listener));
  const call = `kubectl run call --namespace ${config.namespace} --image curlimages/curl --restart Never --rm --attach --command -- curl --silent ${url}`;
  return state.ready(
    `${balancer?.State?.Code}, targets healthy, not called: internal, so only the VPC reaches it; to call it: ${call}`,
  );
}

async function callListeners(context: Context, { hostname, listeners }: SampleLoadBalancer): Promise<State> {
  const urls = listeners.map((listener) => urlOf(hostname, listener));
  for (const url of urls) {
    const trouble = await answerTrouble(context, url);
    if (trouble) return state.pending(trouble);
  }
  return state.ready(urls.join(', '));
}

async function answerTrouble({ signal }: Context, url: string): Promise<string | undefined> {
  for (let count = 0; count < answersInARow; count++) {
    try {
      // The certificate of an HTTPS port is for its owner's domain, not for the load balancer's name.
      const { status, body } = await get(url, { signal, maxBytes: 64 * 1024, anyCertificate: true });
      if (status !== 200) return `${url} answers ${status}`;
      if (!body.toString('utf8').includes('Hello version:'))
        return `${url} answers something else than the sample`;
    } catch (error) {
      signal.throwIfAborted();
      return `${url} does not answer yet (${(error as NodeJS.ErrnoException).code ?? error})`;
    }
  }
  return undefined;
}
