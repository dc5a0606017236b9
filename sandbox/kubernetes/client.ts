import type { KubeClient, KubeObject, ResourceName, WatchEvent } from './api.ts';
import { unknownPath } from './model/errors.ts';
import type { Resource } from './model/resource.ts';
import { mergePatch } from './patch/merge.ts';
import type { ApiServer, RequestContext, User } from './rest/context.ts';
import { create } from './rest/create.ts';
import { remove } from './rest/delete.ts';
import { find, inVersion, readAll } from './rest/read.ts';
import { update } from './rest/update.ts';
import { hasLabels } from './storage/selectors.ts';

/** The in-process client: the same operations as over HTTP, without the wire. */
export function createClient(server: ApiServer, user: User, manager: string): KubeClient {
  const resourceOf = (name: ResourceName): Resource => {
    const resource = server.catalogue.byName(name);
    if (!resource) throw unknownPath();
    return resource;
  };
  const context = (): RequestContext => ({
    user,
    dryRun: false,
    manager,
    fieldValidation: 'Ignore',
    warnings: [],
  });
  const copied = async (result: Promise<KubeObject>): Promise<KubeObject> => structuredClone(await result);
  return {
    async get(name, object, namespace) {
      return structuredClone(find(server, resourceOf(name), namespace, object));
    },
    async list(name, options = {}) {
      const objects = readAll(server, resourceOf(name), options.namespace);
      return structuredClone(objects.filter((object) => hasLabels(object, options.labels ?? {})));
    },
    async create(name, object) {
      return copied(create(server, resourceOf(name), object.metadata.namespace, object, context()));
    },
    async update(name, object, options) {
      const { namespace, name: objectName } = object.metadata;
      const change = () => structuredClone(object);
      return copied(
        update(server, resourceOf(name), namespace, objectName, change, context(), options?.subresource),
      );
    },
    async patch(name, object, namespace, patch, options) {
      const change = (current: KubeObject) => mergePatch(current, patch) as KubeObject;
      return copied(
        update(server, resourceOf(name), namespace, object, change, context(), options?.subresource),
      );
    },
    async delete(name, object, namespace, options = {}) {
      await remove(server, resourceOf(name), namespace, object, options, context());
    },
    watch(name, onEvent) {
      return watch(server, name, onEvent);
    },
  };
}

// A resource whose definition comes later is simply empty until then.
function watch(server: ApiServer, name: ResourceName, onEvent: (event: WatchEvent) => void): () => void {
  const shown = (object: KubeObject): KubeObject => {
    const resource = server.catalogue.byName(name);
    return structuredClone(resource ? inVersion(resource, object) : object);
  };
  const queue: WatchEvent[] = [];
  let running = true;
  let scheduled = false;
  const deliver = () => {
    scheduled = false;
    while (running && queue.length > 0) onEvent(queue.shift() as WatchEvent);
  };
  const push = (event: WatchEvent) => {
    queue.push(event);
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(deliver);
  };
  for (const object of server.store.list(name)) push({ type: 'ADDED', object: shown(object) });
  const unsubscribe = server.store.subscribe(name, ({ type, object }) =>
    push({ type, object: shown(object) }),
  );
  return () => {
    running = false;
    unsubscribe();
  };
}
