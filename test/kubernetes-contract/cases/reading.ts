import { type CaseTable, call, kubectl, post } from '../case.ts';
import { configMap, deployment, ingress, pod, service } from './manifests.ts';

const maps = '/api/v1/namespaces/{ns}/configmaps';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** What clients see of what is there. */
export const reading: CaseTable = {
  subject: 'reading',
  cases: [
    {
      name: 'one object in every format',
      steps: [
        post(maps, configMap('one', { a: '1', b: 'two\nlines' }, { app: 'x' })),
        call(`GET ${maps}/one`),
        kubectl('get configmap one'),
        kubectl('get configmap one -o name'),
        kubectl('get configmap one -o yaml'),
        kubectl('get configmap one -o json'),
        kubectl('get configmap one -o wide --show-labels'),
        kubectl('get configmap one -o jsonpath={.data.a}'),
        kubectl('get configmap one -o custom-columns=NAME:.metadata.name,A:.data.a,NONE:.data.zz'),
        kubectl('get configmap one -L app --no-headers'),
        call(`GET ${maps}/one`, { accept: table }),
        call(`GET ${maps}/one?includeObject=None`, { accept: table }),
        call(`GET ${maps}/one`, {
          accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json',
        }),
      ],
    },
    {
      name: 'lists and selectors',
      steps: [
        post(maps, configMap('a', {}, { tier: 'front', app: 'x' })),
        post(maps, configMap('b', {}, { tier: 'back', app: 'x' })),
        post(maps, configMap('c', {}, { app: 'y' })),
        call(`GET ${maps}?labelSelector=app%3Dx`),
        kubectl('get configmaps -l app=x,tier!=back -o name'),
        kubectl('get configmaps -l app -o name'),
        kubectl('get configmaps -l !tier -o name'),
        kubectl('get configmaps -o name --field-selector metadata.name=b'),
        kubectl('get configmaps -l app=z'),
        kubectl('get configmaps -l app=z -o name'),
        kubectl('get configmaps -l app=z -o json'),
        { run: 'kubectl', args: ['get', 'configmaps', '-l', 'app in (x, y)', '-o', 'name'] },
        kubectl('get configmaps a b nowhere'),
        kubectl('get configmaps --field-selector data.a=1'),
        kubectl('get configmaps --sort-by=.metadata.name -l app=x'),
      ],
    },
    {
      name: 'pages of a list',
      steps: [
        ...['a', 'b', 'c', 'd', 'e'].map((name) => post(maps, configMap(name, {}, { paged: 'yes' }))),
        call(`GET ${maps}?limit=2`, { keep: { token: 'metadata.continue' } }),
        call(`GET ${maps}?limit=2&continue={token}`, { keep: { token: 'metadata.continue' } }),
        call(`GET ${maps}?limit=9&continue={token}`),
        call(`GET ${maps}?limit=2&labelSelector=paged%3Dyes`, { members: ['kind', 'metadata'] }),
        call(`GET ${maps}?limit=2&continue=garbage`),
        kubectl('get configmaps -l paged=yes --chunk-size=2 -o name'),
      ],
    },
    {
      name: 'a watch from a list',
      steps: [
        post(maps, configMap('early')),
        call(`GET ${maps}`, { keep: { version: 'metadata.resourceVersion' }, members: ['kind'] }),
        post(maps, configMap('late')),
        call(`PATCH ${maps}/late`, { body: { data: { b: '2' } }, type: 'application/merge-patch+json' }),
        call(`DELETE ${maps}/early`),
        call(`GET ${maps}?watch=true&resourceVersion={version}`, { events: 3 }),
        call(`GET ${maps}?watch=true&resourceVersion={version}&fieldSelector=metadata.name%3Dlate`, {
          events: 2,
          accept: table,
        }),
        call(`GET ${maps}?watch=true&sendInitialEvents=true`, { events: 1 }),
        call(`GET ${maps}?watch=true&resourceVersion=abc`, { events: 1 }),
      ],
    },
    {
      name: 'columns of workloads and networks',
      steps: [
        kubectl('apply -f -', deployment('web'), service('web'), ingress('web'), {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'outside' },
          spec: { type: 'ExternalName', externalName: 'example.com' },
        }),
        {
          until: 'GET /apis/apps/v1/namespaces/{ns}/deployments/web',
          path: 'status.unavailableReplicas',
          is: 2,
        },
        {
          until: 'GET /apis/apps/v1/namespaces/{ns}/replicasets?labelSelector=app%3Dweb',
          path: 'items.0.status.fullyLabeledReplicas',
          is: 2,
        },
        kubectl('get deployments'),
        kubectl('get deployments -o wide'),
        kubectl('get replicasets -o wide'),
        kubectl('get pods -o wide'),
        kubectl('get services'),
        kubectl('get services -o wide'),
        kubectl('get ingresses'),
        kubectl('get all'),
        kubectl('get deployment,service web'),
        call('GET /apis/apps/v1/namespaces/{ns}/deployments/web', {
          accept: table,
          members: ['columnDefinitions'],
        }),
        call('GET /api/v1/namespaces/{ns}/services', { accept: table, members: ['columnDefinitions'] }),
        call('GET /apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
          accept: table,
          members: ['columnDefinitions'],
        }),
        call('GET /api/v1/namespaces/{ns}/pods', { accept: table, members: ['columnDefinitions'] }),
      ],
    },
    {
      name: 'columns of the rest',
      steps: [
        kubectl('get namespace {ns}'),
        kubectl('get serviceaccounts'),
        post('/api/v1/namespaces/{ns}/secrets', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'hidden' },
          stringData: { a: 'b' },
        }),
        kubectl('get secrets'),
        kubectl('get secret hidden -o jsonpath={.data.a}'),
        kubectl('get secret hidden -o jsonpath={.type}'),
        ...[
          '/api/v1/nodes',
          '/api/v1/namespaces/{ns}/events',
          '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles',
          '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings',
          '/apis/networking.k8s.io/v1/ingressclasses',
          '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
          '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
          '/apis/apps/v1/namespaces/{ns}/daemonsets',
          '/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices',
          '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases',
          '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
        ].map((path) => call(`GET ${path}`, { accept: table, members: ['kind', 'columnDefinitions'] })),
      ],
    },
    {
      name: 'describe',
      steps: [
        kubectl(
          'apply -f -',
          service('web'),
          ingress('web', { ingressClassName: 'nobody' }),
          configMap('map'),
        ),
        kubectl('describe service web'),
        kubectl('describe ingress web'),
        kubectl('describe configmap map'),
        kubectl('describe serviceaccount default'),
        kubectl('describe pod nowhere'),
      ],
    },
    {
      name: 'describe of a workload',
      steps: [
        kubectl('apply -f -', deployment('web', { replicas: 0 }), pod('alone')),
        { until: 'GET /apis/apps/v1/namespaces/{ns}/deployments/web', path: 'status.observedGeneration' },
        { until: 'GET /apis/apps/v1/namespaces/{ns}/deployments/web', path: 'status.conditions.1.type' },
        kubectl('describe deployment web --show-events=false'),
        kubectl('describe pod alone --show-events=false'),
      ],
    },
    {
      name: 'what is not there',
      steps: [
        kubectl('get pod nowhere'),
        kubectl('get pods -n elsewhere'),
        kubectl('get pod nowhere --ignore-not-found'),
        kubectl('get deployment.apps/nowhere -o json'),
        call('GET /apis/apps/v1/namespaces/{ns}/deployments/nowhere'),
        call('GET /api/v1/namespaces/elsewhere/pods'),
        call('GET /api/v1/namespaces/elsewhere'),
        kubectl('logs nowhere'),
        kubectl('logs deployment/nowhere'),
        kubectl('rollout status deployment/nowhere'),
        kubectl('delete configmap nowhere'),
        kubectl('delete configmap nowhere --ignore-not-found'),
        call('DELETE /api/v1/namespaces/{ns}/configmaps/nowhere'),
      ],
    },
    {
      name: 'logs of a pod that never started',
      steps: [
        post('/api/v1/namespaces/{ns}/pods', pod('waits')),
        kubectl('logs waits'),
        kubectl('logs waits -c other'),
      ],
    },
  ],
};
