import { type Condition, findCondition, timestamp, withCondition } from './conditions.ts';
import { allowance } from './rollout.ts';
import type { Deployment, ReplicaSet } from './types.ts';

type Status = NonNullable<Deployment['status']>;

const sum = (
  sets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas',
): number => sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0);

/** A change of a Deployment's `Progressing` condition that comes with a change of its ReplicaSets. */
export interface News {
  readonly reason: 'NewReplicaSetCreated' | 'FoundNewReplicaSet' | 'DeploymentPaused' | 'DeploymentResumed';
  readonly message: string;
}

/** A status, and whether the rollout has come further since the last one. */
export interface Assessment {
  readonly status: Status;
  readonly progressed: boolean;
}

/**
 * The status that a Deployment should have, with kube-controller-manager's conditions and texts. `idle` is how many
 * simulated seconds ago its rollout last came further.
 */
export function deploymentStatus(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  news: News | undefined,
  now: Date,
  idle: number,
): Assessment {
  const wanted = deployment.spec.replicas ?? 1;
  const availableReplicas = sum(sets, 'availableReplicas');
  const counts = {
    replicas: sum(sets, 'replicas'),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum(sets, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(
      0,
      sets.reduce((total, set) => total + (set.spec.replicas ?? 0), 0) - availableReplicas,
    ),
  };
  const enough = availableReplicas >= wanted - allowance(deployment).unavailable;
  const failure = sets
    .map((set) => findCondition(set.status?.conditions, 'ReplicaFailure'))
    .find((condition) => condition !== undefined);
  const availability: Condition = {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
  };
  const progress = progressing(deployment, newSet, news, counts, now, idle);
  const changes: Condition[] = [availability, ...(progress ? [progress] : []), ...(failure ? [failure] : [])];
  const kept = (deployment.status?.conditions ?? []).filter(
    ({ type }) => type !== 'ReplicaFailure' || failure,
  );
  const status = {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    // Known when every ReplicaSet has told it.
    ...(sets.every((set) => set.status?.terminatingReplicas !== undefined)
      ? { terminatingReplicas: sum(sets, 'terminatingReplicas') }
      : {}),
    conditions: changes.reduce((list, change) => withUpdate(list, change, now), kept),
  };
  return { status, progressed: news !== undefined || hasMoved(deployment.status ?? {}, counts) };
}

type Counts = Required<Pick<Status, 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'>>;

// kubernetes/pkg/controller/deployment/progress.go
function progressing(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  news: News | undefined,
  counts: Counts,
  now: Date,
  idle: number,
): Condition | undefined {
  const type = 'Progressing';
  if (news) return { type, status: news.reason === 'DeploymentPaused' ? 'Unknown' : 'True', ...news };
  const present = findCondition(deployment.status?.conditions, type);
  const { replicas, updatedReplicas, availableReplicas } = counts;
  const arrived = present?.reason === 'NewReplicaSetAvailable' && replicas === updatedReplicas;
  if (arrived || deployment.spec.paused) return undefined;
  const wanted = deployment.spec.replicas ?? 1;
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if ([replicas, updatedReplicas, availableReplicas].every((number) => number === wanted)) {
    const message = `${subject} has successfully progressed.`;
    return { type, status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  if (hasMoved(deployment.status ?? {}, counts)) {
    const message = `${subject} is progressing.`;
    return { type, status: 'True', reason: 'ReplicaSetUpdated', message, lastUpdateTime: timestamp(now) };
  }
  if (untilDeadline(deployment, idle) !== 0) return undefined;
  const message = `${subject} has timed out progressing.`;
  return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message };
}

function hasMoved(before: Status, now: Counts): boolean {
  const old = (field: keyof Counts) => before[field] ?? 0;
  return (
    now.updatedReplicas > old('updatedReplicas') ||
    now.replicas - now.updatedReplicas < old('replicas') - old('updatedReplicas') ||
    now.readyReplicas > old('readyReplicas') ||
    now.availableReplicas > old('availableReplicas')
  );
}

/** Simulated seconds until the rollout is said to have timed out; undefined when none is under way. */
export function untilDeadline({ spec, status }: Deployment, idle: number): number | undefined {
  const condition = findCondition(status?.conditions, 'Progressing');
  if (!condition || spec.paused || condition.reason === 'NewReplicaSetAvailable') return undefined;
  return Math.max(0, (spec.progressDeadlineSeconds ?? 600) - idle);
}

// `lastUpdateTime` moves when the condition does, or when the change brings its own.
function withUpdate(conditions: Condition[], change: Condition, now: Date): Condition[] {
  const present = findCondition(conditions, change.type);
  const same =
    present?.status === change.status &&
    present.reason === change.reason &&
    present.message === change.message;
  const lastUpdateTime = change.lastUpdateTime ?? (same ? present.lastUpdateTime : timestamp(now));
  return withCondition(conditions, { ...change, lastUpdateTime }, now);
}
