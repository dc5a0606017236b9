import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../world.ts';
import type { KubeClient } from '../api.ts';
import { findCondition } from './conditions.ts';
import { deploymentStatus, type News, untilDeadline } from './deployment-status.ts';
import { createEventRecorder, type EventRecorder } from './events.ts';
import { isActive } from './readiness.ts';
import { createReconciler } from './reconciler.ts';
import { findNewSet, handedDown, newReplicaSet, revisionAnnotation, revisionOf } from './revisions.ts';
import { allowance, pausedStep, recreateStep, rollingStep, type Scaling } from './rollout.ts';
import { controllerOf, isControlledBy } from './selectors.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import type { Deployment, Pod, ReplicaSet } from './types.ts';

const deployments = 'deployments.apps';
const replicaSets = 'replicasets.apps';

/** Rolls Deployments out over ReplicaSets, as the deployment controller of kube-controller-manager does. */
export function startDeployments(world: World, client: KubeClient): () => void {
  const events = createEventRecorder(world, client, 'deployment-controller');
  const stopwatch = createStopwatch(world);
  const reconciler = createReconciler(world, async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const deployment = (await client.get(deployments, name, namespace)) as Deployment | undefined;
    if (!deployment || deployment.metadata.deletionTimestamp) return undefined;
    await rollOut({ world, client, events, stopwatch }, deployment);
    const now = (await client.get(deployments, name, namespace)) as Deployment | undefined;
    const deadline = now && untilDeadline(now, stopwatch.elapsed(now.metadata.uid ?? ''));
    return deadline || undefined;
  });
  const keyOf = (namespace: string | undefined, name: string) => `${namespace}/${name}`;
  const stops = [
    client.watch(deployments, ({ type, object: { metadata } }) => {
      if (type === 'DELETED') stopwatch.forget(metadata.uid ?? '');
      else reconciler.enqueue(keyOf(metadata.namespace, metadata.name));
    }),
    client.watch(replicaSets, ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'Deployment') reconciler.enqueue(keyOf(object.metadata.namespace, owner.name));
    }),
    // A `Recreate` update waits for the last old pod, not for a status.
    client.watch('pods', ({ type, object }) => {
      if (type !== 'DELETED') return;
      const set = controllerOf(object);
      if (set?.kind !== 'ReplicaSet') return;
      const deployment = set.name.slice(0, set.name.lastIndexOf('-'));
      reconciler.enqueue(keyOf(object.metadata.namespace, deployment));
    }),
    () => reconciler.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

interface Controller {
  readonly world: World;
  readonly client: KubeClient;
  readonly events: EventRecorder;
  /** Measures how long each rollout has not come further, by the Deployment's uid. */
  readonly stopwatch: Stopwatch;
}

async function rollOut(controller: Controller, deployment: Deployment): Promise<void> {
  const { client, events } = controller;
  const { namespace } = deployment.metadata;
  const listed = (await client.list(replicaSets, { namespace })) as ReplicaSet[];
  const owned = listed
    .filter((set) => isControlledBy(set, deployment))
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  const paused = deployment.spec.paused ?? false;
  const { newSet, news } = paused
    ? { newSet: findNewSet(deployment, owned), news: undefined }
    : await currentSet(client, events, deployment, owned);
  const oldSets = owned.filter((set) => set.metadata.uid !== newSet?.metadata.uid);
  const sets = newSet ? [...oldSets, newSet] : oldSets;
  const steps =
    paused || !newSet ? pausedStep(deployment, sets) : await nextSteps(client, deployment, newSet, oldSets);
  for (const step of steps) await scale(client, events, deployment, step);
  if (!paused) await removeHistory(client, deployment, oldSets);
  await writeStatus(controller, deployment, newSet, sets, news ?? pauseNews(deployment));
}

