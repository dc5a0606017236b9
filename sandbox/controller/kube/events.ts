import type { Clock } from '../../clock.ts';
import { type KubeClient, KubeError } from '../../kubernetes/api.ts';
import type { Logger } from '../log.ts';
import { simulatedSeconds } from '../time.ts';
import type { KubeObject } from './types.ts';

/** Writes Kubernetes Events about an object. */
export interface EventRecorder {
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/**
 * client-go's correlation: an object may have a burst of 25 events and then one in 5 minutes; the tenth different
 * message of a reason within 10 minutes is combined with those that follow; equal events are counted
 * (transcripts/lbc/svc-variants.txt shows nine and then `(combined from similar events): …`).
 */
const limits = { burst: 25, refillSeconds: 300, similar: 10, similarSeconds: 600 };

interface Similar {
  messages: Set<string>;
  last: number;
}

interface Seen {
  name: string;
  count: number;
}

/** Makes a recorder; `component` is the event source (`service`, `ingress`, `targetGroupBinding`). */
export function createEventRecorder(
  client: KubeClient,
  clock: Clock,
  component: string,
  log: Logger,
): EventRecorder {
  const tokens = new Map<string, { left: number; at: number }>();
  const similar = new Map<string, Similar>();
  const seen = new Map<string, Seen>();
  let tail: Promise<void> = Promise.resolve();
  let last = 0;

  const allowed = (key: string): boolean => {
    const now = simulatedSeconds(clock);
    const bucket = tokens.get(key) ?? { left: limits.burst, at: now };
    const left = Math.min(limits.burst, bucket.left + (now - bucket.at) / limits.refillSeconds);
    tokens.set(key, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  };
  const combine = (key: string, message: string): { text: string; key: string } => {
    const now = simulatedSeconds(clock);
    const known = similar.get(key);
    const entry =
      known === undefined || now - known.last > limits.similarSeconds
        ? { messages: new Set<string>(), last: now }
        : known;
    entry.messages.add(message);
    entry.last = now;
    similar.set(key, entry);
    if (entry.messages.size < limits.similar) return { text: message, key: `${key}/${message}` };
    entry.messages.delete([...entry.messages][0] as string);
    return { text: `(combined from similar events): ${message}`, key };
  };
  const uniqueName = (object: KubeObject): string => {
    last = Math.max(last + 1, clock.now().getTime() * 1000);
    return `${object.metadata.name}.${(BigInt(last) * 1000n).toString(16)}`;
  };

  const write = async (object: KubeObject, type: string, reason: string, text: string, key: string) => {
    const { name, uid, resourceVersion } = object.metadata;
    const namespace = object.metadata.namespace ?? 'default';
    const timestamp = `${clock.now().toISOString().slice(0, 19)}Z`;
    const known = seen.get(key);
    if (known !== undefined) {
      known.count += 1;
      const patch = { count: known.count, lastTimestamp: timestamp, message: text };
      try {
        await client.patch('events', known.name, namespace, patch);
        return;
      } catch (error) {
        if (!(error instanceof KubeError && error.code === 404)) throw error;
      }
    }
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: uniqueName(object), namespace },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name,
        namespace: object.metadata.namespace,
        uid,
        resourceVersion,
      },
      type,
      reason,
      message: text,
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
      firstTimestamp: timestamp,
      lastTimestamp: timestamp,
      eventTime: null,
      count: known?.count ?? 1,
    };
    seen.set(key, { name: event.metadata.name, count: event.count });
    await client.create('events', event);
  };

  return {
    record(object, type, reason, message) {
      const about = `${object.kind}/${object.metadata.namespace}/${object.metadata.name}/${object.metadata.uid}`;
      const { text, key } = combine(`${about}/${type}/${reason}`, message);
      if (!allowed(about)) return;
      // One after another, so that a count never overtakes the event it counts. A namespace being deleted refuses
      // new events; client-go logs that and goes on.
      tail = tail.then(() =>
        write(object, type, reason, text, key).catch((error) => log.error('Server rejected event', error)),
      );
    },
  };
}
