import type { KubeObject } from '../api.ts';
import type { ApiServer, User } from '../rest/context.ts';
import type { AccessAttributes } from './authorize.ts';

/** `rbac.authorization.k8s.io/v1.PolicyRule`. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly kind: string; readonly name: string };
}

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[];
}

/** The rules that apply to a user, cluster-wide and in one namespace. */
export function rulesFor(server: ApiServer, user: User, namespace: string | undefined): PolicyRule[] {
  const { store } = server;
  const everywhere = store.list('clusterrolebindings.rbac.authorization.k8s.io') as Binding[];
  const there = namespace
    ? (store.list('rolebindings.rbac.authorization.k8s.io', namespace) as Binding[])
    : [];
  return [...everywhere, ...there]
    .filter((binding) => (binding.subjects ?? []).some((subject) => isSubject(user, subject, binding)))
    .flatMap(({ roleRef, metadata }) => {
      const role =
        roleRef.kind === 'ClusterRole'
          ? store.get('clusterroles.rbac.authorization.k8s.io', undefined, roleRef.name)
          : store.get('roles.rbac.authorization.k8s.io', metadata.namespace, roleRef.name);
      return (role as Role | undefined)?.rules ?? [];
    });
}

/** Whether a role bound to the user allows it. */
export const allowedByRoles = (server: ApiServer, user: User, attributes: AccessAttributes): boolean =>
  rulesFor(server, user, attributes.namespace).some((rule) => ruleAllows(rule, attributes));

function isSubject(user: User, subject: Subject, binding: Binding): boolean {
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  if (subject.kind === 'User') return user.username === subject.name;
  const namespace = subject.namespace ?? binding.metadata.namespace;
  return user.username === `system:serviceaccount:${namespace}:${subject.name}`;
}

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  (list ?? []).some((one) => one === '*' || one === wanted);

function ruleAllows(rule: PolicyRule, attributes: AccessAttributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  const { path, group = '', plural = '', subresource, name } = attributes;
  if (path !== undefined)
    return (rule.nonResourceURLs ?? []).some((url) =>
      url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path,
    );
  const names = rule.resourceNames ?? [];
  const resource = subresource ? `${plural}/${subresource}` : plural;
  return (
    has(rule.apiGroups, group) &&
    (has(rule.resources, resource) || (!!subresource && has(rule.resources, `*/${subresource}`))) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}
