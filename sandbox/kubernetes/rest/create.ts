import { mutate, validate } from '../admission/admit.ts';
import { KubeError, type KubeObject } from '../api.ts';
import { trackUpdate } from '../apply/track.ts';
import { isTerminating } from '../crd/controller.ts';
import { alreadyExists, badRequest, forbidden, notFound } from '../model/errors.ts';
import { apiVersion, type Resource, resourceName } from '../model/resource.ts';
import { strategyOf } from '../strategy/strategies.ts';
import { check } from './check.ts';
import type { ApiServer, RequestContext } from './context.ts';
import { decodeObject } from './decode.ts';
import { generateName, newMetadata } from './metadata.ts';
import { inVersion } from './read.ts';

/** Stores a new object. `book` replaces the ordinary booking of fields (server-side apply). */
export async function create(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  input: KubeObject,
  context: RequestContext,
  book: (object: KubeObject) => void = (object) =>
    trackUpdate(resource, undefined, object, context, server.world.clock.now()),
): Promise<KubeObject> {
  const strategy = strategyOf(resource);
  let object = decodeObject(resource, identify(server, resource, namespace, input), context);
  const { name } = object.metadata;
  strategy.defaults?.(object);
  refuseInNamespace(server, resource, object);
  if (resource.custom && isTerminating(server, resource))
    throw new KubeError(
      405,
      'MethodNotAllowed',
      'create not allowed while custom resource definition is terminating',
    );
  // Whatever admission and the server itself add has no owner.
  book(object);
  const attributes = {
    operation: 'CREATE',
    resource,
    name,
    namespace: object.metadata.namespace,
    context,
  } as const;
  object = await mutate(server, attributes, object);
  object.metadata = newMetadata(server.world, object.metadata);
  if (!resource.generation) delete object.metadata.generation;
  if (resource.subresources.some((part) => part.name === 'status') && !strategy.statusOnCreate)
    delete object.status;
  strategy.defaults?.(object);
  strategy.prepareCreate?.(object, server);
  check(server, resource, object);
  await validate(server, { ...attributes, object });
  context.warnings.push(...(strategy.warnings?.(object) ?? []));
  if (server.store.get(resourceName(resource), object.metadata.namespace, name))
    throw alreadyExists(resource, name);
  return context.dryRun ? object : inVersion(resource, server.store.put(resourceName(resource), object));
}

function identify(
  server: ApiServer,
  resource: Resource,
  namespace: string | undefined,
  input: KubeObject,
): KubeObject {
  const object = structuredClone(input);
  object.metadata ??= { name: '' };
  const { metadata } = object;
  delete metadata.managedFields;
  if (metadata.namespace && namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  if (metadata.resourceVersion)
    throw new KubeError(500, '', 'resourceVersion should not be set on objects to be created');
  if (!metadata.name && metadata.generateName)
    metadata.name = generateName(server.world, metadata.generateName);
  if (resource.namespaced) metadata.namespace = namespace ?? metadata.namespace ?? 'default';
  else delete metadata.namespace;
  return { ...object, apiVersion: apiVersion(resource), kind: resource.kind };
}

// The NamespaceLifecycle admission plugin.
function refuseInNamespace(server: ApiServer, resource: Resource, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  if (!resource.namespaced || namespace === undefined) return;
  const home = server.store.get('namespaces', undefined, namespace);
  if (!home) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (home.metadata.deletionTimestamp)
    throw forbidden(
      resource,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    );
}
