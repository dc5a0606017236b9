import { validate } from '../admission/admit.ts';
import type { KubeObject, PropagationPolicy } from '../api.ts';
import { conflict, forbidden } from '../model/errors.ts';
import { type Resource, resourceName } from '../model/resource.ts';
import { strategyOf } from '../strategy/strategies.ts';
import type { ApiServer, RequestContext } from './context.ts';
import { timestamp } from './metadata.ts';
import { read } from './read.ts';

/** `metav1.DeleteOptions`. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  readonly dryRun?: readonly string[];
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** How a delete ended: with the object gone, or with it waiting for its finalizers or grace period. */
export interface Deletion {
  readonly object: KubeObject;
  readonly gone: boolean;
}

/** The finalizer that a propagation policy puts on the deleted object, for the garbage collector. */
const policyFinalizers: Readonly<Record<PropagationPolicy, string | undefined>> = {
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
  Background: undefined,
};

/** Whether an object whose deletion was asked for must stay: finalizers, a namespace's own, or a grace period left. */
export const held = (resource: Resource, object: KubeObject): boolean =>
  (object.metadata.finalizers ?? []).length > 0 ||
  (strategyOf(resource).holds?.(object) ?? false) ||
  (object.metadata.deletionGracePeriodSeconds ?? 0) > 0;

/** Deletes an object, or marks it as being deleted when something still holds it. */
export async function remove(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions,
  context: RequestContext,
): Promise<Deletion> {
  const strategy = strategyOf(resource);
  for (;;) {
    const current = read(server, resource, namespace, name);
    const never = strategy.undeletable?.(current);
    if (never) throw forbidden(resource, name, never);
    checkPreconditions(resource, current, options);
    const attributes = { operation: 'DELETE', resource, name, namespace, context, old: current } as const;
    await validate(server, attributes);
    const stored = server.store.get(resourceName(resource), current.metadata.namespace, name);
    if (stored?.metadata.resourceVersion !== current.metadata.resourceVersion) continue;
    const next = structuredClone(current);
    const { metadata } = next;
    const already = metadata.deletionTimestamp !== undefined;
    const asked = options.gracePeriodSeconds ?? strategy.gracePeriod?.(current) ?? 0;
    const grace = strategy.gracePeriod?.(current) === 0 || !strategy.gracePeriod ? 0 : asked;
    const shorter = already && grace < (metadata.deletionGracePeriodSeconds ?? 0);
    setPolicyFinalizer(metadata, options.propagationPolicy);
    if (!already || shorter) {
      metadata.deletionGracePeriodSeconds = grace;
      metadata.deletionTimestamp = timestamp(new Date(server.world.clock.now().getTime() + grace * 1000));
      if (!already && resource.generation && !strategy.keepsGeneration)
        metadata.generation = (metadata.generation ?? 1) + 1;
      strategy.beginDelete?.(next);
    }
    if (!held(resource, next)) {
      if (!context.dryRun) server.store.remove(resourceName(resource), metadata.namespace, name);
      return { object: next, gone: true };
    }
    const unchanged =
      already && !shorter && metadata.finalizers?.length === current.metadata.finalizers?.length;
    if (context.dryRun || unchanged) return { object: current, gone: false };
    return { object: server.store.put(resourceName(resource), next), gone: false };
  }
}

function checkPreconditions(resource: Resource, current: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = current.metadata;
  const { name } = current.metadata;
  if (preconditions?.uid && preconditions.uid !== uid)
    throw conflict(
      { ...resource, plural: resource.kind },
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion)
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
}

function setPolicyFinalizer(metadata: KubeObject['metadata'], policy: PropagationPolicy | undefined): void {
  if (!policy) return;
  const kept = (metadata.finalizers ?? []).filter(
    (one) => one !== policyFinalizers.Foreground && one !== policyFinalizers.Orphan,
  );
  const wanted = policyFinalizers[policy];
  if (wanted) kept.push(wanted);
  if (kept.length > 0) metadata.finalizers = kept;
  else delete metadata.finalizers;
}