/** The ReplicaSet of the present template: found and brought up to date, or made. */
async function currentSet(
  client: KubeClient,
  events: EventRecorder,
  deployment: Deployment,
  owned: readonly ReplicaSet[],
): Promise<{ newSet: ReplicaSet; news?: News }> {
  const found = findNewSet(deployment, owned);
  const others = owned.filter((set) => set.metadata.uid !== found?.metadata.uid);
  const newest = Math.max(0, ...others.map(revisionOf)) + 1;
  const revision = found ? Math.max(revisionOf(found), newest) : newest;
  const annotations = handedDown(deployment, revision, allowance(deployment).surge);
  await annotateRevision(client, deployment, revision);
  if (!found) {
    const wanted = newReplicaSet(deployment, annotations);
    const [step] =
      deployment.spec.strategy?.type === 'Recreate' ? [] : rollingStep(deployment, wanted, owned);
    const replicas = step?.set === wanted ? step.replicas : 0;
    wanted.spec.replicas = replicas;
    const newSet = (await client.create(replicaSets, wanted)) as ReplicaSet;
    if (replicas > 0)
      await events.record(
        deployment,
        'Normal',
        'ScalingReplicaSet',
        scaled(newSet.metadata.name, 0, replicas),
      );
    const message = `Created new replica set "${newSet.metadata.name}"`;
    return { newSet, news: { reason: 'NewReplicaSetCreated', message } };
  }
  const { name, namespace } = found.metadata;
  const merged = { ...found.metadata.annotations, ...annotations };
  const newSet = isDeepStrictEqual(merged, found.metadata.annotations)
    ? found
    : ((await client.patch(replicaSets, name, namespace, {
        metadata: { annotations: merged },
      })) as ReplicaSet);
  const known = findCondition(deployment.status?.conditions, 'Progressing');
  const message = `Found new replica set "${name}"`;
  return known ? { newSet } : { newSet, news: { reason: 'FoundNewReplicaSet', message } };
}

async function annotateRevision(client: KubeClient, deployment: Deployment, revision: number): Promise<void> {
  if (revisionOf(deployment) === revision) return;
  const { name, namespace } = deployment.metadata;
  const annotations = { [revisionAnnotation]: String(revision) };
  await client.patch(deployments, name, namespace, { metadata: { annotations } });
}

async function nextSteps(
  client: KubeClient,
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): Promise<Scaling[]> {
  if (deployment.spec.strategy?.type !== 'Recreate') return rollingStep(deployment, newSet, oldSets);
  const pods = (await client.list('pods', { namespace: deployment.metadata.namespace })) as Pod[];
  const left = pods.some((pod) => oldSets.some((set) => isControlledBy(pod, set)) && isRunning(pod));
  return recreateStep(deployment, newSet, oldSets, left);
}

const isRunning = (pod: Pod): boolean => isActive(pod) || pod.metadata.deletionTimestamp !== undefined;

async function scale(
  client: KubeClient,
  events: EventRecorder,
  deployment: Deployment,
  { set, replicas }: Scaling,
): Promise<void> {
  const before = set.spec.replicas ?? 0;
  const { name, namespace } = set.metadata;
  await client.patch(replicaSets, name, namespace, { spec: { replicas } });
  set.spec.replicas = replicas;
  await events.record(deployment, 'Normal', 'ScalingReplicaSet', scaled(name, before, replicas));
}

const scaled = (name: string, before: number, replicas: number): string =>
  `Scaled ${replicas > before ? 'up' : 'down'} replica set ${name} from ${before} to ${replicas}`;

async function removeHistory(
  client: KubeClient,
  deployment: Deployment,
  oldSets: readonly ReplicaSet[],
): Promise<void> {
  const idle = oldSets.filter(
    ({ spec, status }) => (spec.replicas ?? 0) === 0 && (status?.replicas ?? 0) === 0,
  );
  const surplus = idle.length - (deployment.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of idle.slice(0, Math.max(0, surplus)))
    await client.delete(replicaSets, metadata.name, metadata.namespace, { uid: metadata.uid });
}

function pauseNews(deployment: Deployment): News | undefined {
  const reason = findCondition(deployment.status?.conditions, 'Progressing')?.reason;
  if (deployment.spec.paused)
    return reason === 'DeploymentPaused'
      ? undefined
      : { reason: 'DeploymentPaused', message: 'Deployment is paused' };
  return reason === 'DeploymentPaused'
    ? { reason: 'DeploymentResumed', message: 'Deployment is resumed' }
    : undefined;
}

async function writeStatus(
  { world, client, stopwatch }: Controller,
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  news: News | undefined,
): Promise<void> {
  const { name, namespace, uid = '' } = deployment.metadata;
  const idle = stopwatch.elapsed(uid);
  const now = world.clock.now();
  const { status, progressed } = deploymentStatus(deployment, newSet, sets, news, now, idle);
  if (progressed) stopwatch.restart(uid);
  if (isDeepStrictEqual(status, deployment.status)) return;
  const gone = Object.keys(deployment.status ?? {}).filter((field) => !(field in status));
  const change = { ...Object.fromEntries(gone.map((field) => [field, null])), ...status };
  await client.patch(deployments, name, namespace, { status: change }, { subresource: 'status' });
}
