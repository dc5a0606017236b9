import type { World } from '../../world.ts';
import type { KubeClient, KubeObject } from '../api.ts';
import { timestamp } from './conditions.ts';

/** Writes Events about objects, as client-go's EventRecorder does. */
export interface EventRecorder {
  /** Never fails: an Event that cannot be stored is lost, as on a real cluster. */
  record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
}

// client-go tools/record/events_cache.go: defaultAggregateMaxEvents, defaultAggregateIntervalInSeconds.
const similarBeforeAggregation = 10;
const aggregationSeconds = 600;

/** Makes a recorder for a component (`default-scheduler`, `kubelet`, `service`); `host` is the node it runs on. */
export function createEventRecorder(
  world: World,
  client: KubeClient,
  component: string,
  host?: string,
): EventRecorder {
  const similar = new Map<string, { texts: Set<string>; since: number }>();
  const counts = new Map<string, { name: string; count: number }>();

  const aggregate = (key: string, message: string): string => {
    const now = world.clock.now().getTime();
    let group = similar.get(key);
    if (!group || now - group.since > (aggregationSeconds * 1000) / world.clock.speed) {
      group = { texts: new Set(), since: now };
      similar.set(key, group);
    }
    group.texts.add(message);
    return group.texts.size < similarBeforeAggregation
      ? message
      : `(combined from similar events): ${message}`;
  };

  return {
    async record(about, type, reason, message) {
      const { name, namespace = 'default', uid = '' } = about.metadata;
      const group = [uid, type, reason].join('|');
      const text = aggregate(group, message);
      const combined = text !== message;
      const key = combined ? `${group}|combined` : `${group}|${message}`;
      const now = timestamp(world.clock.now());
      const known = counts.get(key);
      try {
        if (known) {
          known.count += 1;
          const change = { count: known.count, lastTimestamp: now, message: text };
          await client.patch('events', known.name, namespace, change);
          return;
        }
        const event = {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: `${name}.${uniqueSuffix(world)}`, namespace },
          involvedObject: {
            apiVersion: about.apiVersion,
            kind: about.kind,
            name,
            ...(about.metadata.namespace ? { namespace } : {}),
            uid,
            resourceVersion: about.metadata.resourceVersion,
          },
          reason,
          message: text,
          source: host ? { component, host } : { component },
          firstTimestamp: now,
          lastTimestamp: now,
          count: 1,
          type,
          eventTime: null,
          reportingComponent: component,
          reportingInstance: host ?? '',
        };
        counts.set(key, { name: event.metadata.name, count: 1 });
        await client.create('events', event);
      } catch {
        counts.delete(key);
      }
    },
  };
}

// Event names end in the time in nanoseconds, in hexadecimal.
const uniqueSuffix = (world: World): string =>
  (BigInt(world.clock.now().getTime()) * 1_000_000n + BigInt(world.random.integer(0, 999_999))).toString(16);
