import { addFinalizer, type Finalized, hasFinalizer, removeFinalizer } from '../kube/finalizers.ts';
import { keyOf, type LoadBalancerIngress, type Service, splitKey } from '../kube/types.ts';
import { createWorkQueue, logReconcilerErrors } from '../kube/work-queue.ts';
import { messageOf } from '../log.ts';
import { finalizers } from '../model/constants.ts';
import { buildServiceModel, isServicePendingFinalization, isServiceSupported } from '../model/service.ts';
import type { BuiltModel } from '../model/types.ts';
import { isRelevant } from './changes.ts';
import { recordSuccess, type Step, stepsAbout } from './failure-events.ts';
import type { Reconciler, ReconcilerParts } from './parts.ts';
import { isSameStatus } from './status.ts';

/** Longest wait between two tries; seconds (facts/lbc.md §5, "Event counts"). */
const maxBackoff = 1000;

/**
 * Keeps the Network Load Balancers of Services. The finalizer comes after the model, so that a Service that was never
 * understood is deleted at once (facts/lbc.md §9).
 */
export function startServiceReconciler(parts: ReconcilerParts): Reconciler {
  const { config, client, kube, sources, deploy, events } = parts;
  const log = parts.log.named('controllers.service');
  const services: Finalized<Service> = {
    client,
    resource: 'services',
    kind: 'Service',
    informer: kube.services,
  };

  const writeStatus = async (
    service: Service,
    ingress: readonly LoadBalancerIngress[] | null,
    verb: string,
  ) => {
    const { name, namespace } = service.metadata;
    try {
      await client.patch(
        'services',
        name,
        namespace,
        { status: { loadBalancer: { ingress } } },
        {
          subresource: 'status',
        },
      );
    } catch (error) {
      throw new Error(`failed to ${verb} service status: ${keyOf(service)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  const release = (service: Service): Promise<void> =>
    sources.backendGroup.release('service', [keyOf(service)]);

  const cleanUp = async (service: Service, { stack }: BuiltModel, step: Step): Promise<void> => {
    if (!hasFinalizer(service, finalizers.service)) return;
    await step('FailedDeployModel', () => deploy(stack, log));
    log.info('successfully deployed model', { service: splitKey(keyOf(service)) });
    await release(service);
    const present = service.status?.loadBalancer?.ingress;
    if (present !== undefined) {
      await step('FailedCleanupStatus', () => writeStatus(service, null, 'cleanup'));
    }
    await step('FailedRemoveFinalizer', () => removeFinalizer(services, service, finalizers.service));
  };
  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const service = kube.services.get(name, namespace);
    if (service === undefined) return;
    const step = stepsAbout(events, [service]);
    const built = await step('FailedBuildModel', () => buildServiceModel(sources, service));
    log.info('successfully built model', { model: JSON.stringify(built.stack) });
    if (built.stack.loadBalancer === undefined) return cleanUp(service, built, step);

    const marked = await step('FailedAddFinalizer', () =>
      addFinalizer(services, service, finalizers.service),
    );
    const { hostname = '' } = await step('FailedDeployModel', () => deploy(built.stack, log));
    log.info('successfully deployed model', { service: { namespace, name } });
    if (!built.usesBackendGroup) await release(service);
    const wanted = statusOf(service, hostname);
    if (!isSameStatus(marked.status?.loadBalancer?.ingress ?? [], wanted)) {
      await step('FailedUpdateStatus', () => writeStatus(service, [wanted], 'update'));
    }
    recordSuccess(events, [service]);
  };

  const queue = createWorkQueue({
    clock: parts.clock,
    workers: config.serviceWorkers,
    maxBackoff,
    reconcile,
    onError: logReconcilerErrors(parts.log, 'service', splitKey),
  });
  kube.services.subscribe((change) => {
    const { object } = change;
    if (change.kind === 'deleted' || !isRelevant(change, true)) return;
    if (isServicePendingFinalization(object) || isServiceSupported(object, config)) queue.add(keyOf(object));
  });
  return queue;
}

const statusOf = (service: Service, hostname: string): LoadBalancerIngress => ({
  hostname,
  ports: (service.spec.ports ?? []).map(({ port, protocol = 'TCP' }) => ({ port, protocol })),
});
