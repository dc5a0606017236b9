import { KubeError } from '../api.ts';
import { forbidden } from '../model/errors.ts';
import type { ApiServer, User } from '../rest/context.ts';
import { allowedByRoles } from './rbac.ts';

/** What somebody wants to do (`authorization.k8s.io/v1.ResourceAttributes` or `NonResourceAttributes`). */
export interface AccessAttributes {
  readonly verb: string;
  readonly group?: string;
  readonly plural?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** A path outside the resources (`/version`). */
  readonly path?: string;
}

/** The group that may do everything. EKS maps cluster-admin access policies to it here. */
export const masters = 'system:masters';

/** Whether RBAC lets the user do it. */
export const isAllowed = (server: ApiServer, user: User, attributes: AccessAttributes): boolean =>
  user.groups.includes(masters) || allowedByRoles(server, user, attributes);

/** Throws the 403 of a real server when RBAC does not allow it. */
export function authorize(server: ApiServer, user: User, attributes: AccessAttributes): void {
  if (isAllowed(server, user, attributes)) return;
  const { verb, group = '', plural = '', subresource, namespace, name = '', path } = attributes;
  if (path !== undefined)
    throw new KubeError(
      403,
      'Forbidden',
      `forbidden: User "${user.username}" cannot ${verb} path "${path}"`,
      {},
    );
  const resource = subresource ? `${plural}/${subresource}` : plural;
  const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  throw forbidden(
    { group, plural },
    name,
    `User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`,
  );
}
