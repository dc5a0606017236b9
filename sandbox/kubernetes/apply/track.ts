import type { KubeObject } from '../api.ts';
import type { Resource } from '../model/resource.ts';
import type { RequestContext } from '../rest/context.ts';

/** Books the difference between two states of an object under the request's field manager, in `next`. */
export function trackUpdate(
  _resource: Resource,
  _current: KubeObject | undefined,
  _next: KubeObject,
  _context: RequestContext,
  _subresource?: string,
): void {}
