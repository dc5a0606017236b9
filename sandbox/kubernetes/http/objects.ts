import type { KubeObject, Subresource } from '../api.ts';
import { authorize } from '../auth/authorize.ts';
import {
  badRequest,
  invalid,
  invalidOptions,
  methodNotAllowed,
  unknownConversion,
  unknownPath,
} from '../model/errors.ts';
import { apiVersion, type Resource } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { create } from '../rest/create.ts';
import { type DeleteOptions, remove } from '../rest/delete.ts';
import { read, readAll } from '../rest/read.ts';
import { update } from '../rest/update.ts';
import { requestedSelection } from '../storage/selectors.ts';
import { invalidValue } from '../strategy/causes.ts';
import { readObject, undecodable } from './body.ts';
import { contextOf, warningHeaders } from './context.ts';
import { list } from './list.ts';
import { type ApiReply, type ApiRequest, ok, pageNotFound } from './message.ts';
import { patch } from './patch.ts';
import type { ResourceRoute } from './route.ts';
import { showList, showObject, viewOf } from './show.ts';
import { deletedStatus } from './status.ts';
import { watch } from './watch.ts';

/** A request for objects of a served resource. */
export interface ObjectRequest {
  readonly server: ApiServer;
  readonly request: ApiRequest;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  /** Empty for requests about the whole collection. */
  readonly name: string;
}

/** Answers one verb. */
type Verb = (request: ObjectRequest) => Promise<ApiReply> | ApiReply;

const verbs: Readonly<Record<string, Verb>> = {
  get: ({ server, request, resource, namespace, name }) =>
    ok(showObject(viewOf(server, resource, request), read(server, resource, namespace, name))),
  list: ({ server, request, resource, namespace }) => list(server, resource, namespace, request),
  watch: ({ server, request, resource, namespace, name }) => {
    if (name) request.query.set('fieldSelector', `metadata.name=${name}`);
    return watch(server, resource, namespace, request);
  },
  async create({ server, request, resource, namespace }) {
    const context = contextOf(request);
    const object = await create(server, resource, namespace, bodyFor(resource, request), context);
    return {
      status: 201,
      body: showObject(viewOf(server, resource, request), object),
      ...warningHeaders(context),
    };
  },
  update: (request) => replace(request),
  patch,
  async delete({ server, request, resource, namespace, name }) {
    const options = deleteOptions(request);
    const context = contextOf(request, options.dryRun);
    const { object, gone } = await remove(server, resource, namespace, name, options, context);
    return ok(gone ? deletedStatus(resource, name, object.metadata.uid) : object);
  },
  async deletecollection({ server, request, resource, namespace }) {
    const options = deleteOptions(request);
    const context = contextOf(request, options.dryRun);
    const chosen = readAll(server, resource, namespace).filter(requestedSelection(resource, request.query));
    for (const { metadata } of chosen)
      await remove(server, resource, metadata.namespace, metadata.name, options, context);
    const view = viewOf(server, resource, request);
    return ok(showList(view, chosen, { resourceVersion: String(server.store.revision()) }));
  },
};

/** Replaces an object or one of its parts (PUT). */
export async function replace(
  { server, request, resource, namespace, name }: ObjectRequest,
  subresource?: Subresource,
): Promise<ApiReply> {
  const context = contextOf(request);
  const body = bodyFor(resource, request);
  if (resource.custom && !body.metadata.resourceVersion && !subresource)
    throw invalid({ ...resource, kind: resource.plural }, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  const change = () => structuredClone(body);
  const object = await update(server, resource, namespace, name, change, context, subresource);
  return { ...ok(showObject(viewOf(server, resource, request), object)), ...warningHeaders(context) };
}

/** Verbs that a collection does not have. */
const ofObjects = new Set(['update', 'patch']);

// Within a group that is served the answer is an object; elsewhere nobody knows of objects.
function nothingThere({ catalogue }: ApiServer, { group, version }: ResourceRoute): ApiReply {
  if (catalogue.all().some((one) => one.group === group && one.version === version)) throw unknownPath();
  return pageNotFound;
}

/** Answers a request for objects; parts of objects are the caller's. */
export async function serveObjects(
  server: ApiServer,
  request: ApiRequest,
  route: ResourceRoute,
): Promise<ApiReply> {
  const { resource, namespace, name = '' } = route;
  authorize(server, request.user, { ...route, namespace, name });
  if (!resource) return nothingThere(server, route);
  const possible = resource.verbs.includes(route.verb) && (name !== '' || !ofObjects.has(route.verb));
  const verb = possible ? verbs[route.verb] : undefined;
  if (!verb) throw methodNotAllowed();
  return withDeprecation(resource, await verb({ server, request, resource, namespace, name }));
}

function withDeprecation({ deprecated }: Resource, reply: ApiReply): ApiReply {
  if (!deprecated) return reply;
  const warning = [`299 - ${JSON.stringify(deprecated)}`, ...[reply.headers?.warning ?? []].flat()];
  return { ...reply, headers: { ...reply.headers, warning } };
}

/** The object in a request's body, which must be of the resource's kind. */
function bodyFor(resource: Resource, request: ApiRequest): KubeObject {
  const body = readObject(request, resource.kind) as KubeObject | undefined;
  if (!body) throw undecodable('unexpected end of JSON input', request.body, resource.kind);
  const kind = body.kind ?? resource.kind;
  const version = body.apiVersion ?? apiVersion(resource);
  if (kind !== resource.kind && version.split('/').at(-1) === resource.version)
    throw badRequest(
      `${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${unknownConversion(resource, kind)}`,
    );
  if (kind !== resource.kind || version !== apiVersion(resource))
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${apiVersion(resource)})`,
    );
  return { ...body, apiVersion: version, kind, metadata: body.metadata ?? { name: '' } };
}

const policies = ['Foreground', 'Background', 'Orphan'];

/** `metav1.DeleteOptions` from the body and the query. */
export function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = (readObject(request) ?? {}) as DeleteOptions & { orphanDependents?: boolean };
  const seconds = request.query.get('gracePeriodSeconds') ?? body.gracePeriodSeconds;
  const policy = request.query.get('propagationPolicy') ?? body.propagationPolicy;
  if (policy && !policies.includes(policy))
    throw invalidOptions('DeleteOptions', {
      reason: 'FieldValueNotSupported',
      field: 'propagationPolicy',
      message: `Unsupported value: ${JSON.stringify(policy)}: supported values: ${[...policies, 'nil'].map((one) => JSON.stringify(one)).join(', ')}`,
    });
  return {
    ...(seconds === undefined || seconds === null ? {} : { gracePeriodSeconds: Number(seconds) }),
    ...(policy ? { propagationPolicy: policy as DeleteOptions['propagationPolicy'] } : {}),
    ...(body.preconditions ? { preconditions: body.preconditions } : {}),
    ...(body.dryRun ? { dryRun: body.dryRun } : {}),
  };
}
