import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context.ts';
import { isOurs } from '../ownership.ts';
import { poll } from '../poll.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { type State, state } from './step.ts';

/** An object as it is to be; the rest is left to the server. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** kubectl's unambiguous name of a kind: `Ingress.v1.networking.k8s.io`. */
function kindArgument({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return group ? `${kind}.${version}.${group}` : kind;
}

const describe = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** The object of each manifest as it is in the cluster; undefined where there is none. */
export async function getObjects(
  { kubectl }: Context,
  manifests: readonly Manifest[],
): Promise<(KubeObject | undefined)[]> {
  const found = await kubectl.getAll(manifests);
  return manifests.map(({ kind, metadata }) =>
    found.find((object) => object.kind === kind && object.metadata.name === metadata.name),
  );
}

/**
 * Compares objects with their manifests, by asking the server what applying them would change: defaults and other
 * managers' fields are then no difference.
 */
export async function checkObjects(context: Context, manifests: readonly Manifest[]): Promise<State> {
  const present = await getObjects(context, manifests);
  const found = present.filter((object) => object !== undefined);
  const names = manifests.map(describe).join(', ');
  if (found.length === 0) return state.absent(`no ${names}`);
  const terminating = found.find(({ metadata }) => metadata.deletionTimestamp);
  if (terminating) {
    const holding = terminating.metadata.finalizers?.join(', ');
    return state.pending(`${describe(terminating)} is being deleted${holding ? `, held by ${holding}` : ''}`);
  }
  const foreign = found.find(({ metadata }) => !isOurs(context.config, metadata.labels));
  const changed = await changedObject(context, manifests, present);
  if (foreign && changed) {
    return state.inTheWay(`${describe(foreign)} was made by somebody else`, 'use another --namespace');
  }
  if (foreign) return state.adopted(`${describe(foreign)} was made by somebody else and fits`);
  return changed ? state.drifted(`${changed} is not as wanted`) : state.ready(names);
}

async function changedObject(
  context: Context,
  manifests: readonly Manifest[],
  present: readonly (KubeObject | undefined)[],
): Promise<string | undefined> {
  const missing = manifests.find((_, index) => present[index] === undefined);
  if (missing) return describe(missing);
  const applied = await context.kubectl.apply(manifests, { dryRun: true });
  return applied.find((object, index) => !isDeepStrictEqual(essence(object), essence(present[index])))
    ?.metadata.name;
}

/** An object without the book-keeping that changes although nothing that matters does. */
function essence(object: KubeObject | undefined): object | undefined {
  if (!object) return undefined;
  const { resourceVersion, generation, managedFields, ...metadata } = object.metadata as Record<
    string,
    unknown
  >;
  return { ...object, metadata, status: undefined };
}

/** Deletes objects in the reverse order of their manifests, each gone before the next is asked to go. */
export async function deleteObjects(context: Context, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of [...manifests].reverse()) {
    const [object] = await getObjects(context, [manifest]);
    if (!object || !isOurs(context.config, object.metadata.labels)) continue;
    await context.kubectl.delete(kindArgument(manifest), manifest.metadata.name, manifest.metadata.namespace);
    await waitUntilGone(context, manifest);
  }
}

/** A load balancer is gone before its object is; AWS takes a minute, and its network interfaces some more. */
const deletionDeadline = 15 * 60;

async function waitUntilGone(context: Context, manifest: Manifest): Promise<void> {
  await poll(deletionDeadline, context.signal, async () => {
    context.reads.clear();
    const [object] = await getObjects(context, [manifest]);
    return object ? undefined : true;
  });
}
