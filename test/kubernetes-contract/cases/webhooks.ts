import { type CaseTable, call, kubectl, post } from '../case.ts';
import { configMap, service } from './manifests.ts';

const configurations = '/apis/admissionregistration.k8s.io/v1/';
const webhook = (name: string, more: object = {}, kind = 'Mutating'): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: `${kind}WebhookConfiguration`,
  metadata: { name },
  webhooks: [
    {
      name: `${kind.toLowerCase()}.contract.test`,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { service: { name: 'hook', namespace: '{ns}', path: '/look' } },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '{ns}' } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      ...more,
    },
  ],
});
const maps = '/api/v1/namespaces/{ns}/configmaps';

/** Webhooks that cannot be reached. */
export const webhooks: CaseTable = {
  subject: 'webhooks',
  cases: [
    {
      name: 'a webhook without a server',
      steps: [
        post(`${configurations}mutatingwebhookconfigurations`, webhook('contract-mutating')),
        { until: `POST ${maps}?dryRun=All`, body: configMap('tried'), path: 'status', is: 500 },
        post(maps, configMap('map')),
        kubectl('create configmap made'),
        post(
          '/api/v1/namespaces/{ns}/services',
          service('hook', { ports: [{ port: 443, targetPort: 9443 }] }),
          {
            members: ['kind'],
          },
        ),
        {
          until:
            'GET /apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dhook',
          path: 'items.0.metadata.uid',
        },
        post(maps, configMap('map')),
        kubectl('create configmap made'),
        kubectl('get mutatingwebhookconfiguration contract-mutating'),
        kubectl('delete mutatingwebhookconfiguration contract-mutating'),
      ],
    },
    {
      name: 'a webhook that is ignored',
      steps: [
        post(
          `${configurations}validatingwebhookconfigurations`,
          webhook('contract-validating', { failurePolicy: 'Ignore' }, 'Validating'),
        ),
        post(maps, configMap('map')),
        kubectl('delete validatingwebhookconfiguration contract-validating'),
      ],
    },
    {
      name: 'webhooks that cannot be',
      steps: [
        post(
          `${configurations}mutatingwebhookconfigurations?dryRun=All`,
          webhook('contract-bad', { sideEffects: undefined }),
        ),
        post(
          `${configurations}mutatingwebhookconfigurations?dryRun=All`,
          webhook('contract-bad', { sideEffects: 'Some' }),
        ),
        post(
          `${configurations}mutatingwebhookconfigurations?dryRun=All`,
          webhook('contract-bad', { admissionReviewVersions: [] }),
        ),
        post(
          `${configurations}mutatingwebhookconfigurations?dryRun=All`,
          webhook('contract-bad', { failurePolicy: 'Maybe' }),
        ),
        post(
          `${configurations}mutatingwebhookconfigurations?dryRun=All`,
          webhook('contract-bad', { timeoutSeconds: 60 }),
        ),
        post(
          `${configurations}mutatingwebhookconfigurations?dryRun=All`,
          webhook('contract-bad', { clientConfig: {} }),
        ),
        call(`GET ${configurations}mutatingwebhookconfigurations/contract-bad`),
      ],
    },
  ],
};
