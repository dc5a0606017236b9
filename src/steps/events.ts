import type { Context } from '../context.ts';

/** Warnings about an object, the newest first: "FailedDeployModel: …". */
export async function warningsOf(
  { kubectl }: Context,
  namespace: string,
  kind: string,
  name?: string,
): Promise<string[]> {
  const events = await kubectl.list('Event', { namespace });
  return events
    .filter(
      (event) =>
        event.type === 'Warning' &&
        event.involvedObject?.kind === kind &&
        (name === undefined || event.involvedObject?.name === name),
    )
    .sort((one, other) => lastSeen(other).localeCompare(lastSeen(one)))
    .map((event) => `${event.reason}: ${event.message}`);
}

const lastSeen = (event: { readonly [field: string]: unknown }): string =>
  String(event.lastTimestamp ?? event.eventTime ?? '');
