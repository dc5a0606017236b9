import type { KubeObject } from '../api.ts';
import type { Resource } from '../model/resource.ts';
import type { RequestContext } from '../rest/context.ts';

/** One write as admission sees it. */
export interface AdmissionAttributes {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly object?: KubeObject;
  readonly old?: KubeObject;
  readonly context: RequestContext;
}
