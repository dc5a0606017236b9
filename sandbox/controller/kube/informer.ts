import type { Clock } from '../../clock.ts';
import type { KubeClient, WatchEvent } from '../../kubernetes/api.ts';
import type { Random } from '../../random.ts';
import { type KubeObject, keyOf } from './types.ts';

/** What happened to an object, as an informer tells it. */
export type Change<T extends KubeObject> =
  | { readonly kind: 'added'; readonly object: T }
  | { readonly kind: 'updated'; readonly old: T; readonly object: T }
  | { readonly kind: 'deleted'; readonly object: T };

/** A cache of all objects of a resource that follows the API server a few milliseconds behind. */
export interface Informer<T extends KubeObject> {
  get(name: string, namespace?: string): T | undefined;
  list(namespace?: string): T[];
  /** Calls back with the present objects as added, then with every change. */
  subscribe(onChange: (change: Change<T>) => void): void;
  stop(): void;
}

/** Seconds that a change takes from the API server into the cache. */
const lag = { min: 1, max: 5 };

/**
 * Watches a resource. The lag is why the real controller sometimes acts on the past, for instance leaks its shared
 * security group when two load balancer objects go at once (facts/lbc.md §6).
 */
export function createInformer<T extends KubeObject>(
  client: KubeClient,
  resource: string,
  clock: Clock,
  random: Random,
  namespace?: string,
): Informer<T> {
  const objects = new Map<string, T>();
  const subscribers: ((change: Change<T>) => void)[] = [];
  const arrived: WatchEvent[] = [];
  let cancel: (() => void) | undefined;
  let initial = true;

  const apply = (event: WatchEvent): void => {
    const object = event.object as T;
    if (namespace !== undefined && object.metadata.namespace !== namespace) return;
    const key = keyOf(object);
    const old = objects.get(key);
    if (event.type === 'DELETED') objects.delete(key);
    else objects.set(key, object);
    const change: Change<T> | undefined =
      event.type === 'DELETED'
        ? { kind: 'deleted', object }
        : old === undefined
          ? { kind: 'added', object }
          : { kind: 'updated', old, object };
    for (const subscriber of subscribers) subscriber(change);
  };
  const drain = (): void => {
    cancel = undefined;
    for (const event of arrived.splice(0)) apply(event);
  };
  const unwatch = client.watch(resource, (event) => {
    if (initial) return apply(event);
    arrived.push(event);
    cancel ??= clock.after(random.integer(lag.min, lag.max) / 1000, drain);
  });
  initial = false;

  return {
    get: (name, inNamespace) => objects.get(inNamespace === undefined ? name : `${inNamespace}/${name}`),
    list: (inNamespace) =>
      [...objects.values()].filter(
        (object) => inNamespace === undefined || object.metadata.namespace === inNamespace,
      ),
    subscribe(onChange) {
      subscribers.push(onChange);
      for (const object of objects.values()) onChange({ kind: 'added', object });
    },
    stop() {
      unwatch();
      cancel?.();
      subscribers.length = 0;
    },
  };
}
