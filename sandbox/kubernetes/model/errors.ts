import { KubeError } from '../api.ts';
import { type Resource, resourceName } from './resource.ts';

/** One line of `status.details.causes`. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

type Named = Pick<Resource, 'group' | 'plural'>;

const details = (resource: Named, name: string, more: object = {}) => ({
  ...(name === '' ? {} : { name }),
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.plural,
  ...more,
});

/** 404 for an object; text of `apierrors.NewNotFound`. */
export const notFound = (resource: Named, name: string): KubeError =>
  new KubeError(404, 'NotFound', `${resourceName(resource)} "${name}" not found`, details(resource, name));

/** 404 for a path that nothing serves. */
export const unknownPath = (): KubeError =>
  new KubeError(404, 'NotFound', 'the server could not find the requested resource', {});

/** 409 on create. */
export const alreadyExists = (resource: Named, name: string): KubeError =>
  new KubeError(
    409,
    'AlreadyExists',
    `${resourceName(resource)} "${name}" already exists`,
    details(resource, name),
  );

/** 409 on a stale resourceVersion or a failed precondition. */
export const conflict = (resource: Named, name: string, why: string = staleObject): KubeError =>
  new KubeError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${why}`,
    details(resource, name),
  );

const staleObject =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 422 with the list of what is wrong; `kind` is the object's kind. */
export function invalid(
  resource: Pick<Resource, 'group' | 'kind'>,
  name: string,
  causes: readonly Cause[],
): KubeError {
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualified = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  return new KubeError(422, 'Invalid', `${qualified} "${name}" is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    ...(resource.kind === '' ? {} : { kind: resource.kind }),
    causes: causes.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** 422 for the parameters of a request; `kind` is `CreateOptions` and the like. */
export const invalidOptions = (kind: string, cause: Cause): KubeError =>
  invalid({ group: 'meta.k8s.io', kind }, '', [cause]);

/** What the decoder says of an object of another kind. */
export const unknownConversion = ({ group, kind, version }: Resource, given: string): string =>
  `converting (${version}.${given}) to (${group === '' ? 'core' : group.split('.')[0]}.${kind}): unknown conversion`;

/** 403 on an object: `services "x" is forbidden: …`. */
export const forbidden = (resource: Named, name: string, why: string, causes?: readonly Cause[]): KubeError =>
  new KubeError(
    403,
    'Forbidden',
    `${resourceName(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`,
    details(resource, name, causes ? { causes } : {}),
  );

/** 400. */
export const badRequest = (message: string): KubeError => new KubeError(400, 'BadRequest', message);

/** 405 for a verb that the resource does not have. */
export const methodNotAllowed = (): KubeError =>
  new KubeError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

/** 500; text of `apierrors.NewInternalError`. */
export const internalError = (message: string): KubeError =>
  new KubeError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

/** 410 for a resourceVersion that is no longer in the watch log. */
export const expired = (requested: string, oldest: number): KubeError =>
  new KubeError(410, 'Expired', `too old resource version: ${requested} (${oldest})`);
