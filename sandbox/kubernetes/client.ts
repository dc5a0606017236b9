import type { KubeClient, KubeObject, ResourceName, WatchEvent } from './api.ts';
import { authorize } from './auth/authorize.ts';
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
  const permitted = (
    verb: string,
    name: ResourceName,
    scope: { namespace?: string; name?: string; subresource?: string } = {},
  ): Resource => {
    const resource = resourceOf(name);
    const { group, plural } = resource;
    authorize(server, user, { verb, group, plural, ...scope });
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
      const resource = permitted('get', name, { namespace, name: object });
      return structuredClone(find(server, resource, namespace, object));
    },
    async list(name, options = {}) {
      const resource = permitted('list', name, { namespace: options.namespace });
      const objects = readAll(server, resource, options.namespace);
      return structuredClone(objects.filter((object) => hasLabels(object, options.labels ?? {})));
    },
    async create(name, object) {
      const { namespace } = object.metadata;
      return copied(create(server, permitted('create', name, { namespace }), namespace, object, context()));
    },
    async update(name, object, options) {
      const { namespace, name: objectName } = object.metadata;
      const change = () => structuredClone(object);
      const subresource = options?.subresource;
      const resource = permitted('update', name, { namespace, name: objectName, subresource });
      return copied(update(server, resource, namespace, objectName, change, context(), subresource));
    },
    async patch(name, object, namespace, patch, options) {
      const change = (current: KubeObject) => mergePatch(current, patch) as KubeObject;
      const subresource = options?.subresource;
      const resource = permitted('patch', name, { namespace, name: object, subresource });
      return copied(update(server, resource, namespace, object, change, context(), subresource));
    },
    async delete(name, object, namespace, options = {}) {
      const { uid, ...rest } = options;
      const resource = permitted('delete', name, { namespace, name: object });
      const preconditions = uid === undefined ? {} : { preconditions: { uid } };
      await remove(server, resource, namespace, object, { ...rest, ...preconditions }, context());
    },
    watch(name, onEvent) {
      if (server.catalogue.byName(name)) permitted('watch', name);
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
