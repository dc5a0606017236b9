import type { World } from '../../world.ts';
import {
  type KubeClient,
  KubeError,
  type KubeObject,
  type OwnerReference,
  type ResourceName,
} from '../api.ts';
import { createReconciler } from './reconciler.ts';
import { builtinStored, type Definition, definedResource } from './resources.ts';

interface Node {
  readonly resource: ResourceName;
  readonly object: KubeObject;
}

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/**
 * Deletes objects whose owners are all gone, and carries out foreground and orphan deletion, as the garbage collector
 * of kube-controller-manager does: from a graph of all objects that it keeps by watching every kind.
 */
export function startGarbageCollector(world: World, client: KubeClient): () => void {
  const nodes = new Map<string, Node>();
  const watches = new Map<ResourceName, () => void>();

  const dependents = (uid: string): [string, Node][] =>
    [...nodes].filter(([, { object }]) =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );

  const reconciler = createReconciler(world, async (uid) => {
    const node = nodes.get(uid);
    if (!node) return undefined;
    const { metadata } = node.object;
    if (metadata.deletionTimestamp)
      await settle(
        client,
        node,
        dependents(uid).map(([, each]) => each),
      );
    else if (metadata.ownerReferences?.length) await judge(client, nodes, node, dependents(uid).length > 0);
    return undefined;
  });

  const watch = (resource: ResourceName): void => {
    const stop = client.watch(resource, ({ type, object }) => {
      const { uid } = object.metadata;
      if (!uid) return;
      const before = nodes.get(uid)?.object.metadata.ownerReferences ?? [];
      if (type === 'DELETED') nodes.delete(uid);
      else nodes.set(uid, { resource, object });
      if (type !== 'DELETED') reconciler.enqueue(uid);
      if (type === 'DELETED' || object.metadata.deletionTimestamp)
        for (const [dependent] of dependents(uid)) reconciler.enqueue(dependent);
      // An owner that waits for this object looks again when it goes or lets the owner go.
      for (const { uid: owner } of [...before, ...(object.metadata.ownerReferences ?? [])])
        if (nodes.get(owner)?.object.metadata.deletionTimestamp) reconciler.enqueue(owner);
    });
    watches.set(resource, stop);
  };

  for (const { name } of builtinStored) watch(name);
  const stopDefinitions = client.watch(
    'customresourcedefinitions.apiextensions.k8s.io',
    ({ type, object }) => {
      const { name } = definedResource(object as Definition);
      if (type !== 'DELETED') {
        if (!watches.has(name) && isEstablished(object)) watch(name);
        return;
      }
      watches.get(name)?.();
      watches.delete(name);
      for (const [uid, { resource }] of nodes) if (resource === name) nodes.delete(uid);
    },
  );
  return () => {
    stopDefinitions();
    for (const stop of watches.values()) stop();
    reconciler.stop();
  };
}

function isEstablished(definition: KubeObject): boolean {
  const { status } = definition as { status?: { conditions?: { type: string; status: string }[] } };
  return (
    status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True') ?? false
  );
}

/** Carries out the propagation that the finalizer of a dying owner asks for. */
async function settle(client: KubeClient, owner: Node, owned: readonly Node[]): Promise<void> {
  const { finalizers = [], uid = '' } = owner.object.metadata;
  if (finalizers.includes(orphan)) {
    for (const { resource, object } of owned)
      await changeMetadata(client, resource, object, (metadata) => {
        metadata.ownerReferences = metadata.ownerReferences?.filter((reference) => reference.uid !== uid);
      });
    await dropFinalizer(client, owner, orphan);
  } else if (finalizers.includes(foreground)) {
    const blocking = owned.filter(({ object }) =>
      object.metadata.ownerReferences?.some(
        (reference) => reference.uid === uid && reference.blockOwnerDeletion,
      ),
    );
    if (blocking.length === 0) await dropFinalizer(client, owner, foreground);
  }
}

/** Decides the fate of an object that has owners. */
async function judge(
  client: KubeClient,
  nodes: ReadonlyMap<string, Node>,
  { resource, object }: Node,
  hasDependents: boolean,
): Promise<void> {
  const { name, namespace, uid, ownerReferences = [] } = object.metadata;
  const state = (reference: OwnerReference): 'solid' | 'waiting' | 'gone' => {
    const owner = nodes.get(reference.uid)?.object;
    if (!owner) return 'gone';
    const { deletionTimestamp, finalizers } = owner.metadata;
    return deletionTimestamp && finalizers?.includes(foreground) ? 'waiting' : 'solid';
  };
  const states = ownerReferences.map(state);
  const solid = ownerReferences.filter((_, index) => states[index] === 'solid');
  if (solid.length > 0) {
    if (solid.length < ownerReferences.length)
      await changeMetadata(client, resource, object, (metadata) => {
        metadata.ownerReferences = solid;
      });
    return;
  }
  const propagationPolicy = states.includes('waiting') && hasDependents ? 'Foreground' : 'Background';
  await ignoreMissing(client.delete(resource, name, namespace, { propagationPolicy, uid }));
}

const dropFinalizer = (client: KubeClient, { resource, object }: Node, finalizer: string): Promise<void> =>
  changeMetadata(client, resource, object, (metadata) => {
    metadata.finalizers = metadata.finalizers?.filter((one) => one !== finalizer);
  });

async function changeMetadata(
  client: KubeClient,
  resource: ResourceName,
  { metadata }: KubeObject,
  change: (metadata: KubeObject['metadata']) => void,
): Promise<void> {
  const current = await client.get(resource, metadata.name, metadata.namespace);
  if (current?.metadata.uid !== metadata.uid || !current) return;
  change(current.metadata);
  await ignoreMissing(client.update(resource, current));
}

async function ignoreMissing(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof KubeError && (error.code === 404 || error.code === 409))) throw error;
  }
}
