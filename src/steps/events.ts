import type { Context } from '../context.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/** What the controller said last about an object. */
export interface LastWord {
  readonly failed: boolean;
  /** `FailedBuildModel: Failed build model due to …` */
  readonly text: string;
}

const told = /^(SuccessfullyReconciled|Failed\w+)$/;

/**
 * The newest Event of the controller about an object. Older ones tell of tries that have been repeated since; of two in
 * the same second (Events know nothing finer) the success counts, for a failure is repeated.
 */
export function lastWord(events: readonly KubeObject[], { metadata }: KubeObject): LastWord | undefined {
  const newest = events
    .filter(({ involvedObject, reason }) => involvedObject?.uid === metadata.uid && told.test(reason ?? ''))
    .sort((one, other) => lastSeen(one).localeCompare(lastSeen(other)) || rank(one) - rank(other))
    .at(-1);
  return newest && { failed: isWarning(newest), text: `${newest.reason}: ${newest.message}` };
}

/** Warnings about an object, the newest first: "FailedDeployModel: …". What succeeded since is none any more. */
export async function warningsOf(
  { kubectl }: Context,
  namespace: string,
  kind: string,
  name?: string,
): Promise<string[]> {
  const events = (await kubectl.list('Event', { namespace })).filter(
    ({ involvedObject }) =>
      involvedObject?.kind === kind && (name === undefined || involvedObject?.name === name),
  );
  const overtaken = (event: KubeObject): boolean =>
    events.some(
      (other) =>
        other.reason === 'SuccessfullyReconciled' &&
        other.involvedObject?.uid === event.involvedObject?.uid &&
        lastSeen(other) >= lastSeen(event),
    );
  return events
    .filter((event) => isWarning(event) && !overtaken(event))
    .sort((one, other) => lastSeen(other).localeCompare(lastSeen(one)))
    .map((event) => `${event.reason}: ${event.message}`);
}

const isWarning = ({ type }: KubeObject): boolean => type === 'Warning';
const rank = (event: KubeObject): number => (isWarning(event) ? 0 : 1);

/** When an Event was last told, as the API server writes times; empty when it does not say. */
export const lastSeen = (event: KubeObject): string => String(event.lastTimestamp ?? event.eventTime ?? '');
