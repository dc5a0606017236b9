import type { KubeObject } from '../api.ts';
import { notFound } from '../model/errors.ts';
import { apiVersion, type Resource, resourceName } from '../model/resource.ts';
import type { ApiServer } from './context.ts';

/** The object as a version of its resource shows it; all versions share one stored form. */
export const inVersion = (resource: Resource, object: KubeObject): KubeObject =>
  object.apiVersion === apiVersion(resource) ? object : { ...object, apiVersion: apiVersion(resource) };

/** The stored object, or undefined. It must not be changed. */
export function find(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): KubeObject | undefined {
  const object = server.store.get(resourceName(resource), resource.namespaced ? namespace : undefined, name);
  return object && inVersion(resource, object);
}

/** The stored object; throws NotFound. */
export function read(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): KubeObject {
  const object = find(server, resource, namespace, name);
  if (!object) throw notFound(resource, name);
  return object;
}

/** All stored objects, of one namespace or of all. */
export const readAll = (server: ApiServer, resource: Resource, namespace?: string): KubeObject[] =>
  server.store
    .list(resourceName(resource), resource.namespaced ? namespace : undefined)
    .map((object) => inVersion(resource, object));
