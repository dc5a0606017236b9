import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../world.ts';
import { type KubeClient, KubeError, type KubeObject } from '../api.ts';
import type { Condition } from './conditions.ts';
import { type ContentReport, namespaceConditions } from './namespace-conditions.ts';
import { createReconciler } from './reconciler.ts';
import { type StoredResource, storedResources } from './resources.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string; conditions?: Condition[] };
}

interface ApiService extends KubeObject {
  spec: { group: string; version: string };
  status?: { conditions?: Condition[] };
}

interface Leftovers {
  readonly count: number;
  readonly finalizers: readonly string[];
  /** Simulated seconds that the objects may still take. */
  readonly estimate: number;
}

// kube-controller-manager: namespaceDeletionGracePeriod and finalizerEstimateSeconds.
const gracePeriod = 5;
const finalizerEstimate = 15;

/**
 * Empties and removes Terminating namespaces as kube-controller-manager 1.35 does: 5 s after each event, pods first,
 * then everything else; the namespace stays while objects, finalizers or undiscoverable APIs remain. With a load
 * balancer object in it that makes the 15.5 s of facts/lbc.md §6.
 */
export function startNamespaceLifecycle(world: World, client: KubeClient): () => void {
  const stopwatch = createStopwatch(world);
  const reconciler = createReconciler(world, async (name) => {
    const namespace = (await client.get('namespaces', name)) as Namespace | undefined;
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.length) return undefined;
    const { report, estimate } = await empty(client, stopwatch, namespace);
    await writeConditions(world, client, namespace, report);
    if (report.errors.length > 0 || report.undiscovered.length > 0)
      throw new KubeError(500, 'InternalError', `deletion of namespace ${name} failed`);
    if (report.remaining.size > 0) return Math.floor(estimate / 2) + 1;
    const current = (await client.get('namespaces', name)) as Namespace | undefined;
    if (current) await client.update('namespaces', { ...current, spec: {} }, { subresource: 'finalize' });
    return undefined;
  });
  const stopWatch = client.watch('namespaces', ({ type, object }) => {
    const { uid = '', name, deletionTimestamp } = object.metadata;
    if (type === 'DELETED') stopwatch.forget(uid);
    else if (deletionTimestamp) {
      stopwatch.elapsed(uid);
      reconciler.enqueue(name, gracePeriod);
    }
  });
  return () => {
    stopWatch();
    reconciler.stop();
  };
}

async function writeConditions(
  world: World,
  client: KubeClient,
  namespace: Namespace,
  report: ContentReport,
): Promise<void> {
  const present = namespace.status?.conditions;
  const conditions = namespaceConditions(present, report, world.clock.now());
  if (isDeepStrictEqual(conditions, present)) return;
  const status = { phase: 'Terminating', conditions };
  await client.patch('namespaces', namespace.metadata.name, undefined, { status }, { subresource: 'status' });
}

async function empty(
  client: KubeClient,
  stopwatch: Stopwatch,
  namespace: Namespace,
): Promise<{ report: ContentReport; estimate: number }> {
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const errors: string[] = [];
  let estimate = 0;
  const clear = async (resource: StoredResource): Promise<void> => {
    try {
      const left = await clearResource(client, stopwatch, namespace, resource);
      if (left.count > 0) remaining.set(`${resource.plural}.${resource.group}`, left.count);
      for (const finalizer of left.finalizers)
        finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      estimate = Math.max(estimate, left.estimate);
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
  };
  const resources = (await storedResources(client)).filter((resource) => resource.namespaced);
  const isPods = (resource: StoredResource) => resource.name === 'pods';
  for (const resource of resources.filter(isPods)) await clear(resource);
  // KEP-5080, ordered namespace deletion: the rest waits until the pods are gone.
  if (remaining.size === 0)
    for (const resource of resources.filter((one) => !isPods(one))) await clear(resource);
  const undiscovered = await unavailableApis(client);
  return { report: { undiscovered, errors, remaining, finalizers }, estimate };
}

async function clearResource(
  client: KubeClient,
  stopwatch: Stopwatch,
  namespace: Namespace,
  resource: StoredResource,
): Promise<Leftovers> {
  const home = namespace.metadata.name;
  const before = await client.list(resource.name, { namespace: home });
  const grace = resource.name === 'pods' ? Math.max(0, ...before.map(gracePeriodOf)) : 0;
  for (const object of before) {
    if (object.metadata.deletionTimestamp) continue;
    await client.delete(resource.name, object.metadata.name, home).catch((error) => {
      if (!(error instanceof KubeError && error.code === 404)) throw error;
    });
  }
  const after = await client.list(resource.name, { namespace: home });
  const finalizers = after.flatMap((object) => object.metadata.finalizers ?? []);
  if (after.length === 0) return { count: 0, finalizers, estimate: 0 };
  const graceful = stopwatch.elapsed(namespace.metadata.uid ?? home) < grace ? grace : 0;
  if (graceful === 0 && finalizers.length === 0)
    throw new Error(
      `unexpected items still remain in namespace: ${home} for gvr: ${resource.group}/${resource.plural}`,
    );
  return { count: after.length, finalizers, estimate: graceful || finalizerEstimate };
}

function gracePeriodOf(pod: KubeObject): number {
  const { spec, status } = pod as { spec?: { terminationGracePeriodSeconds?: number } } & {
    status?: { phase?: string };
  };
  return ['Succeeded', 'Failed'].includes(status?.phase ?? '')
    ? 0
    : (spec?.terminationGracePeriodSeconds ?? 0);
}

// Discovery is incomplete while an aggregated API does not answer (facts/pitfalls.md P12).
async function unavailableApis(client: KubeClient): Promise<string[]> {
  const services = (await client.list('apiservices.apiregistration.k8s.io')) as ApiService[];
  return services
    .filter(({ status }) =>
      status?.conditions?.some(({ type, status: value }) => type === 'Available' && value === 'False'),
    )
    .map(({ spec }) => `${spec.group}/${spec.version}`);
}
