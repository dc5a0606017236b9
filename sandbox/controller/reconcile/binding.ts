import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotEmulated } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import { failureCode } from '../aws/failure.ts';
import type { KubeCache } from '../kube/cache.ts';
import type { EventRecorder } from '../kube/events.ts';
import { keyOf, type TargetGroupBinding } from '../kube/types.ts';
import { RequeueAfter } from '../kube/work-queue.ts';
import { type Logger, messageOf } from '../log.ts';
import type { EndpointRules } from '../networking/endpoint-rules.ts';
import type { ControllerConfig } from '../process/config.ts';
import { checkpointOf, saveCheckpoint, savedCheckpoint } from './binding-checkpoint.ts';
import {
  BackendNotFound,
  type PodEndpoint,
  requireNoInstances,
  resolvePodEndpoints,
} from './binding-endpoints.ts';
import { type Target, type TargetAddress, type Targets, targetKey } from './binding-targets.ts';
import { gateCondition, gateOf, hasGate, needsProbe, writeGate } from './readiness-gates.ts';

/** What bindings are reconciled with. */
export interface BindingParts {
  readonly config: ControllerConfig;
  readonly vpcId: string;
  readonly client: KubeClient;
  readonly kube: KubeCache;
  readonly clock: Clock;
  readonly targets: Targets;
  readonly endpointRules: EndpointRules;
  readonly inVpc: (vpcId: string) => Promise<(address: string) => boolean>;
  readonly events: EventRecorder;
  readonly log: Logger;
}

/** Makes target groups hold what bindings ask for. */
export interface Bindings {
  /** Gives false when the binding was reconciled for just this before. Throws RequeueAfter to look again later. */
  reconcile(binding: TargetGroupBinding): Promise<boolean>;
  cleanUp(binding: TargetGroupBinding): Promise<void>;
}

const registering: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.RegistrationInProgress',
  Description: 'Target registration is in progress',
};

const unbound: TargetHealth = { State: 'healthy', Description: 'Target Group Binding is deleted' };

const byKey = <T extends TargetAddress>(targets: readonly T[]): T[] =>
  [...targets].sort((left, right) => (targetKey(left) < targetKey(right) ? -1 : 1));

const addressOf = ({ ip, port }: PodEndpoint): TargetAddress => ({ Id: ip, Port: port });

