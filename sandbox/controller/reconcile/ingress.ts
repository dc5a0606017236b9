import { addFinalizer, type Finalized, removeFinalizer } from '../kube/finalizers.ts';
import { type Ingress, keyOf, type LoadBalancerIngress } from '../kube/types.ts';
import { createWorkQueue, logReconcilerErrors } from '../kube/work-queue.ts';
import { messageOf } from '../log.ts';
import { buildIngressModel } from '../model/ingress.ts';
import { groupFinalizer, loadGroup } from '../model/ingress-group.ts';
import { type GroupIdentity, groupText } from '../naming.ts';
import { recordSuccess, stepsAbout } from './failure-events.ts';
import { watchIngresses } from './ingress-watches.ts';
import type { Reconciler, ReconcilerParts } from './parts.ts';
import { isSameStatus } from './status.ts';

/** Longest wait between two tries; seconds. */
const maxBackoff = 1000;

const keyOfGroup = ({ namespace, name }: GroupIdentity): string => `${namespace}/${name}`;

function groupOfKey(key: string): GroupIdentity {
  const at = key.indexOf('/');
  return { namespace: key.slice(0, at), name: key.slice(at + 1) };
}

/**
 * Keeps the Application Load Balancers of Ingress groups. The finalizer comes before the model, unlike that of
 * Services (facts/lbc.md §9); events go to the members, never to those that leave.
 */
export function startIngressReconciler(parts: ReconcilerParts): Reconciler {
  const { config, client, kube, sources, deploy, events } = parts;
  const log = parts.log.named('controllers.ingress');
  const ingresses: Finalized<Ingress> = {
    client,
    resource: 'ingresses.networking.k8s.io',
    kind: 'Ingress.networking.k8s.io',
    informer: kube.ingresses,
  };

  const writeStatus = async (ingress: Ingress, wanted: LoadBalancerIngress): Promise<void> => {
    if (isSameStatus(ingress.status?.loadBalancer?.ingress ?? [], wanted)) return;
    const { name, namespace } = ingress.metadata;
    const patch = { status: { loadBalancer: { ingress: [wanted] } } };
    try {
      await client.patch(ingresses.resource, name, namespace, patch, { subresource: 'status' });
    } catch (error) {
      throw new Error(`failed to update ingress status: ${keyOf(ingress)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  const reconcile = async (key: string): Promise<void> => {
    const id = groupOfKey(key);
    const group = loadGroup(kube, config, id);
    const members = group.members.map(({ ingress }) => ingress);
    const step = stepsAbout(events, members);
    const finalizer = groupFinalizer(id);

    await step('FailedAddFinalizer', async () => {
      for (const member of members) await addFinalizer(ingresses, member, finalizer);
    });
    const built = await step('FailedBuildModel', () => buildIngressModel(sources, group));
    log.info('successfully built model', { model: JSON.stringify(built.stack) });
    const { hostname } = await step('FailedDeployModel', () => deploy(built.stack, log));
    log.info('successfully deployed model', { ingressGroup: groupText(id) });
    const released = built.usesBackendGroup ? group.inactive : [...group.inactive, ...members];
    await sources.backendGroup.release('ingress', released.map(keyOf));
    if (members.length > 0 && hostname !== undefined) {
      const wanted = {
        hostname,
        ports: built.ports.map((port) => ({ port, protocol: '' })),
      };
      await step('FailedUpdateStatus', async () => {
        for (const member of members) await writeStatus(member, wanted);
      });
    }
    await step('FailedRemoveFinalizer', async () => {
      for (const leaver of group.inactive) await removeFinalizer(ingresses, leaver, finalizer);
    });
    recordSuccess(events, members);
  };

  const queue = createWorkQueue({
    clock: parts.clock,
    workers: config.ingressWorkers,
    maxBackoff,
    reconcile,
    onError: logReconcilerErrors(parts.log, 'ingress', (key) => ({
      object: groupOfKey(key),
      ...groupOfKey(key),
    })),
  });
  watchIngresses(parts, (id) => queue.add(keyOfGroup(id)));
  return queue;
}
