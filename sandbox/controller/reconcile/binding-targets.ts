import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../log.ts';
import { createExpiringCache, createMutex } from '../time.ts';

/** An address and port in a target group. */
export interface TargetAddress {
  readonly Id: string;
  readonly Port: number;
  /** `all` for an address outside the VPC. */
  readonly AvailabilityZone?: string;
}

/** A registered target; its health is unknown right after a change. */
export interface Target extends TargetAddress {
  readonly health: TargetHealth | undefined;
}

/** How a target is keyed: in the order of these texts, targets are registered and taken away. */
export const targetKey = ({ Id, Port }: TargetAddress): string => `${Id}:${Port}`;

/** The targets of target groups. What was read is remembered for 5 minutes; only unhealthy ones are asked again. */
export interface Targets {
  list(targetGroupArn: string): Promise<Target[]>;
  register(targetGroupArn: string, targets: readonly TargetAddress[]): Promise<void>;
  deregister(targetGroupArn: string, targets: readonly TargetAddress[]): Promise<void>;
}

const cacheSeconds = 300;

/** As many targets as one call takes. */
const chunk = 200;

/** A target is asked for without its zone. */
const address = ({ Id, Port }: TargetAddress): TargetAddress => ({ Id, Port });

const description = ({ Id, Port, AvailabilityZone }: TargetAddress): TargetAddress => ({
  Id,
  Port,
  AvailabilityZone,
});

/** Makes the reader and changer of targets. */
export function createTargets(elbv2: ElasticLoadBalancingV2Client, clock: Clock, log: Logger): Targets {
  const cache = createExpiringCache<Target[]>(clock, cacheSeconds);
  const exclusively = createMutex();
  const describe = async (TargetGroupArn: string, some?: readonly TargetAddress[]): Promise<Target[]> => {
    const { TargetHealthDescriptions } = await elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn, Targets: some?.map(address) }),
    );
    return (TargetHealthDescriptions ?? []).map(({ Target: target, TargetHealth: health }) => ({
      Id: target?.Id ?? '',
      Port: target?.Port ?? 0,
      AvailabilityZone: target?.AvailabilityZone,
      health,
    }));
  };
  const refresh = async (arn: string, known: readonly Target[]): Promise<Target[]> => {
    const healthy = known.filter((target) => target.health?.State === 'healthy');
    const others = known.filter((target) => target.health?.State !== 'healthy');
    if (others.length === 0) return healthy;
    const seen = await describe(arn, others);
    return [...healthy, ...seen.filter((target) => target.health?.Reason !== 'Target.NotRegistered')];
  };
  /** Changed targets have an unknown health until they are read again. */
  const forgetHealth = (arn: string, changed: readonly TargetAddress[], added: boolean): void => {
    const known = cache.get(arn);
    if (known === undefined) return;
    const keys = new Set(changed.map(targetKey));
    const there = new Set(known.map(targetKey));
    const updated = known.map((target) =>
      keys.has(targetKey(target)) ? { ...target, health: undefined } : target,
    );
    const fresh = added ? changed.filter((target) => !there.has(targetKey(target))) : [];
    // In place: the entry keeps its age.
    known.splice(0, known.length, ...updated, ...fresh.map((each) => ({ ...each, health: undefined })));
  };
  const inChunks = async (
    targets: readonly TargetAddress[],
    send: (some: TargetAddress[]) => Promise<void>,
  ): Promise<void> => {
    for (let at = 0; at < targets.length; at += chunk) {
      await send(targets.slice(at, at + chunk).map(description));
    }
  };
  return {
    list: (arn) =>
      exclusively(async () => {
        const known = cache.get(arn);
        if (known === undefined) {
          const all = await describe(arn);
          cache.set(arn, all);
          return [...all];
        }
        const refreshed = await refresh(arn, known);
        known.splice(0, known.length, ...refreshed);
        return refreshed;
      }),
    register: (arn, targets) =>
      inChunks(targets, async (some) => {
        log.info('registering targets', { arn, targets: some });
        await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: some }));
        log.info('registered targets', { arn, targets: some });
        forgetHealth(arn, some, true);
      }),
    deregister: (arn, targets) =>
      inChunks(targets, async (some) => {
        log.info('deRegistering targets', { arn, targets: some });
        await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: some }));
        log.info('deRegistered targets', { arn, targets: some });
        forgetHealth(arn, some, false);
      }),
  };
}
