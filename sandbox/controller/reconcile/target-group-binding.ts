import { addFinalizer, type Finalized, hasFinalizer, removeFinalizer } from '../kube/finalizers.ts';
import { isAlive, keyOf, splitKey, type TargetGroupBinding } from '../kube/types.ts';
import { createWorkQueue, logReconcilerErrors } from '../kube/work-queue.ts';
import { messageOf } from '../log.ts';
import { finalizers } from '../model/constants.ts';
import { type BindingParts, createBindings } from './binding.ts';
import { watchBindings } from './binding-watches.ts';
import { recordSuccess, type Step, stepsAbout } from './failure-events.ts';
import type { Reconciler } from './parts.ts';

const resource = 'targetgroupbindings.elbv2.k8s.aws';

/** Keeps pods registered in target groups, and the way to them open. */
export function startBindingReconciler(parts: BindingParts): Reconciler {
  const { config, client, kube, events, clock } = parts;
  const bindings = createBindings(parts);
  const finalized: Finalized<TargetGroupBinding> = {
    client,
    resource,
    kind: 'TargetGroupBinding.elbv2.k8s.aws',
    informer: kube.bindings,
  };

  const writeStatus = async (binding: TargetGroupBinding): Promise<void> => {
    const { name, namespace, generation } = binding.metadata;
    if (binding.status?.observedGeneration === generation) return;
    const patch = { status: { observedGeneration: generation } };
    try {
      await client.patch(resource, name, namespace, patch, { subresource: 'status' });
    } catch (error) {
      throw new Error(`failed to update targetGroupBinding status: ${keyOf(binding)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  const writeFailure = async (binding: TargetGroupBinding, failure: unknown): Promise<void> => {
    const { name, namespace, generation } = binding.metadata;
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'FailedCleanup',
      message: messageOf(failure),
      observedGeneration: generation,
    };
    const known = binding.status?.conditions?.find(({ type }) => type === 'Ready');
    if (known?.status === 'False' && known.message === condition.message) return;
    const lastTransitionTime = `${clock.now().toISOString().slice(0, 19)}Z`;
    const patch = { status: { conditions: [{ ...condition, lastTransitionTime }] } };
    await client
      .patch(resource, name, namespace, patch, { subresource: 'status' })
      .catch((error) => parts.log.error('failed to update targetGroupBinding status condition', error));
  };
  const cleanUp = async (binding: TargetGroupBinding, step: Step): Promise<void> => {
    if (!hasFinalizer(binding, finalizers.binding)) return;
    await step('FailedCleanup', async () => {
      try {
        await bindings.cleanUp(binding);
      } catch (error) {
        await writeFailure(binding, error);
        throw error;
      }
    });
    await step('FailedRemoveFinalizer', () => removeFinalizer(finalized, binding, finalizers.binding));
  };
  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const binding = kube.bindings.get(name, namespace);
    if (binding === undefined) return;
    const step = stepsAbout(events, [binding]);
    if (!isAlive(binding)) return cleanUp(binding, step);
    const marked = await step('FailedAddFinalizer', () =>
      addFinalizer(finalized, binding, finalizers.binding),
    );
    const changed = await step('FailedReconcile', () => bindings.reconcile(marked));
    if (!changed) return;
    await step('FailedUpdateStatus', () => writeStatus(marked));
    recordSuccess(events, [marked]);
  };

  const queue = createWorkQueue({
    clock,
    workers: config.bindingWorkers,
    maxBackoff: config.bindingMaxBackoff,
    reconcile,
    onError: logReconcilerErrors(parts.log, 'targetGroupBinding', (key) => ({
      controllerGroup: 'elbv2.k8s.aws',
      controllerKind: 'TargetGroupBinding',
      TargetGroupBinding: splitKey(key),
      ...splitKey(key),
    })),
  });
  watchBindings(kube, (binding) => queue.add(keyOf(binding)));
  return queue;
}
