import type { KubeObject, ResourceName } from '../api.ts';

/** One write, as watches see it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** The object before the write, to tell a selector's watcher when it leaves the selection. */
  readonly previous?: KubeObject;
  readonly revision: number;
}

/**
 * The objects of one cluster: what etcd and the watch cache are to a real API server. Objects in it are never
 * changed in place; every write gets the next revision, which is the object's resourceVersion.
 */
export interface Store {
  /** The revision of the last write. */
  revision(): number;
  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined;
  /** In the order of namespace and name. */
  list(resource: ResourceName, namespace?: string): KubeObject[];
  /** Creates or replaces, and returns the object with its new resourceVersion. */
  put(resource: ResourceName, object: KubeObject): KubeObject;
  /** Removes; the returned last state carries the revision of the removal. */
  remove(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Calls back with each later change of the resource; returns the stop function. */
  subscribe(resource: ResourceName, onChange: (change: Change) => void): () => void;
  /** The changes after a revision, or undefined when the log no longer reaches back that far. */
  since(resource: ResourceName, revision: number): Change[] | undefined;
}

interface Bucket {
  readonly objects: Map<string, KubeObject>;
  readonly log: Change[];
  readonly watchers: Set<(change: Change) => void>;
  /** Revision of the newest change that was dropped from the log. */
  compacted: number;
}

const logLength = 2000;
const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Makes an empty store. Revisions start at 1, as in a fresh etcd. */
export function createStore(): Store {
  let revision = 1;
  const buckets = new Map<ResourceName, Bucket>();
  const bucketOf = (resource: ResourceName): Bucket => {
    let bucket = buckets.get(resource);
    if (!bucket) {
      bucket = { objects: new Map(), log: [], watchers: new Set(), compacted: 0 };
      buckets.set(resource, bucket);
    }
    return bucket;
  };
  const publish = (bucket: Bucket, change: Change): void => {
    bucket.log.push(change);
    if (bucket.log.length > logLength) bucket.compacted = bucket.log.shift()?.revision ?? bucket.compacted;
    for (const watcher of [...bucket.watchers]) watcher(change);
  };
  const stamp = (object: KubeObject): KubeObject => {
    revision += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  };
  return {
    revision: () => revision,
    get: (resource, namespace, name) => bucketOf(resource).objects.get(keyOf(namespace, name)),
    list(resource, namespace) {
      const entries = [...bucketOf(resource).objects];
      const wanted =
        namespace === undefined ? entries : entries.filter(([key]) => key.startsWith(`${namespace}/`));
      return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    },
    put(resource, object) {
      const bucket = bucketOf(resource);
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const previous = bucket.objects.get(key);
      const stored = stamp(object);
      bucket.objects.set(key, stored);
      publish(bucket, {
        type: previous ? 'MODIFIED' : 'ADDED',
        object: stored,
        revision,
        ...(previous ? { previous } : {}),
      });
      return stored;
    },
    remove(resource, namespace, name) {
      const bucket = bucketOf(resource);
      const previous = bucket.objects.get(keyOf(namespace, name));
      if (!previous) return undefined;
      bucket.objects.delete(keyOf(namespace, name));
      const last = stamp(previous);
      publish(bucket, { type: 'DELETED', object: last, previous, revision });
      return last;
    },
    subscribe(resource, onChange) {
      const { watchers } = bucketOf(resource);
      const watcher = (change: Change) => onChange(change);
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    since(resource, from) {
      const bucket = bucketOf(resource);
      if (from < bucket.compacted) return undefined;
      return bucket.log.filter((change) => change.revision > from);
    },
  };
}
