import type { KubeObject, Subresource } from '../api.ts';
import { authorize } from '../auth/authorize.ts';
import { badRequest, invalid, methodNotAllowed, unknownPath } from '../model/errors.ts';
import { apiVersion, type Resource } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { create } from '../rest/create.ts';
import { type DeleteOptions, remove } from '../rest/delete.ts';
import { read, readAll } from '../rest/read.ts';
import { update } from '../rest/update.ts';
import { requestedSelection } from '../storage/selectors.ts';
import { invalidValue } from '../strategy/causes.ts';
import { readObject } from './body.ts';
import { contextOf, warningHeaders } from './context.ts';
import { list } from './list.ts';
import { type ApiReply, type ApiRequest, ok } from './message.ts';
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
    const context = contextOf(request);
    const { object, gone } = await remove(server, resource, namespace, name, deleteOptions(request), context);
    return ok(gone ? deletedStatus(resource, name, object.metadata.uid) : object);
  },
  async deletecollection({ server, request, resource, namespace }) {
    const context = contextOf(request);
    const chosen = readAll(server, resource, namespace).filter(requestedSelection(resource, request.query));
    for (const { metadata } of chosen)
      await remove(server, resource, metadata.namespace, metadata.name, deleteOptions(request), context);
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
  if (body.metadata.name && body.metadata.name !== name)
    throw badRequest(
      `the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`,
    );
  if (resource.custom && !body.metadata.resourceVersion && !subresource)
    throw invalid(resource, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  const change = () => structuredClone(body);
  const object = await update(server, resource, namespace, name, change, context, subresource);
  return { ...ok(showObject(viewOf(server, resource, request), object)), ...warningHeaders(context) };
}

/** Answers a request for objects; parts of objects are the caller's. */
export async function serveObjects(
  server: ApiServer,
  request: ApiRequest,
  route: ResourceRoute,
): Promise<ApiReply> {
  const { resource, namespace, name = '' } = route;
  if (!resource) throw unknownPath();
  authorize(server, request.user, { ...route, namespace, name });
  const verb = resource.verbs.includes(route.verb) ? verbs[route.verb] : undefined;
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
  const body = readObject(request) as KubeObject | undefined;
  if (!body) throw badRequest('unexpected end of JSON input');
  const kind = body.kind ?? resource.kind;
  const version = body.apiVersion ?? apiVersion(resource);
  if (kind !== resource.kind || version !== apiVersion(resource))
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${apiVersion(resource)})`,
    );
  return { ...body, apiVersion: version, kind, metadata: body.metadata ?? { name: '' } };
}

/** `metav1.DeleteOptions` from the body and the query. */
export function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = (readObject(request) ?? {}) as DeleteOptions & { orphanDependents?: boolean };
  const seconds = request.query.get('gracePeriodSeconds') ?? body.gracePeriodSeconds;
  const policy = request.query.get('propagationPolicy') ?? body.propagationPolicy;
  return {
    ...(seconds === undefined || seconds === null ? {} : { gracePeriodSeconds: Number(seconds) }),
    ...(policy ? { propagationPolicy: policy as DeleteOptions['propagationPolicy'] } : {}),
    ...(body.preconditions ? { preconditions: body.preconditions } : {}),
  };
}