/** Makes the reconciliation of bindings (order of calls: transcripts/lbc/nlb-create-calls.txt). */
export function createBindings(parts: BindingParts): Bindings {
  const { client, kube, clock, targets, endpointRules, events } = parts;

  const register = async (binding: TargetGroupBinding, missing: readonly PodEndpoint[]): Promise<void> => {
    const inVpc = await parts.inVpc(binding.spec.vpcID ?? parts.vpcId);
    const addresses = byKey(missing.map(addressOf)).map((each) =>
      inVpc(each.Id) ? each : { ...each, AvailabilityZone: 'all' },
    );
    await targets.register(binding.spec.targetGroupARN ?? '', addresses);
  };
  const openNetwork = async (
    binding: TargetGroupBinding,
    endpoints: readonly PodEndpoint[],
    log: Logger,
  ): Promise<boolean> => {
    try {
      await endpointRules.reconcile(
        binding,
        endpoints.map(({ pod }) => pod),
      );
      return true;
    } catch (error) {
      const tgb = nameOf(binding);
      log.error('Requesting network requeue due to error from ReconcileForPodEndpoints', error, { tgb });
      events.record(binding, 'Warning', 'FailedNetworkReconcile', messageOf(error));
      return false;
    }
  };
  const reconcileAddresses = async (
    binding: TargetGroupBinding,
    endpoints: readonly PodEndpoint[],
  ): Promise<void> => {
    const { log } = parts;
    const arn = binding.spec.targetGroupARN ?? '';
    const gate = gateOf(binding);
    const registered = (await targets.list(arn)).filter(({ health }) => health?.State !== 'draining');
    const { matched, missing, surplus } = compare(endpoints, registered);
    const opened = await openNetwork(binding, endpoints, log);
    const probing = matched.some(({ endpoint, target }) => needsProbe(endpoint.pod, gate, target.health));
    if (missing.length > 0 || surplus.length > 0 || !opened || probing) {
      // Whatever happens from here on, the next pass must not take the work for done.
      await saveCheckpoint(client, clock, binding, '', savedCheckpoint(binding));
    }
    if (surplus.length > 0) await targets.deregister(arn, byKey(surplus));
    if (missing.length > 0) await register(binding, missing);
    for (const { endpoint, target } of matched) {
      await writeGate(client, clock, endpoint.pod, gate, target.health);
    }
    for (const { pod } of missing) await writeGate(client, clock, pod, gate, registering);
    if (probing || missing.some(({ pod }) => hasGate(pod, gate))) {
      log.info('Requeue for target monitor target health', { tgb: nameOf(binding) });
      throw new RequeueAfter('monitor targetHealth', parts.config.bindingRequeue);
    }
    if (!opened) {
      log.info('Requeue for networking requeue', { tgb: nameOf(binding) });
      throw new RequeueAfter('networking reconciliation', parts.config.bindingRequeue);
    }
  };
  const cleanUp = async (binding: TargetGroupBinding): Promise<void> => {
    const arn = binding.spec.targetGroupARN ?? '';
    try {
      const all = await targets.list(arn);
      await targets.deregister(arn, all);
    } catch (error) {
      // Without its target group nothing is left to take away.
      if (!['TargetGroupNotFound', 'ValidationError'].includes(failureCode(error) ?? '')) throw error;
    }
    await endpointRules.cleanup(binding);
    for (const pod of kube.pods.list(binding.metadata.namespace)) {
      await writeGate(client, clock, pod, gateOf(binding), unbound);
    }
  };

  return {
    async reconcile(binding) {
      refuseForeign(binding);
      const tgb = nameOf(binding);
      const saved = savedCheckpoint(binding);
      const byAddress = binding.spec.targetType === 'ip';
      let endpoints: PodEndpoint[] = [];
      try {
        if (byAddress) endpoints = resolvePodEndpoints(kube, binding, parts.log);
        else requireNoInstances(kube, binding);
      } catch (error) {
        if (!(error instanceof BackendNotFound)) throw error;
        events.record(binding, 'Warning', 'BackendNotFound', error.message);
        await cleanUp(binding);
        await saveCheckpoint(client, clock, binding, '', saved);
        return true;
      }
      const identifiers = endpoints.map(
        (endpoint) => `${targetKey(addressOf(endpoint))}:${endpoint.pod.metadata.uid}`,
      );
      const checkpoint = checkpointOf(binding, identifiers);
      const gate = gateOf(binding);
      const waiting = endpoints.some(({ pod }) => {
        const known = gateCondition(pod, gate);
        return known !== undefined && known.status !== 'True';
      });
      if (checkpoint === saved && !waiting) {
        parts.log.info('Skipping targetgroupbinding reconcile', { tgb, 'calculated hash': checkpoint });
        return false;
      }
      await reconcileAddresses(binding, endpoints);
      parts.log.info('Successful reconcile', { tgb, checkpoint });
      await saveCheckpoint(client, clock, binding, checkpoint, saved);
      return true;
    },
    cleanUp,
  };
}

const nameOf = ({ metadata }: TargetGroupBinding) => ({
  name: metadata.name,
  namespace: metadata.namespace,
});

function refuseForeign(binding: TargetGroupBinding): void {
  const { spec } = binding;
  if (spec.targetType === undefined) throw new Error(`targetType is not specified: ${keyOf(binding)}`);
  if (spec.multiClusterTargetGroup === true) throw new NotEmulated('spec.multiClusterTargetGroup');
  if (spec.iamRoleArnToAssume) throw new NotEmulated('spec.iamRoleArnToAssume');
}

function compare(endpoints: readonly PodEndpoint[], registered: readonly Target[]) {
  const targetsByKey = new Map(registered.map((target) => [targetKey(target), target]));
  const endpointsByKey = new Map(endpoints.map((endpoint) => [targetKey(addressOf(endpoint)), endpoint]));
  const matched: { endpoint: PodEndpoint; target: Target }[] = [];
  const missing: PodEndpoint[] = [];
  for (const key of [...endpointsByKey.keys()].sort()) {
    const endpoint = endpointsByKey.get(key) as PodEndpoint;
    const target = targetsByKey.get(key);
    if (target === undefined) missing.push(endpoint);
    else matched.push({ endpoint, target });
  }
  return { matched, missing, surplus: registered.filter((target) => !endpointsByKey.has(targetKey(target))) };
}
