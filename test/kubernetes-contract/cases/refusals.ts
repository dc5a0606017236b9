import { type CaseTable, call, kubectl, post } from '../case.ts';
import { configMap, deployment, ingress, pod, service } from './manifests.ts';

const maps = '/api/v1/namespaces/{ns}/configmaps';
const services = '/api/v1/namespaces/{ns}/services';
const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
const ingresses = '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses';
const merge = 'application/merge-patch+json';

const named = (name: string): object => ({ ...configMap('x'), metadata: { name } });
const labelled = (labels: object): object => ({ ...configMap('x'), metadata: { name: 'x', labels } });
const path = (more: object): object => ({
  rules: [
    {
      http: {
        paths: [
          {
            path: '/',
            pathType: 'Prefix',
            backend: { service: { name: 'a', port: { number: 80 } } },
            ...more,
          },
        ],
      },
    },
  ],
});

/** What is invalid, and in which words. */
export const refusals: CaseTable = {
  subject: 'refusals',
  cases: [
    {
      name: 'names labels and annotations',
      steps: [
        post(maps, named('Upper')),
        post(maps, named('a/b')),
        post(maps, named('x'.repeat(254))),
        post(services, service('1digit')),
        post(services, service('dotted.name')),
        post('/api/v1/namespaces', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'dotted.name' },
        }),
        post(maps, labelled({ a: 'not valid' })),
        post(maps, labelled({ a: 'x'.repeat(64) })),
        post(maps, labelled({ 'not valid': 'a' })),
        post(maps, { ...configMap('x'), metadata: { name: 'x', annotations: { 'not valid': 'a' } } }),
        post(maps, { ...configMap('x'), metadata: { name: 'x', labels: { a: 1 } } }),
        kubectl('create -f -', named('Upper')),
        kubectl('label configmap kube-root-ca.crt bad=not/valid'),
      ],
    },
    {
      name: 'unknown and mistyped fields',
      steps: [
        kubectl('apply -f -', deployment('web', { replica: 1 })),
        kubectl('apply --validate=warn -f -', deployment('web', { replica: 1, replicas: 0 })),
        kubectl('apply --validate=ignore -f -', deployment('web', { replica: 1, replicas: 0 })),
        kubectl('apply -f -', deployment('bad', { replicas: 'two' })),
        kubectl('apply -f -', deployment('bad', { template: [] })),
        post(`${deployments}?fieldValidation=Strict`, deployment('bad', { a: 1 }, { b: 2 })),
        post(`${deployments}?fieldValidation=Warn`, deployment('warned', { a: 1, replicas: 0 }, { b: 2 })),
        post(`${deployments}?fieldValidation=Perhaps`, deployment('bad')),
        post(deployments, deployment('bad', { replicas: 1.5 })),
        post(deployments, deployment('bad', { selector: 'app=web' })),
        post(deployments, deployment('bad', {}, { ports: [{ containerPort: '80' }] })),
        post(deployments, deployment('bad', {}, { env: { A: '1' } })),
        post(deployments, deployment('bad', {}, { env: [{ name: 'A', value: 1 }] })),
        call(`PATCH ${deployments}/web?fieldValidation=Strict`, {
          body: { spec: { nonsense: 1 } },
          type: merge,
        }),
        post(maps, configMap('x', { a: 1 })),
        post(maps, configMap('x', { a: true })),
      ],
    },
    {
      name: 'deployments that cannot be',
      steps: [
        post(deployments, deployment('bad', { replicas: -1 })),
        post(deployments, deployment('bad', { selector: {} })),
        post(deployments, deployment('bad', { selector: undefined })),
        post(deployments, deployment('bad', { selector: { matchLabels: { app: 'other' } } })),
        post(deployments, deployment('bad', {}, { image: '' })),
        post(deployments, deployment('bad', {}, { name: 'Not_Valid' })),
        post(deployments, deployment('bad', {}, { ports: [{ containerPort: 70000 }, { containerPort: 0 }] })),
        post(deployments, deployment('bad', {}, { ports: [{ containerPort: 1, protocol: 'HTTP' }] })),
        post(deployments, deployment('bad', {}, { imagePullPolicy: 'Maybe' })),
        post(deployments, deployment('bad', {}, { volumeMounts: [{ name: 'nowhere', mountPath: '/x' }] })),
        post(deployments, deployment('bad', {}, { resources: { requests: { cpu: 'much' } } })),
        post(
          deployments,
          deployment('bad', {}, { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
        ),
        post(deployments, deployment('bad', {}, { env: [{ name: '' }] })),
        post(deployments, deployment('bad', {}, { livenessProbe: { periodSeconds: 5 } })),
        post(deployments, deployment('bad', { strategy: { type: 'Sometimes' } })),
        post(
          deployments,
          deployment('bad', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
        ),
        post(deployments, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'bad' }, spec: {} }),
        kubectl(
          'create -f -',
          deployment('bad', { replicas: -1, selector: { matchLabels: { app: 'other' } } }),
        ),
      ],
    },
    {
      name: 'pods that cannot be',
      steps: [
        post('/api/v1/namespaces/{ns}/pods', pod('bad', { containers: [] })),
        post('/api/v1/namespaces/{ns}/pods', pod('bad', { restartPolicy: 'Perhaps' })),
        post(
          '/api/v1/namespaces/{ns}/pods',
          pod('bad', {
            containers: [
              { name: 'a', image: 'i' },
              { name: 'a', image: 'i' },
            ],
          }),
        ),
        post('/api/v1/namespaces/{ns}/pods', pod('bad', { serviceAccountName: 'nobody' })),
        post('/api/v1/namespaces/{ns}/pods', pod('bad', { volumes: [{ name: 'v', secret: {} }] })),
        post('/api/v1/namespaces/{ns}/pods', pod('good')),
        call('PATCH /api/v1/namespaces/{ns}/pods/good', {
          body: { spec: { terminationGracePeriodSeconds: 1 } },
          type: merge,
        }),
      ],
    },
    {
      name: 'services that cannot be',
      steps: [
        post(services, service('bad', { ports: [{ port: 70000 }] })),
        post(services, service('bad', { ports: [] })),
        post(services, service('bad', { ports: [{ port: 80 }, { port: 81 }] })),
        post(
          services,
          service('bad', {
            ports: [
              { name: 'a', port: 80 },
              { name: 'a', port: 81 },
            ],
          }),
        ),
        post(
          services,
          service('bad', {
            ports: [
              { name: 'a', port: 80 },
              { name: 'b', port: 80 },
            ],
          }),
        ),
        post(services, service('bad', { type: 'Balanced' })),
        post(services, service('bad', { clusterIP: 'somewhere' })),
        post(services, service('bad', { clusterIP: '192.0.2.1' })),
        post(services, service('bad', { type: 'ExternalName' })),
        post(services, service('bad', { ports: [{ port: 80, nodePort: 31000 }] })),
        post(services, service('bad', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })),
        post(services, service('bad', { externalTrafficPolicy: 'Local' })),
        post(services, service('bad', { loadBalancerClass: 'service.k8s.aws/nlb' })),
        post(services, service('bad', { selector: { app: 'not valid' } })),
        post(services, service('bad', { ports: [{ port: 80, targetPort: 'Not_Valid!' }] })),
        post(services, service('bad', { ports: [{ port: 80, protocol: 'HTTP' }] })),
      ],
    },
    {
      name: 'ingresses that cannot be',
      steps: [
        post(ingresses, ingress('bad', { rules: undefined })),
        post(ingresses, ingress('bad', path({ pathType: undefined }))),
        post(ingresses, ingress('bad', path({ pathType: 'Almost' }))),
        post(ingresses, ingress('bad', path({ path: 'relative' }))),
        post(ingresses, ingress('bad', path({ backend: {} }))),
        post(ingresses, ingress('bad', path({ backend: { service: { name: 'a' } } }))),
        post(
          ingresses,
          ingress('bad', path({ backend: { service: { name: 'a', port: { number: 80, name: 'http' } } } })),
        ),
        post(ingresses, ingress('bad', path({ backend: { service: { name: '', port: { number: 80 } } } }))),
        post(ingresses, ingress('bad', { ingressClassName: 'Not_Valid' })),
        post(ingresses, ingress('bad', { rules: [{ host: '192.0.2.1' }] })),
        post(ingresses, ingress('bad', { rules: [{ host: 'Upper.example' }] })),
        post(ingresses, ingress('bad', { rules: [{ host: '*.' }] })),
        post(ingresses, ingress('bad', path({ path: '/a//b' }))),
        post(ingresses, {
          ...ingress('bad', { ingressClassName: 'alb' }),
          metadata: { name: 'bad', annotations: { 'kubernetes.io/ingress.class': 'alb' } },
        }),
      ],
    },
    {
      name: 'ingress classes that cannot be',
      steps: [
        post('/apis/networking.k8s.io/v1/ingressclasses', {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'contract-bad' },
          spec: {},
        }),
        post('/apis/networking.k8s.io/v1/ingressclasses', {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'contract-bad' },
          spec: { controller: 'no slash' },
        }),
        post('/apis/networking.k8s.io/v1/ingressclasses', {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'contract-class' },
          spec: { controller: 'contract.test/controller' },
        }),
        call('PATCH /apis/networking.k8s.io/v1/ingressclasses/contract-class', {
          body: { spec: { controller: 'contract.test/other' } },
          type: merge,
        }),
        kubectl('get ingressclass contract-class'),
        kubectl('delete ingressclass contract-class'),
      ],
    },
    {
      name: 'what cannot be changed',
      steps: [
        kubectl('apply -f -', deployment('web', { replicas: 0 }), service('web'), ingress('web')),
        kubectl('patch deployment web --type=merge -p {"spec":{"selector":{"matchLabels":{"app":"x"}}}}'),
        call(`PATCH ${services}/web`, { body: { spec: { clusterIP: '10.100.9.9' } }, type: merge }),
        call(`PATCH ${services}/web`, { body: { spec: { clusterIP: null } }, type: merge }),
        call(`PATCH ${services}/web`, { body: { metadata: { name: 'other' } }, type: merge }),
        call(`PATCH ${services}/web`, { body: { metadata: { namespace: 'other' } }, type: merge }),
        call(`PATCH ${services}/web`, { body: { metadata: { uid: 'other' } }, type: merge }),
        call(`PATCH ${services}/web`, { body: { kind: 'ConfigMap' }, type: merge }),
        post('/api/v1/namespaces/{ns}/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's' },
          type: 'Opaque',
        }),
        call('PATCH /api/v1/namespaces/{ns}/secrets/s', {
          body: { type: 'contract.test/other' },
          type: merge,
        }),
        post(maps, { ...configMap('fixed'), immutable: true }),
        call(`PATCH ${maps}/fixed`, { body: { data: { a: '2' } }, type: merge }),
        post('/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings', {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name: 'b' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'one' },
        }),
        call('PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings/b', {
          body: { roleRef: { name: 'other' } },
          type: merge,
        }),
      ],
    },
    {
      name: 'secrets and config maps that cannot be',
      steps: [
        post(maps, configMap('x', { 'not valid': 'a' })),
        post('/api/v1/namespaces/{ns}/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's' },
          data: { a: 'not base64!' },
        }),
        post('/api/v1/namespaces/{ns}/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's' },
          type: 'kubernetes.io/tls',
        }),
        post('/api/v1/namespaces/{ns}/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 's' },
          type: 'kubernetes.io/service-account-token',
        }),
        post(maps, configMap('x', { big: 'x'.repeat(1_048_577) })),
      ],
    },
  ],
};
