import type { KubeObject } from '../api.ts';
import type { Resource } from '../model/resource.ts';
import type { ApiServer, RequestContext } from '../rest/context.ts';

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

/** Runs the mutating admission; returns the object as it came out. */
export async function mutate(
  _server: ApiServer,
  _attributes: AdmissionAttributes,
  object: KubeObject,
): Promise<KubeObject> {
  return object;
}

/** Runs the validating admission; throws a KubeError that says who refused. */
export async function validate(_server: ApiServer, _attributes: AdmissionAttributes): Promise<void> {}
