import { type CaseTable, call, kubectl, post } from '../case.ts';
import { configMap, deployment, ingress, pod, service } from './manifests.ts';

const services = '/api/v1/namespaces/{ns}/services';

/** What the server adds to what it is given. */
export const defaults: CaseTable = {
  subject: 'defaults',
  cases: [
    {
      name: 'services',
      steps: [
        post(services, service('plain')),
        post(services, service('headless', { clusterIP: 'None' })),
        post(
          services,
          service('ports', {
            type: 'NodePort',
            ports: [
              { name: 'a', port: 80 },
              { name: 'b', port: 53, protocol: 'UDP' },
            ],
          }),
        ),
        post(
          services,
          service('balanced', { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' }),
        ),
        post(services, service('local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' })),
        call(`PATCH ${services}/balanced`, {
          body: { spec: { type: 'ClusterIP' } },
          type: 'application/strategic-merge-patch+json',
        }),
        call(`PATCH ${services}/balanced/status`, {
          body: { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } },
          type: 'application/merge-patch+json',
        }),
        call(`PATCH ${services}/local/status`, {
          body: { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } },
          type: 'application/merge-patch+json',
        }),
        kubectl('get service local'),
      ],
    },
    {
      name: 'ingresses',
      steps: [
        post('/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', ingress('plain')),
        post('/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
          ...ingress('old'),
          metadata: { name: 'old', annotations: { 'kubernetes.io/ingress.class': 'alb' } },
        }),
        call('PATCH /apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/plain/status', {
          body: { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } },
          type: 'application/merge-patch+json',
        }),
        kubectl('get ingress plain'),
      ],
    },
    {
      name: 'workloads',
      steps: [
        post('/apis/apps/v1/namespaces/{ns}/deployments?dryRun=All', deployment('web')),
        post(
          '/apis/apps/v1/namespaces/{ns}/deployments?dryRun=All',
          deployment(
            'rich',
            { strategy: { type: 'Recreate' } },
            {
              livenessProbe: { httpGet: { path: '/x', port: 80 } },
              readinessProbe: { tcpSocket: { port: 80 } },
              resources: { limits: { cpu: '1.0', memory: '1024Mi' } },
              env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
            },
          ),
        ),
        post('/api/v1/namespaces/{ns}/pods?dryRun=All', pod('alone')),
        post(
          '/api/v1/namespaces/{ns}/pods?dryRun=All',
          pod('volumes', {
            serviceAccountName: 'default',
            automountServiceAccountToken: false,
            volumes: [
              { name: 'a', emptyDir: {} },
              { name: 'b', secret: { secretName: 's' } },
              { name: 'c', configMap: { name: 'c' } },
              { name: 'd', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
            ],
          }),
        ),
      ],
    },
    {
      name: 'the rest',
      steps: [
        post('/api/v1/namespaces/{ns}/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's' },
          stringData: { a: 'b' },
        }),
        post('/api/v1/namespaces/{ns}/configmaps', configMap('map', {})),
        post('/api/v1/namespaces/{ns}/serviceaccounts', {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'robot' },
        }),
        post('/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings', {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name: 'b' },
          roleRef: { kind: 'Role', name: 'one' },
          subjects: [{ kind: 'User', name: 'somebody' }],
        }),
        post('/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets?dryRun=All', {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'b' },
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'x' } } },
        }),
        call('GET /api/v1/namespaces/{ns}/serviceaccounts/default'),
        call('GET /api/v1/namespaces/{ns}'),
        call('GET /api/v1/namespaces/default/services/kubernetes', {
          members: [
            'metadata.labels',
            'spec.type',
            'spec.clusterIP',
            'spec.ipFamilies',
            'spec.sessionAffinity',
          ],
        }),
      ],
    },
  ],
};
