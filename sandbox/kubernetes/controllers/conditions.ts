/** A `metav1.Condition`, with the two extra times that Deployments and pods keep. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  lastProbeTime?: null;
}

/** A `metav1.Time`: whole seconds, UTC. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * The list with one condition set: its transition time moves only when the status does, and an equal condition leaves
 * the list as it is.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  wanted: Condition,
  now: Date,
): Condition[] {
  const list = [...(conditions ?? [])];
  const index = list.findIndex((condition) => condition.type === wanted.type);
  const present = list[index];
  const lastTransitionTime =
    present?.status === wanted.status && present.lastTransitionTime
      ? present.lastTransitionTime
      : timestamp(now);
  const next = { ...wanted, lastTransitionTime };
  if (index === -1) list.push(next);
  else list[index] = next;
  return list;
}

/** The condition of a type, if it is there. */
export const findCondition = (
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined => conditions?.find((condition) => condition.type === type);
