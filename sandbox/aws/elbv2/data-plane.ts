import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { PodRequest, PodResponse } from '../../kubernetes/network.ts';
import { admits } from '../ec2/firewall.ts';
import { reachesInternet } from '../ec2/route-tables.ts';
import { meets } from './conditions.ts';
import { healthOf } from './health.ts';
import { errorPage, redirect } from './own-answers.ts';
import { reach } from './reach.ts';
import { rulesOf } from './rules.ts';
import type {
  ElbContext,
  ElbRegion,
  ListenerCertificate,
  ListenerRecord,
  LoadBalancerRecord,
  TargetGroupRecord,
  TargetRecord,
} from './state.ts';

/** What a client on the internet gets instead of an HTTP answer. */
export type NoAnswer =
  /** The name does not resolve. */
  | 'unknown-host'
  /** No listener on the port. */
  | 'refused'
  /** The connection was accepted and then reset. */
  | 'reset'
  /** Packets go nowhere: an internal load balancer, a security group, a subnet without a way to the internet. */
  | 'timed-out';

// A host on the internet, out of a range for documentation (RFC 5737).
const clientIp = '192.0.2.10';
// Simulated seconds: an application load balancer waits this long for a connection to a target (user guide, HTTP 504).
const connectTimeout = 10;

/**
 * Makes the way of a request from the internet to a pod: name, security groups, listener, rule, healthy target.
 * Where it ends early, it ends as at a real load balancer (ELB user guides, "Troubleshoot your load balancers").
 */
export function createDataPlane(elb: ElbContext) {
  const turns = new Map<string, number>();

  async function toTarget(
    region: ElbRegion,
    loadBalancer: LoadBalancerRecord,
    listener: ListenerRecord,
    action: Action,
    request: PodRequest,
  ): Promise<PodResponse | NoAnswer> {
    const http = loadBalancer.type === 'application';
    const group = chooseGroup(elb, region, action);
    const target = group && nextTarget(region, group, turns);
    if (!group || !target) return http ? errorPage(503) : 'reset';
    const met = reach(elb, region.name, loadBalancer, group, target, target.port);
    if (met === 'refused') return http ? errorPage(502) : 'reset';
    if (met === 'dropped') {
      await elb.world.clock.sleep(connectTimeout);
      return http ? errorPage(504) : 'timed-out';
    }
    const encrypted = group.protocol === 'HTTPS' || group.protocol === 'TLS';
    if (http && encrypted !== (met.certificate !== undefined)) return errorPage(502);
    try {
      return await met.handle(http ? forwarded(request, listener) : request);
    } catch {
      return http ? errorPage(502) : 'reset';
    }
  }

  async function act(
    region: ElbRegion,
    loadBalancer: LoadBalancerRecord,
    listener: ListenerRecord,
    request: PodRequest,
  ): Promise<PodResponse | NoAnswer> {
    const rule = rulesOf(region, listener.arn).find((candidate) =>
      meets(candidate.conditions, request, clientIp),
    );
    const action = rule?.actions.find(({ Type }) => Type && !Type.startsWith('authenticate'));
    if (!action) return 'reset';
    const fixed = action.FixedResponseConfig;
    if (action.Type === 'fixed-response') {
      return errorPage(Number(fixed?.StatusCode), {
        contentType: fixed?.ContentType ?? 'text/plain',
        body: fixed?.MessageBody ?? '',
      });
    }
    if (action.Type === 'redirect') return redirect(action.RedirectConfig ?? {}, listener, request);
    return toTarget(region, loadBalancer, listener, action, request);
  }

  return {
    /** Routes a request by a host's name (without port) to the pod behind it. */
    async routeRequest(
      host: string,
      port: number,
      request: PodRequest,
      encrypted = false,
    ): Promise<PodResponse | NoAnswer> {
      const found = findByName(elb, host);
      if (!found) return 'unknown-host';
      const { region, loadBalancer } = found;
      const network = elb.ec2.region(region.name);
      const open =
        loadBalancer.scheme === 'internet-facing' &&
        loadBalancer.nodes.some(({ subnetId }) => reachesInternet(network, subnetId)) &&
        admits(network, loadBalancer.groupIds, { port, peerIp: clientIp, peerGroupIds: [] });
      if (!open) return 'timed-out';
      const listener = listenerOn(region, loadBalancer, port);
      if (!listener) return 'refused';
      // Without TLS where TLS is expected: a malformed request, as any that breaks the protocol.
      if (!encrypted && endsTls(listener))
        return loadBalancer.type === 'application' ? errorPage(400) : 'reset';
      return act(region, loadBalancer, listener, request);
    },

    /** As in Elbv2Service. A certificate that was deleted since is shown no more. */
    shownCertificates(host: string, port: number): ListenerCertificate[] | undefined {
      const found = findByName(elb, host);
      const listener = found && listenerOn(found.region, found.loadBalancer, port);
      return listener?.certificates.flatMap((arn) => elb.certificate(arn) ?? []);
    },
  };
}

/** Whether TLS ends at a listener. */
const endsTls = ({ protocol }: ListenerRecord): boolean => protocol === 'HTTPS' || protocol === 'TLS';

const listenerOn = (
  region: ElbRegion,
  { arn }: LoadBalancerRecord,
  port: number,
): ListenerRecord | undefined =>
  [...region.listeners.values()].find((one) => one.loadBalancerArn === arn && one.port === port);

/** A load balancer's name resolves once the load balancer is active. */
function findByName(
  elb: ElbContext,
  host: string,
): { region: ElbRegion; loadBalancer: LoadBalancerRecord } | undefined {
  for (const region of elb.regions()) {
    for (const loadBalancer of region.loadBalancers.values()) {
      const isIt = loadBalancer.dnsName.toLowerCase() === host.toLowerCase();
      if (isIt && loadBalancer.state === 'active') return { region, loadBalancer };
    }
  }
  return undefined;
}

function chooseGroup(elb: ElbContext, region: ElbRegion, action: Action): TargetGroupRecord | undefined {
  const tuples = action.ForwardConfig?.TargetGroups ?? [];
  const total = tuples.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  let drawn = elb.world.random.next() * total;
  for (const { TargetGroupArn = '', Weight = 1 } of tuples) {
    drawn -= Weight;
    if (drawn < 0) return region.targetGroups.get(TargetGroupArn);
  }
  return undefined;
}

/** Round robin over the healthy targets; when all are unhealthy, over those (both kinds of load balancer "fail open"). */
function nextTarget(
  region: ElbRegion,
  group: TargetGroupRecord,
  turns: Map<string, number>,
): TargetRecord | undefined {
  const inState = (state: string) =>
    [...group.targets.values()].filter((target) => healthOf(region, group, target).state === state);
  const healthy = inState('healthy');
  const candidates = healthy.length > 0 ? healthy : inState('unhealthy');
  if (candidates.length === 0) return undefined;
  const turn = turns.get(group.arn) ?? 0;
  turns.set(group.arn, turn + 1);
  return candidates[turn % candidates.length];
}

/** What an application load balancer adds to a request (user guide, "HTTP headers"). */
function forwarded(request: PodRequest, listener: ListenerRecord): PodRequest {
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-forwarded-for': clientIp,
      'x-forwarded-proto': listener.protocol.toLowerCase(),
      'x-forwarded-port': String(listener.port),
    },
  };
}
