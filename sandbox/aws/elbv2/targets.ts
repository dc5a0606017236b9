import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { cidrHolds } from '../ec2/cidr.ts';
import { operation } from '../operation.ts';
import { AwsError, type Handler } from '../service.ts';
import { isHttp } from './attributes.ts';
import { find, invalid } from './errors.ts';
import { healthOf, registering, type ShownHealth, watchTarget } from './health.ts';
import { checkLimit } from './limits.ts';
import type { ElbContext, TargetGroupRecord, TargetRecord } from './state.ts';

/** The ranges of addresses outside the VPC that can be targets (API reference, TargetDescription). */
const privateRanges = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

const notRegistered: ShownHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
};

/** RegisterTargets, DeregisterTargets and DescribeTargetHealth. */
export function targetHandlers(elb: ElbContext): Record<string, Handler> {
  return {
    RegisterTargets: operation(['TargetGroupArn', 'Targets'], (input: RegisterTargetsInput, call) => {
      const region = elb.region(call.region);
      const group = find(region.targetGroups, input.TargetGroupArn, 'targetGroup');
      if (!input.Targets?.length) throw invalid('At least one target must be specified');
      const wanted = input.Targets.map((target) => ({
        ...addressOf(group, target),
        zone: zoneOf(elb, call.region, group, target),
      }));
      for (const { id, port, zone } of wanted) {
        const key = `${id}:${port}`;
        const present = group.targets.get(key);
        if (present && present.health.state !== 'draining') continue;
        checkLimit(group.targets.size, 'targets-per-application-load-balancer', 'TooManyTargets');
        const target: TargetRecord = { id, port, zone, health: registering, passed: 0, failed: 0 };
        group.targets.set(key, target);
        void watchTarget(elb, region, group, target);
      }
      return {};
    }),

    // Deregistering what is not registered succeeds (API reference, DeregisterTargets).
    DeregisterTargets: operation(['TargetGroupArn', 'Targets'], (input: DeregisterTargetsInput, call) => {
      const region = elb.region(call.region);
      const group = find(region.targetGroups, input.TargetGroupArn, 'targetGroup');
      for (const description of input.Targets ?? []) {
        const { id, port } = addressOf(group, description);
        const key = `${id}:${port}`;
        const target = group.targets.get(key);
        if (!target || target.health.state === 'draining') continue;
        if (healthOf(region, group, target).state === 'unused') {
          group.targets.delete(key);
          continue;
        }
        target.health = {
          state: 'draining',
          reason: 'Target.DeregistrationInProgress',
          description: 'Target deregistration is in progress',
        };
        const delay = Number(group.attributes['deregistration_delay.timeout_seconds']);
        elb.world.clock.after(delay, () => {
          if (group.targets.get(key) === target) group.targets.delete(key);
        });
      }
      return {};
    }),

    DescribeTargetHealth: operation(
      ['TargetGroupArn', 'Targets'],
      (input: DescribeTargetHealthInput, call): DescribeTargetHealthOutput => {
        const region = elb.region(call.region);
        const group = find(region.targetGroups, input.TargetGroupArn, 'targetGroup');
        const named = input.Targets?.map((description) => {
          const { id, port } = addressOf(group, description);
          return group.targets.get(`${id}:${port}`) ?? { id, port };
        });
        const targets = elb.world.random.shuffle(named ?? [...group.targets.values()]);
        return {
          TargetHealthDescriptions: targets.map((target) =>
            render(group, target, 'health' in target ? healthOf(region, group, target) : notRegistered),
          ),
        };
      },
    ),
  };
}

function addressOf(group: TargetGroupRecord, target: TargetDescription): { id: string; port: number } {
  if (!target.Id) throw invalid('A target ID must be specified');
  return { id: target.Id, port: target.Port ?? group.port };
}

function zoneOf(
  elb: ElbContext,
  regionName: string,
  group: TargetGroupRecord,
  { Id: id = '', AvailabilityZone: wanted }: TargetDescription,
): string {
  if (group.targetType === 'instance') {
    throw new AwsError('InvalidTarget', `The following targets are not valid instances: '${id}'`);
  }
  const region = elb.ec2.region(regionName);
  const inside = cidrHolds(region.vpcs.get(group.vpcId)?.cidr ?? '', id);
  const subnet = [...region.subnets.values()].find(
    (candidate) => candidate.vpcId === group.vpcId && cidrHolds(candidate.cidr, id),
  );
  if (inside && subnet) return subnet.zone;
  const outside = !inside && privateRanges.some((range) => cidrHolds(range, id));
  if (outside && wanted === 'all') return 'all';
  throw new AwsError(
    'InvalidTarget',
    outside
      ? `You must specify the Availability Zone 'all' for the IP address '${id}', which is outside of the VPC '${group.vpcId}'`
      : `The IP address '${id}' is not within a subnet of the VPC '${group.vpcId}' or a supported private range`,
  );
}

function render(
  group: TargetGroupRecord,
  target: Pick<TargetRecord, 'id' | 'port'> & { readonly zone?: string },
  health: ShownHealth,
): TargetHealthDescription {
  const { port } = group.healthCheck;
  return {
    Target: { Id: target.id, Port: target.port, AvailabilityZone: target.zone },
    HealthCheckPort: port === 'traffic-port' ? String(target.port) : port,
    TargetHealth: {
      State: health.state,
      Reason: health.reason as never,
      Description: health.description,
    },
    AnomalyDetection: isHttp(group.protocol) ? { Result: 'normal', MitigationInEffect: 'no' } : undefined,
  };
}
