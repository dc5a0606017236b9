import { type CaseTable, call, kubectl, post } from '../case.ts';
import { configMap, deployment, service } from './manifests.ts';

const maps = '/api/v1/namespaces/{ns}/configmaps';
const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
const merge = 'application/merge-patch+json';
const apply = 'application/apply-patch+yaml';
const noDefault = { until: `GET ${deployments}/web`, path: 'status.observedGeneration' };

/** Creating, changing and replacing. */
export const writing: CaseTable = {
  subject: 'writing',
  cases: [
    {
      name: 'create',
      steps: [
        kubectl('create configmap made --from-literal=a=1'),
        kubectl('create configmap made --from-literal=a=1'),
        kubectl('create serviceaccount robot'),
        kubectl('create secret generic hush --from-literal=a=1'),
        kubectl('create deployment web --image=nginx --replicas=0'),
        kubectl('create -f -', configMap('file'), service('file')),
        kubectl('create -f -', configMap('file')),
        kubectl('create namespace {ns}'),
        post(maps, configMap('file')),
        call(`GET ${maps}/made`),
      ],
    },
    {
      name: 'generated names',
      steps: [
        post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'drawn-' } }),
        kubectl('create -f -', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'drawn-' } }),
        kubectl('apply -f -', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'drawn-' } }),
        post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
      ],
    },
    {
      name: 'dry runs',
      steps: [
        kubectl('apply --dry-run=server -f -', configMap('never')),
        kubectl('apply --dry-run=client -f -', configMap('never')),
        kubectl('create --dry-run=server -f - -o yaml', service('never')),
        post(`${maps}?dryRun=All`, configMap('never')),
        post(`${maps}?dryRun=Some`, configMap('never')),
        kubectl('get configmaps -o name'),
        post(maps, configMap('kept')),
        kubectl('delete configmap kept --dry-run=server'),
        kubectl('apply --server-side --dry-run=server -f - -o jsonpath={.data}', configMap('fresh')),
        kubectl('get configmaps -o name'),
      ],
    },
    {
      name: 'client-side apply',
      steps: [
        kubectl('apply -f -', configMap('map', { a: '1', b: '2' }), service('map')),
        kubectl('apply -f -', configMap('map', { a: '1', b: '2' }), service('map')),
        kubectl('apply -f -', configMap('map', { a: '3' })),
        call(`GET ${maps}/map`),
        post(maps, configMap('stranger')),
        kubectl('apply -f -', configMap('stranger', { b: '2' })),
        kubectl('diff -f -', configMap('map', { a: '3' })),
        kubectl('delete -f -', configMap('map'), service('map')),
      ],
    },
    {
      name: 'server-side apply',
      steps: [
        kubectl('apply --server-side -f -', configMap('map', { a: '1', b: '2' })),
        kubectl('apply --server-side -f -', configMap('map', { a: '1', b: '2' })),
        call(`PATCH ${maps}/map`, { body: { data: { a: '9' } }, type: merge }),
        kubectl('apply --server-side -f -', configMap('map', { a: '1', b: '2' })),
        kubectl('apply --server-side --force-conflicts -f -', configMap('map', { a: '1' })),
        call(`GET ${maps}/map`),
        kubectl('apply --server-side --field-manager=other -f -', configMap('map', { a: '1', c: '3' })),
        kubectl('apply --server-side --field-manager=other -f -', configMap('map', { a: '2', c: '3' })),
        call(`PATCH ${maps}/map?fieldManager=other&force=false`, {
          body: configMap('map', { a: '2' }),
          type: apply,
        }),
        kubectl('get configmap map --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}'),
      ],
    },
    {
      name: 'server-side apply over lists',
      steps: [
        kubectl('apply --server-side -f -', deployment('web', { replicas: 0 })),
        kubectl('apply --server-side --field-manager=second -f -', {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web' },
          spec: {
            template: { spec: { containers: [{ name: 'web', env: [{ name: 'B', value: '2' }] }] } },
          },
        }),
        kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[*].env[*].name}'),
        call(`PATCH ${deployments}/web?fieldManager=third`, {
          body: deployment('web', { replicas: 3 }, { image: 'nginx:2' }),
          type: apply,
        }),
        kubectl('apply --server-side -f -', deployment('web', { replicas: 0 }, { env: [] })),
        kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[*].env[*].name}'),
        call(`GET ${deployments}/web`, { members: ['spec', 'metadata.generation'] }),
      ],
    },
    {
      name: 'server-side apply that cannot be',
      steps: [
        call(`PATCH ${maps}/map`, { body: configMap('map'), type: apply }),
        call(`PATCH ${maps}/map?fieldManager=x`, { body: configMap('other'), type: apply }),
        call(`PATCH ${maps}/map?fieldManager=x`, { body: { metadata: { name: 'map' } }, type: apply }),
        call(`PATCH ${maps}/map?fieldManager=x`, { body: { ...configMap('map'), nonsense: 1 }, type: apply }),
        call(`PATCH ${maps}/map?fieldManager=x`, {
          body: { ...configMap('map'), metadata: { name: 'map', managedFields: [{}] } },
          type: apply,
        }),
        call(`PATCH ${maps}/map?force=true`, { body: { data: {} }, type: merge }),
      ],
    },
    {
      name: 'from client-side to server-side apply',
      steps: [
        kubectl('apply -f -', configMap('map', { a: '1', b: '2' })),
        kubectl('apply --server-side -f -', configMap('map', { a: '1' })),
        call(`GET ${maps}/map`, { members: ['data', 'metadata.managedFields'] }),
      ],
    },
    {
      name: 'patches',
      steps: [
        kubectl('apply -f -', deployment('web', { replicas: 0 })),
        noDefault,
        {
          run: 'kubectl',
          args: [
            'patch',
            'deployment',
            'web',
            '-p',
            '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"B","value":"2"}]}]}}}}',
          ],
        },
        kubectl('patch deployment web --type=merge -p {"metadata":{"labels":{"x":"y"}}}'),
        kubectl('patch deployment web --type=merge -p {"metadata":{"labels":{"x":"y"}}}'),
        kubectl('patch deployment web --type=json -p [{"op":"remove","path":"/metadata/labels/x"}]'),
        kubectl('patch deployment web --type=json -p [{"op":"remove","path":"/metadata/labels/x"}]'),
        kubectl('patch deployment web --type=json -p [{"op":"test","path":"/spec/replicas","value":7}]'),
        kubectl('patch deployment nowhere -p {"spec":{"replicas":1}}'),
        kubectl('patch deployment web -p {"spec":{"replicas":"many"}}'),
        call(`PATCH ${deployments}/web`, { body: { spec: { replicas: 0 } } }),
        call(`PATCH ${deployments}/web`, { body: { spec: {} }, type: 'text/plain' }),
        call(`PATCH ${deployments}/web`, { body: '{', type: merge }),
        call(`PATCH ${deployments}/web`, { body: [{ op: 'fly' }], type: 'application/json-patch+json' }),
        call(`PATCH ${deployments}/web`, {
          body: {
            spec: {
              template: {
                spec: {
                  containers: [
                    { $patch: 'delete', name: 'web' },
                    { name: 'new', image: 'i' },
                  ],
                },
              },
            },
          },
          type: 'application/strategic-merge-patch+json',
        }),
        call(`GET ${deployments}/web`, { members: ['spec'] }),
      ],
    },
    {
      name: 'labels annotations and images',
      steps: [
        kubectl('apply -f -', deployment('web', { replicas: 0 })),
        kubectl('label deployment web tier=front'),
        kubectl('label deployment web tier=back'),
        kubectl('label deployment web tier=back --overwrite'),
        kubectl('label deployment web tier-'),
        kubectl('annotate deployment web note=hello'),
        kubectl('set image deployment/web web=nginx:3'),
        kubectl('set env deployment/web B=2'),
        kubectl('scale deployment web --replicas=0'),
        kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}'),
        call(`GET ${deployments}/web/scale`),
      ],
    },
    {
      name: 'replace',
      steps: [
        post(maps, configMap('map'), { keep: { version: 'metadata.resourceVersion', uid: 'metadata.uid' } }),
        call(`PUT ${maps}/map`, { body: configMap('map', { a: '2' }) }),
        call(`PUT ${maps}/map`, {
          body: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'map', resourceVersion: '{version}' },
            data: {},
          },
        }),
        call(`PUT ${maps}/map`, {
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map', uid: 'another' }, data: {} },
        }),
        call(`PUT ${maps}/map`, { body: configMap('other') }),
        call(`PUT ${maps}/nowhere`, { body: configMap('nowhere') }),
        kubectl('replace -f -', configMap('map', { a: '4' })),
        kubectl('replace -f -', configMap('nowhere')),
      ],
    },
    {
      name: 'objects that do not fit their path',
      steps: [
        post(maps, service('web')),
        post(maps, { ...configMap('map'), metadata: { name: 'map', namespace: 'elsewhere' } }),
        post('/api/v1/namespaces/elsewhere/configmaps', configMap('map')),
        kubectl('apply -f -', { ...configMap('map'), metadata: { name: 'map', namespace: 'elsewhere' } }),
        kubectl('apply -f -', { apiVersion: 'v1', kind: 'Gizmo', metadata: { name: 'x' } }),
        kubectl('apply -f -', { apiVersion: 'contract.test/v9', kind: 'Gizmo', metadata: { name: 'x' } }),
        kubectl('apply -f -', { kind: 'ConfigMap', metadata: { name: 'x' } }),
        kubectl('apply -f -', { apiVersion: 'v1', metadata: { name: 'x' } }),
        post(maps, { ...configMap('map'), metadata: { name: 'map', resourceVersion: '5' } }),
      ],
    },
  ],
};
