import { isDeepStrictEqual } from 'node:util';
import { describeCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { explainReason } from '../errors/reasons.ts';
import { UserError } from '../errors/user-error.ts';
import { isOurs, markKey } from '../ownership.ts';
import { atMost, DeadlineExceeded, poll } from '../poll.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { warningsOf } from './events.ts';
import { type State, state } from './step.ts';

/** An object as it is to be; the rest is left to the server. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** kubectl's unambiguous name of a kind: `Ingress.v1.networking.k8s.io`. */
export function kindArgument({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
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
 * managers' fields are then no difference. Other people's objects are compared without our mark.
 *
 * @param avoid the option that helps when somebody else's object is in the way
 */
export async function checkObjects(
  context: Context,
  manifests: readonly Manifest[],
  avoid = 'use another --namespace',
): Promise<State> {
  const present = await getObjects(context, manifests);
  const found = present.filter((object) => object !== undefined);
  const ours = found.filter((object) => isOwnObject(context, object));
  if (found.length === 0) return state.absent(`no ${manifests.map(describe).join(', ')}`);
  const terminating = found.find(({ metadata }) => metadata.deletionTimestamp);
  if (terminating) {
    return state.pending(await describeDeletion(context, terminating));
  }
  const changed = await changedObjects(context, manifests, present);
  const obstacle = found.find((object) => !ours.includes(object) && changed.includes(describe(object)));
  if (obstacle) {
    const found = state.inTheWay(`${describe(obstacle)} was made by somebody else and differs`, avoid);
    return { ...found, partlyOurs: ours.length > 0 };
  }
  if (changed.length > 0) return state.drifted(`not as wanted: ${changed.join(', ')}`);
  const names = found.map(describe).join(', ');
  if (ours.length === 0) return state.adopted(`${names}: made by somebody else, and fits`);
  return state.ready(names);
}

/** Whether an object carries our mark. */
export const isOwnObject = ({ config }: Context, object: KubeObject | undefined): boolean =>
  isOurs(config, object?.metadata.labels);

/** The objects that are missing or not as wanted. */
async function changedObjects(
  context: Context,
  manifests: readonly Manifest[],
  present: readonly (KubeObject | undefined)[],
): Promise<string[]> {
  const wanted = manifests.map((manifest, index) =>
    present[index] && !isOwnObject(context, present[index]) ? withoutMark(manifest) : manifest,
  );
  // A namespace that is not there yet would make the question about its objects fail.
  if (present.includes(undefined)) {
    const known = wanted.filter((_, index) => present[index]);
    const missing = wanted.filter((_, index) => !present[index]).map(describe);
    const rest = known.length === 0 ? [] : await changedObjects(context, known, present.filter(Boolean));
    return [...missing, ...rest];
  }
  const applied = await context.kubectl.apply(wanted, { dryRun: true });
  return wanted
    .filter((_, index) => !isDeepStrictEqual(essence(applied[index]), essence(present[index])))
    .map(describe);
}

function withoutMark(manifest: Manifest): Manifest {
  const { labels, ...metadata } = manifest.metadata as { name: string; labels?: Record<string, string> };
  const { [markKey]: _, ...others } = labels ?? {};
  return { ...manifest, metadata: { ...metadata, labels: others } as Manifest['metadata'] };
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

/** Applies the objects that are missing or ours; somebody else's are left as they are. */
export async function applyObjects(context: Context, manifests: readonly Manifest[]): Promise<void> {
  // A dry run comes here without a cluster.
  const present = (await describeCluster(context)) ? await getObjects(context, manifests) : [];
  await context.kubectl.apply(
    manifests.filter((_, index) => !present[index] || isOwnObject(context, present[index])),
  );
}

/** Deletes objects in the reverse order of their manifests, each gone before the next is asked to go. */
export async function deleteObjects(context: Context, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of [...manifests].reverse()) {
    const [object] = await getObjects(context, [manifest]);
    if (!object || !isOwnObject(context, object)) continue;
    await context.kubectl.delete(kindArgument(manifest), manifest.metadata.name, manifest.metadata.namespace);
    if (!context.writes.dryRun) await waitUntilGone(context, manifest);
  }
}

/** A load balancer is gone before its object is; AWS takes a minute, and its network interfaces some more. */
const deletionDeadline = 15 * 60;

async function waitUntilGone(context: Context, manifest: Manifest): Promise<void> {
  let left: KubeObject | undefined;
  try {
    await poll(atMost(context.config, deletionDeadline), context.signal, async () => {
      context.reads.clear();
      [left] = await getObjects(context, [manifest]);
      return left ? undefined : true;
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceeded) || !left) throw error;
    const evidence = await describeDeletion(context, left);
    const reason = explainReason(evidence);
    throw new UserError({
      what: `${describe(manifest)} does not go: ${error.message}`,
      why: reason ? `${reason.what}\n${evidence}` : evidence,
      fix: reason?.fix ?? 'lbc-setup teardown once more',
    });
  }
}

/** Why an object that is being deleted is still there: its finalizers, its conditions, and warnings about it. */
async function describeDeletion(context: Context, object: KubeObject): Promise<string> {
  const { name, namespace, finalizers = [] } = object.metadata;
  const held = finalizers.length > 0 ? `, held by ${finalizers.join(', ')}` : '';
  const conditions: { type?: string; status?: string; message?: string }[] = object.status?.conditions ?? [];
  // A namespace says what it still holds, and what keeps the cluster from looking.
  const telling = conditions.filter(
    ({ type, status, message }) => /^Namespace/.test(type ?? '') && status === 'True' && message,
  );
  const warnings = namespace ? await warningsOf(context, namespace, object.kind, name) : [];
  return [
    `${object.kind} ${name} is being deleted${held}`,
    ...telling.map(({ message }) => message),
    ...warnings.slice(0, 1),
  ].join(': ');
}
