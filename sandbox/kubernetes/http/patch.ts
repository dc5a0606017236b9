import jsonPatch, { type Operation } from 'fast-json-patch';
import { KubeError, type KubeObject, type Subresource } from '../api.ts';
import { badRequest } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import { mergePatch } from '../patch/merge.ts';
import { strategicPatch } from '../patch/strategic.ts';
import { apply } from '../rest/apply.ts';
import { update } from '../rest/update.ts';
import { type PatchType, readPatch } from './body.ts';
import { contextOf, warningHeaders } from './context.ts';
import { type ApiReply, ok } from './message.ts';
import type { ObjectRequest } from './objects.ts';
import { decodePatched } from './patched.ts';
import { showObject, viewOf } from './show.ts';

type Apply = (resource: Resource, current: KubeObject, patch: unknown) => unknown;

const patches: Readonly<Record<Exclude<PatchType, 'apply'>, Apply>> = {
  merge: (_resource, current, patch) => mergePatch(current, patch),
  strategic: (resource, current, patch) => strategicPatch(resource.schema, current, patch),
  json: (_resource, current, patch) => {
    try {
      return jsonPatch.applyPatch(current, patch as Operation[], true).newDocument;
    } catch (error) {
      const [why] = (error as Error).message.split('\n');
      throw new KubeError(
        422,
        'Invalid',
        `the server rejected our request due to an error in our request (${why})`,
        {},
      );
    }
  },
};

/** Answers PATCH on an object or one of its parts. */
export async function patch(asked: ObjectRequest, subresource?: Subresource): Promise<ApiReply> {
  const { server, request, resource, namespace, name } = asked;
  const { type, patch: body } = readPatch(request, resource.custom !== undefined);
  const context = contextOf(request);
  if (type === 'apply') {
    if (!request.query.get('fieldManager')) throw badRequest('fieldManager is required for apply patch');
    const force = request.query.get('force') === 'true';
    const config = body as KubeObject;
    const result = await apply(server, { resource, namespace, name, config, force, subresource }, context);
    return {
      status: result.created ? 201 : 200,
      body: showObject(viewOf(server, resource, request), result.object),
      ...warningHeaders(context),
    };
  }
  const change = (current: KubeObject) => {
    const patched = patches[type](resource, current, body) as KubeObject;
    return decodePatched(resource, type, body, patched, context);
  };
  const object = await update(server, resource, namespace, name, change, context, subresource);
  return { ...ok(showObject(viewOf(server, resource, request), object)), ...warningHeaders(context) };
}
