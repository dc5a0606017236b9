import { KubeError } from '../api.ts';
import type { Resource } from '../model/resource.ts';

/** An error as a `metav1.Status` document. */
export function failureStatus(error: KubeError): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason ? { reason: error.reason } : {}),
    ...(error.details ? { details: error.details } : {}),
    code: error.code,
  };
}

/** What a finished delete answers. */
export const deletedStatus = (resource: Resource, name: string, uid: string | undefined): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    uid,
  },
});

/** Any error as the one that is answered. */
export const asKubeError = (error: unknown): KubeError =>
  error instanceof KubeError
    ? error
    : new KubeError(
        500,
        'InternalError',
        `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
      );
