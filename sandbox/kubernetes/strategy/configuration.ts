import { isDeepStrictEqual } from 'node:util';
import { invalidValue } from './causes.ts';
import { child, fill, items, part } from './fill.ts';
import type { Strategy } from './strategy.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

/** Roles and ClusterRoles. */
export const roles: Strategy = { nameRule: 'path' };

/** RoleBindings and ClusterRoleBindings: the role of a binding stays what it was. */
export const roleBindings: Strategy = {
  nameRule: 'path',
  defaults(object) {
    fill(child(object, 'roleRef'), { apiGroup: rbacGroup });
    for (const subject of items(object, 'subjects'))
      if (subject.kind !== 'ServiceAccount') fill(subject, { apiGroup: rbacGroup });
  },
  validateUpdate: (object, old) =>
    isDeepStrictEqual(object.roleRef, old.roleRef)
      ? []
      : [invalidValue('roleRef', object.roleRef, 'cannot change roleRef')],
};

const webhookDefaults = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

/** Mutating- and ValidatingWebhookConfigurations. */
export const webhookConfigurations = (more: object): Strategy => ({
  defaults(object) {
    for (const webhook of items(object, 'webhooks')) {
      fill(webhook, { ...structuredClone(webhookDefaults), ...more });
      const service = part(part(webhook, 'clientConfig'), 'service');
      if (service) fill(service, { port: 443 });
      for (const rule of items(webhook, 'rules')) fill(rule, { scope: '*' });
    }
  },
});

/** StorageClasses. */
export const storageClasses: Strategy = {
  defaults: (object) => {
    fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  },
};

/** EndpointSlices and Endpoints: ports are TCP unless they say otherwise. */
export const endpoints: Strategy = {
  defaults(object) {
    const lists = [
      items(object, 'ports'),
      ...items(object, 'subsets').map((subset) => items(subset, 'ports')),
    ];
    for (const port of lists.flat()) fill(port, { protocol: 'TCP' });
    for (const port of items(object, 'ports')) fill(port, { name: '' });
  },
};
