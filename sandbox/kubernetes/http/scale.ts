import type { KubeObject } from '../api.ts';
import { trackUpdate } from '../apply/track.ts';
import { at } from '../model/at.ts';
import { badRequest } from '../model/errors.ts';
import { mergePatch } from '../patch/merge.ts';
import { read } from '../rest/read.ts';
import { update } from '../rest/update.ts';
import { labelText } from '../table/column.ts';
import { readObject, readPatch } from './body.ts';
import { contextOf } from './context.ts';
import { type ApiReply, ok } from './message.ts';
import type { ObjectRequest } from './objects.ts';

/** A workload's replicas as an `autoscaling/v1.Scale`. */
function scaleOf(object: KubeObject): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = labelText(at(object, 'spec.selector.matchLabels'));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: at<number>(object, 'spec.replicas') ? { replicas: at<number>(object, 'spec.replicas') } : {},
    status: { replicas: at<number>(object, 'status.replicas') ?? 0, selector },
  };
}

async function write(asked: ObjectRequest, change: (scale: object) => unknown): Promise<ApiReply> {
  const { server, request, resource, namespace, name } = asked;
  const apply = (current: KubeObject): KubeObject => {
    const wanted = change(scaleOf(current));
    const replicas = at<number>(wanted, 'spec.replicas') ?? 0;
    const resourceVersion = at<string>(wanted, 'metadata.resourceVersion');
    if (replicas < 0) throw badRequest('spec.replicas: Invalid value: must be greater than or equal to 0');
    return {
      ...current,
      metadata: { ...current.metadata, ...(resourceVersion ? { resourceVersion } : {}) },
      spec: { ...(current.spec as object), replicas },
    };
  };
  const context = contextOf(request);
  const book = (current: KubeObject, next: KubeObject) =>
    trackUpdate(resource, current, next, context, server.world.clock.now(), 'scale');
  return ok(scaleOf(await update(server, resource, namespace, name, apply, context, undefined, book)));
}

/** The scale subresource of workloads. */
export const scale = {
  get: ({ server, resource, namespace, name }: ObjectRequest) =>
    ok(scaleOf(read(server, resource, namespace, name))),
  update: (asked: ObjectRequest) => write(asked, () => readObject(asked.request)),
  patch: (asked: ObjectRequest) =>
    write(asked, (current) => mergePatch(current, readPatch(asked.request, true).patch)),
};
