import { isHttp } from './attributes.ts';
import { matchesCode } from './health-check.ts';
import { reach } from './reach.ts';
import type {
  ElbContext,
  ElbRegion,
  LoadBalancerRecord,
  LoadBalancerType,
  TargetGroupRecord,
  TargetHealthState,
  TargetRecord,
} from './state.ts';
import { loadBalancersOf } from './usage.ts';

/** A target's health as DescribeTargetHealth prints it. Reasons and sentences: API reference, TargetHealth. */
export interface ShownHealth {
  readonly state: TargetHealthState['state'] | 'unused';
  readonly reason?: string;
  readonly description?: string;
}

interface Failure {
  readonly reason: string;
  readonly description: string;
}

type Verdict = 'passed' | Failure;

/** A target that is being registered. */
export const registering: TargetHealthState = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
};

const checking: TargetHealthState = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};

const failed: Failure = { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
const timedOut: Failure = { reason: 'Target.Timeout', description: 'Request timed out' };

// Simulated seconds from an active load balancer and a registered target to the first check. With the checks that
// follow, targets of a network load balancer turn healthy after 90–180 s (facts/pitfalls.md P19).
const registration: Readonly<Record<LoadBalancerType, { least: number; most: number }>> = {
  application: { least: 5, most: 15 },
  network: { least: 70, most: 140 },
};

const unknownBalancerPoll = 5;

/** Where a target belongs among the load balancers that use its group. */
function placeOf(
  region: ElbRegion,
  group: TargetGroupRecord,
  target: TargetRecord,
): LoadBalancerRecord | 'unused' | 'other-zone' {
  const owners = loadBalancersOf(region, group.arn);
  if (owners.length === 0) return 'unused';
  const suitable = owners.find(
    (owner) => target.zone === 'all' || owner.nodes.some(({ zone }) => zone === target.zone),
  );
  return suitable ?? 'other-zone';
}

/** The health of a target. A target without a load balancer to serve is unused, whatever the checks said. */
export function healthOf(region: ElbRegion, group: TargetGroupRecord, target: TargetRecord): ShownHealth {
  const place = placeOf(region, group, target);
  if (typeof place !== 'string' || target.health.state === 'draining') return target.health;
  return {
    state: 'unused',
    reason: 'Target.NotInUse',
    description:
      place === 'unused'
        ? 'Target group is not configured to receive traffic from the load balancer'
        : 'Target is in an Availability Zone that is not enabled for the load balancer',
  };
}

/** Checks a target's health for as long as it is registered. */
export async function watchTarget(
  elb: ElbContext,
  region: ElbRegion,
  group: TargetGroupRecord,
  target: TargetRecord,
): Promise<void> {
  const { clock, random } = elb.world;
  const isRegistered = () =>
    target.health.state !== 'draining' &&
    [...group.targets.values()].includes(target) &&
    region.targetGroups.get(group.arn) === group;

  while (isRegistered()) {
    const place = placeOf(region, group, target);
    if (typeof place === 'string' || place.state !== 'active') {
      Object.assign(target, { health: registering, passed: 0, failed: 0 });
      await clock.sleep(unknownBalancerPoll);
      continue;
    }
    if (target.health === registering) {
      const { least, most } = registration[place.type];
      await clock.sleep(random.integer(least, most));
      if (target.health === registering) target.health = checking;
      continue;
    }
    const verdict = await check(elb, region, place, group, target);
    if (!isRegistered()) return;
    note(group, target, verdict, place.type);
    await clock.sleep(group.healthCheck.interval);
  }
}

/** Counts a check and draws the consequence (ELB user guides, "Health checks for your target groups"). */
function note(
  group: TargetGroupRecord,
  target: TargetRecord,
  verdict: Verdict,
  type: LoadBalancerType,
): void {
  const { healthyThreshold, unhealthyThreshold } = group.healthCheck;
  if (verdict === 'passed') {
    target.passed += 1;
    target.failed = 0;
    // A new target of an application load balancer needs to pass one check only.
    const isNew = target.health === checking;
    const needed = isNew && type === 'application' ? 1 : healthyThreshold;
    if (target.passed >= needed) target.health = { state: 'healthy' };
    return;
  }
  target.failed += 1;
  target.passed = 0;
  if (target.failed < unhealthyThreshold && target.health.state !== 'unhealthy') return;
  // Network load balancers give one reason for every failure.
  target.health = { state: 'unhealthy', ...(type === 'network' ? failed : verdict) };
}

async function check(
  elb: ElbContext,
  region: ElbRegion,
  loadBalancer: LoadBalancerRecord,
  group: TargetGroupRecord,
  target: TargetRecord,
): Promise<Verdict> {
  const { healthCheck } = group;
  const port = healthCheck.port === 'traffic-port' ? target.port : Number(healthCheck.port);
  const met = reach(elb, region.name, loadBalancer, group, target, port);
  if (met === 'dropped') {
    await elb.world.clock.sleep(healthCheck.timeout);
    return timedOut;
  }
  if (met === 'refused') return failed;
  if (!isHttp(healthCheck.protocol)) return 'passed';
  if ((healthCheck.protocol === 'HTTPS') !== (met.certificate !== undefined)) return failed;

  const request = {
    method: 'GET',
    path: healthCheck.path ?? '/',
    headers: { host: `${target.id}:${port}`, connection: 'close', 'user-agent': 'ELB-HealthChecker/2.0' },
    body: '',
  };
  const answer = Promise.resolve()
    .then(() => met.handle(request))
    .catch(() => failed);
  const response = await Promise.race([
    answer,
    elb.world.clock.sleep(healthCheck.timeout).then(() => timedOut),
  ]);
  if ('reason' in response) return response;
  if (matchesCode(healthCheck.matcher ?? '200', response.status)) return 'passed';
  return {
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${response.status}]`,
  };
}
