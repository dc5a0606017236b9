import type { KubeObject } from '../api.ts';
import { authorize } from '../auth/authorize.ts';
import { at } from '../model/at.ts';
import { badRequest, methodNotAllowed, unknownPath } from '../model/errors.ts';
import type { ApiServer } from '../rest/context.ts';
import { remove } from '../rest/delete.ts';
import { read } from '../rest/read.ts';
import { update } from '../rest/update.ts';
import { readObject } from './body.ts';
import { contextOf } from './context.ts';
import { podLog } from './log.ts';
import type { ApiReply, ApiRequest } from './message.ts';
import { deleteOptions, type ObjectRequest, replace } from './objects.ts';
import { patch } from './patch.ts';
import type { ResourceRoute } from './route.ts';
import { scale } from './scale.ts';
import { serviceAccountToken } from './token.ts';

type Part = Readonly<Record<string, (request: ObjectRequest) => Promise<ApiReply> | ApiReply>>;

const parts: Readonly<Record<string, Part>> = {
  status: {
    get: ({ server, resource, namespace, name }) => ({
      status: 200,
      body: read(server, resource, namespace, name),
    }),
    update: (request) => replace(request, 'status'),
    patch: (request) => patch(request, 'status'),
  },
  finalize: { update: (request) => replace(request, 'finalize') },
  scale,
  log: { get: podLog },
  token: { create: serviceAccountToken },
  eviction: { create: evict },
  binding: { create: bind },
};

/** Answers a request for a part of an object. */
export function servePart(
  server: ApiServer,
  request: ApiRequest,
  route: ResourceRoute,
): Promise<ApiReply> | ApiReply {
  const { resource, namespace, name = '', subresource = '' } = route;
  const known = resource?.subresources.find((part) => part.name === subresource);
  if (!resource || !known) throw unknownPath();
  authorize(server, request.user, { ...route, namespace, name });
  const verb = known.verbs.includes(route.verb) ? parts[subresource]?.[route.verb] : undefined;
  if (!verb) throw methodNotAllowed();
  return verb({ server, request, resource, namespace, name });
}

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

async function evict({ server, request, resource, namespace, name }: ObjectRequest): Promise<ApiReply> {
  const options = { ...deleteOptions(request), ...at<object>(readObject(request), 'deleteOptions') };
  await remove(server, resource, namespace, name, options, contextOf(request));
  return { status: 201, body: success };
}

async function bind({ server, request, resource, namespace, name }: ObjectRequest): Promise<ApiReply> {
  const node = at<string>(readObject(request), 'target.name');
  if (!node) throw badRequest('target.name: Required value');
  const change = (pod: KubeObject): KubeObject => ({
    ...pod,
    spec: { ...(pod.spec as object), nodeName: node },
  });
  await update(server, resource, namespace, name, change, contextOf(request));
  return { status: 201, body: success };
}
