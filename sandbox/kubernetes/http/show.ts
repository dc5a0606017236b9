import type { KubeObject } from '../api.ts';
import { badRequest } from '../model/errors.ts';
import { apiVersion, type Resource } from '../model/resource.ts';
import type { ApiServer } from '../rest/context.ts';
import { type IncludeObject, partialMetadata, renderTable } from '../table/render.ts';
import type { ApiRequest } from './message.ts';
import { negotiate, type Representation } from './negotiate.ts';

/** How one request wants to see objects. */
export interface View {
  readonly server: ApiServer;
  readonly resource: Resource;
  readonly representation: Representation;
  readonly include: IncludeObject;
}

const includes = new Set(['', 'None', 'Metadata', 'Object']);

/** Works out the view from the Accept header and `includeObject`. */
export function viewOf(server: ApiServer, resource: Resource, request: ApiRequest): View {
  const include = request.query.get('includeObject') ?? '';
  if (!includes.has(include)) throw badRequest(`unrecognized includeObject value: "${include}"`);
  return {
    server,
    resource,
    representation: negotiate(request.headers.accept),
    include: (include || 'Metadata') as IncludeObject,
  };
}

/** One object as the client wants to see it. */
export function showObject(view: View, object: KubeObject, headers = true): object {
  const { representation, resource, server, include } = view;
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  if (representation === 'table')
    return renderTable(resource, [object], metadata, server.world.clock.now(), include, headers);
  return representation === 'object' ? object : partialMetadata(object);
}

/** A list of objects as the client wants to see it. */
export function showList(view: View, objects: readonly KubeObject[], metadata: object): object {
  const { representation, resource, server, include } = view;
  if (representation === 'table')
    return renderTable(resource, objects, metadata, server.world.clock.now(), include);
  if (representation !== 'object')
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.map(partialMetadata),
    };
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersion(resource),
    metadata,
    items: resource.custom ? objects : objects.map(withoutType),
  };
}

// Go's typed lists leave apiVersion and kind of their items empty.
const withoutType = ({ apiVersion: _version, kind: _kind, ...rest }: KubeObject): object => rest;
