import jsonPatch, { type Operation } from 'fast-json-patch';
import { KubeError, type KubeObject, type Subresource } from '../api.ts';
import { invalid, invalidOptions } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import { mergePatch } from '../patch/merge.ts';
import { strategicPatch } from '../patch/strategic.ts';
import { apply } from '../rest/apply.ts';
import { update } from '../rest/update.ts';
import { forbiddenField, immutable, required } from '../strategy/causes.ts';
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
    } catch {
      throw new KubeError(
        422,
        'Invalid',
        'the server rejected our request due to an error in our request',
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
    if (!request.query.get('fieldManager'))
      throw invalidOptions('PatchOptions', required('fieldManager', 'is required for apply patch'));
    const force = request.query.get('force') === 'true';
    const config = body as KubeObject;
    const result = await apply(server, { resource, namespace, name, config, force, subresource }, context);
    return {
      status: result.created ? 201 : 200,
      body: showObject(viewOf(server, resource, request), result.object),
      ...warningHeaders(context),
    };
  }
  if (request.query.has('force'))
    throw invalidOptions('PatchOptions', forbiddenField('force', 'may not be specified for non-apply patch'));
  const change = (current: KubeObject) => {
    const { uid } = current.metadata;
    const patched = patches[type](resource, current, body) as KubeObject;
    const decoded = decodePatched(resource, type, body, patched, context);
    const other = decoded.metadata.uid;
    // Both halves of the validation say so.
    if (other && other !== uid)
      throw invalid(resource, name, [immutable('metadata.uid', other), immutable('metadata.uid', other)]);
    return decoded;
  };
  const object = await update(server, resource, namespace, name, change, context, subresource);
  return { ...ok(showObject(viewOf(server, resource, request), object)), ...warningHeaders(context) };
}
