import type { Deployment, ReplicaSet } from './types.ts';

/** How many pods a rolling update may have above, and lack below, the wanted number. */
export interface Allowance {
  readonly surge: number;
  readonly unavailable: number;
}

/** A ReplicaSet and the number of replicas that it should have. */
export interface Scaling {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

const wantedReplicas = (set: ReplicaSet): number => set.spec.replicas ?? 0;
const available = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;
const sum = (sets: readonly ReplicaSet[], number: (set: ReplicaSet) => number): number =>
  sets.reduce((total, set) => total + number(set), 0);

function absolute(
  value: number | string | undefined,
  replicas: number,
  round: (n: number) => number,
): number {
  if (typeof value === 'number') return value;
  return round((Number.parseFloat(value ?? '25%') / 100) * replicas);
}

/** Resolves maxSurge (rounded up) and maxUnavailable (rounded down); both 0 would never move. */
export function allowance({ spec }: Deployment): Allowance {
  if (spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const replicas = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {};
  const surge = absolute(maxSurge, replicas, Math.ceil);
  const unavailable = Math.min(replicas, absolute(maxUnavailable, replicas, Math.floor));
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** The next step of a rolling update, as kubernetes/pkg/controller/deployment/rolling.go takes it. */
export function rollingStep(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): Scaling[] {
  const replicas = deployment.spec.replicas ?? 1;
  const { surge, unavailable } = allowance(deployment);
  const all = [newSet, ...oldSets];
  const grown = grow(newSet, replicas, replicas + surge - sum(all, wantedReplicas));
  if (grown) return [grown];
  const minimum = replicas - unavailable;
  const unready = wantedReplicas(newSet) - available(newSet);
  let budget = sum(all, wantedReplicas) - minimum - unready;
  const shrunk = new Map<ReplicaSet, number>();
  const shrink = (set: ReplicaSet, limit: number): number => {
    const present = shrunk.get(set) ?? wantedReplicas(set);
    const step = Math.max(0, Math.min(present, limit));
    if (step > 0) shrunk.set(set, present - step);
    return step;
  };
  // Unhealthy replicas of old sets go first, they cost no availability.
  for (const set of oldSets) budget -= shrink(set, Math.min(budget, wantedReplicas(set) - available(set)));
  let spare = sum(all, available) - minimum;
  for (const set of oldSets) spare -= shrink(set, Math.min(budget, spare));
  return [...shrunk].map(([set, count]) => ({ set, replicas: count }));
}

function grow(newSet: ReplicaSet, replicas: number, room: number): Scaling | undefined {
  const present = wantedReplicas(newSet);
  if (present === replicas) return undefined;
  if (present > replicas) return { set: newSet, replicas };
  const step = Math.min(room, replicas - present);
  return step > 0 ? { set: newSet, replicas: present + step } : undefined;
}

/** The next step of a `Recreate` update: every old pod goes before the first new one comes. */
export function recreateStep(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
  oldPodsLeft: boolean,
): Scaling[] {
  const shrinking = oldSets.filter((set) => wantedReplicas(set) > 0).map((set) => ({ set, replicas: 0 }));
  if (shrinking.length > 0 || oldPodsLeft) return shrinking;
  const replicas = deployment.spec.replicas ?? 1;
  return wantedReplicas(newSet) === replicas ? [] : [{ set: newSet, replicas }];
}

/** While paused no update moves, but a changed `replicas` is still followed by the newest set that has pods. */
export function pausedStep(deployment: Deployment, sets: readonly ReplicaSet[]): Scaling[] {
  const active = sets.filter((set) => wantedReplicas(set) > 0);
  const set = active.at(-1) ?? sets.at(-1);
  const replicas = deployment.spec.replicas ?? 1;
  const difference = replicas - sum(sets, wantedReplicas);
  return set && difference !== 0 ? [{ set, replicas: Math.max(0, wantedReplicas(set) + difference) }] : [];
}
