import { isDeepStrictEqual } from 'node:util';
import { mutate, validate } from '../admission/admit.ts';
import type { KubeObject, Subresource } from '../api.ts';
import { trackUpdate } from '../apply/track.ts';
import { badRequest, conflict } from '../model/errors.ts';
import { apiVersion, type Resource, resourceName } from '../model/resource.ts';
import { strategyOf } from '../strategy/strategies.ts';
import { check } from './check.ts';
import type { ApiServer, RequestContext } from './context.ts';
import { decodeObject } from './decode.ts';
import { held } from './delete.ts';
import { specification } from './metadata.ts';
import { inVersion, read } from './read.ts';

/** Computes the wanted state from the present one, of which it is given a copy. */
export type Change = (current: KubeObject) => KubeObject;

/** Books a change under field managers, in `next`. */
export type Book = (current: KubeObject, next: KubeObject) => void;

const attempts = 6;

/**
 * Changes a stored object: reads, computes, admits, validates, writes; again when somebody else wrote meanwhile and
 * the change names no resourceVersion (a real server's GuaranteedUpdate).
 */
export async function update(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  name: string,
  change: Change,
  context: RequestContext,
  subresource?: Subresource,
  book: Book = (current, next) =>
    trackUpdate(resource, current, next, context, server.world.clock.now(), subresource),
): Promise<KubeObject> {
  const strategy = strategyOf(resource);
  for (let attempt = 1; ; attempt++) {
    const current = read(server, resource, namespace, name);
    const wanted = decodeObject(resource, change(structuredClone(current)), context);
    checkIdentity(resource, wanted, namespace, name);
    const { resourceVersion } = wanted.metadata;
    if (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
      throw conflict(resource, name);
    if (wanted.metadata.uid && wanted.metadata.uid !== current.metadata.uid)
      throw conflict(resource, name, preconditionText(resource, current, wanted.metadata.uid));
    const attributes = {
      operation: 'UPDATE',
      resource,
      subresource,
      name,
      namespace,
      context,
      old: current,
    } as const;
    let next = restrict(resource, current, wanted, subresource);
    strategy.defaults?.(next);
    // Whatever admission and the server itself add has no owner.
    book(current, next);
    next = await mutate(server, attributes, next);
    next = restrict(resource, current, next, subresource);
    strategy.defaults?.(next);
    if (!subresource) strategy.prepareUpdate?.(next, current, server);
    check(server, resource, next, current);
    await validate(server, { ...attributes, object: next });
    if (!subresource) context.warnings.push(...(strategy.warnings?.(next) ?? []));
    const stored = server.store.get(resourceName(resource), current.metadata.namespace, name);
    if (stored?.metadata.resourceVersion !== current.metadata.resourceVersion) {
      if (attempt < attempts) continue;
      throw conflict(resource, name);
    }
    if (resource.generation && !isDeepStrictEqual(specification(next), specification(current)))
      next.metadata.generation = (current.metadata.generation ?? 1) + 1;
    if (isDeepStrictEqual(next, current)) return current;
    if (context.dryRun) return next;
    if (next.metadata.deletionTimestamp && !held(resource, next)) {
      server.store.remove(resourceName(resource), next.metadata.namespace, name);
      return next;
    }
    return inVersion(resource, server.store.put(resourceName(resource), next));
  }
}

// apiserver/pkg/registry/rest: an update names the object that its URL names.
function checkIdentity(
  resource: Resource,
  { metadata }: KubeObject,
  namespace: string | undefined,
  name: string,
): void {
  if (metadata.name && metadata.name !== name)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  if (resource.namespaced && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

const preconditionText = (resource: Resource, { metadata }: KubeObject, wanted: string): string => {
  const key = ['/registry', resource.plural, metadata.namespace, metadata.name].filter(Boolean).join('/');
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${metadata.uid}`;
};

// What a request to this endpoint cannot change is taken from the present state.
function restrict(
  resource: Resource,
  current: KubeObject,
  wanted: KubeObject,
  subresource: Subresource | undefined,
): KubeObject {
  const system = structuredClone(current.metadata);
  const identity = { apiVersion: apiVersion(resource), kind: resource.kind };
  const managedFields = managersOf(wanted) ?? system.managedFields;
  const kept = { ...structuredClone(current), metadata: dropUndefined({ ...system, managedFields }) };
  if (subresource === 'status') return dropUndefined({ ...kept, status: wanted.status });
  if (subresource === 'finalize') return dropUndefined({ ...kept, spec: wanted.spec });
  const { name, namespace, uid, creationTimestamp, generation, resourceVersion } = system;
  const { deletionTimestamp, deletionGracePeriodSeconds } = system;
  const fixed = { name, namespace, uid, creationTimestamp, generation, resourceVersion, managedFields };
  const next: KubeObject = {
    ...wanted,
    ...identity,
    metadata: dropUndefined({ ...wanted.metadata, ...fixed, deletionTimestamp, deletionGracePeriodSeconds }),
  };
  if (resource.subresources.some((part) => part.name === 'status')) next.status = current.status;
  return dropUndefined(next);
}

const dropUndefined = <T extends object>(object: T): T => {
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] === undefined) delete object[key];
  return object;
};

// A client may rewrite the record of field managers (kubectl does when it migrates to server-side apply), or reset it
// with an entry that is empty; leaving it out changes nothing.
function managersOf({ metadata: { managedFields } }: KubeObject): unknown[] | undefined {
  if (managedFields === undefined) return undefined;
  return managedFields.filter((entry) => Object.keys(entry as object).length > 0);
}
