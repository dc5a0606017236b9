import { isDeepStrictEqual } from 'node:util';
import type { Cause } from '../model/errors.ts';
import { invalidValue, required, unsupported } from './causes.ts';
import { child, type Fields, fill, items, part } from './fill.ts';
import type { Strategy } from './strategy.ts';

const sideEffectClasses = ['None', 'NoneOnDryRun'];
const failurePolicies = ['Fail', 'Ignore'];
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
      : [invalidValue('roleRef', goNames(object.roleRef as object), 'cannot change roleRef')],
};

// Go prints the internal form, whose members have other names.
const goNames = (reference: object): object =>
  Object.fromEntries(
    Object.entries(reference).map(([key, value]) => [
      key === 'apiGroup' ? 'APIGroup' : key.charAt(0).toUpperCase() + key.slice(1),
      value,
    ]),
  );

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
  validate: (object) =>
    items(object, 'webhooks').flatMap((webhook, index) => validateWebhook(webhook, `webhooks[${index}]`)),
});

// pkg/apis/admissionregistration/validation
function validateWebhook(webhook: Fields, path: string): Cause[] {
  const { sideEffects, failurePolicy, timeoutSeconds, admissionReviewVersions } = webhook;
  const { url, service } = part(webhook, 'clientConfig') ?? {};
  const versions = Array.isArray(admissionReviewVersions) ? admissionReviewVersions : [];
  const seconds = Number(timeoutSeconds);
  return [
    ...(versions.length > 0
      ? []
      : [required(`${path}.admissionReviewVersions`, 'must specify one of v1, v1beta1')]),
    ...(failurePolicies.includes(String(failurePolicy))
      ? []
      : [unsupported(`${path}.failurePolicy`, failurePolicy, failurePolicies)]),
    ...(sideEffects === undefined
      ? [required(`${path}.sideEffects`, `must specify one of ${sideEffectClasses.join(', ')}`)]
      : sideEffectClasses.includes(String(sideEffects))
        ? []
        : [unsupported(`${path}.sideEffects`, sideEffects, sideEffectClasses)]),
    ...(seconds >= 1 && seconds <= 30
      ? []
      : [
          invalidValue(
            `${path}.timeoutSeconds`,
            timeoutSeconds,
            'the timeout value must be between 1 and 30 seconds',
          ),
        ]),
    ...(Boolean(url) === Boolean(service)
      ? [required(`${path}.clientConfig`, 'exactly one of url or service is required')]
      : []),
  ];
}

/** PodDisruptionBudgets: what the controller counts begins at nothing. */
export const disruptionBudgets: Strategy = {
  prepareCreate(object) {
    object.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
};

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
