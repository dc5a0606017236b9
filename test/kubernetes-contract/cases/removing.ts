import { type CaseTable, call, kubectl, post } from '../case.ts';
import { configMap, deployment, pod } from './manifests.ts';

const maps = '/api/v1/namespaces/{ns}/configmaps';
const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
const merge = 'application/merge-patch+json';
const held = { ...configMap('held'), metadata: { name: 'held', finalizers: ['contract.test/hold'] } };
const gone = (path: string) => ({ until: `GET ${path}`, path: 'status', is: 404 });

/** Deleting, and what is deleted with it. */
export const removing: CaseTable = {
  subject: 'removing',
  cases: [
    {
      name: 'delete',
      steps: [
        post(maps, configMap('a')),
        call(`DELETE ${maps}/a`),
        post(maps, configMap('b', {}, { app: 'x' })),
        post(maps, configMap('c', {}, { app: 'x' })),
        kubectl('delete configmap -l app=x'),
        kubectl('delete configmap -l app=x'),
        post(maps, configMap('d')),
        kubectl('delete configmap d nowhere'),
        post(maps, configMap('e'), { keep: { uid: 'metadata.uid' } }),
        call(`DELETE ${maps}/e`, {
          body: {
            kind: 'DeleteOptions',
            apiVersion: 'v1',
            preconditions: { uid: '00000000-0000-4000-8000-000000000000' },
          },
        }),
        call(`DELETE ${maps}/e`, {
          body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Sideways' },
        }),
        call(`DELETE ${maps}/e`, {
          body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: '{uid}' } },
        }),
      ],
    },
    {
      name: 'delete of a collection',
      steps: [
        post(maps, configMap('a', {}, { app: 'x' })),
        post(maps, configMap('b', {}, { app: 'y' })),
        call(`DELETE ${maps}?labelSelector=app%3Dx`, { only: { list: 'items', names: ['a', 'b'] } }),
        kubectl('get configmaps -l app -o name'),
      ],
    },
    {
      name: 'finalizers',
      steps: [
        post(maps, held),
        call(`DELETE ${maps}/held`),
        call(`GET ${maps}/held`),
        kubectl('get configmap held'),
        kubectl('delete configmap held --wait=false'),
        kubectl('delete configmap held --timeout=1s'),
        kubectl('wait --for=delete configmap/held --timeout=1s'),
        call(`PATCH ${maps}/held`, {
          body: { metadata: { finalizers: ['contract.test/hold', 'contract.test/more'] } },
          type: merge,
        }),
        call(`PATCH ${maps}/held`, { body: { data: { still: 'here' } }, type: merge }),
        call(`PATCH ${maps}/held`, { body: { metadata: { finalizers: null } }, type: merge }),
        call(`GET ${maps}/held`),
        kubectl('wait --for=delete configmap/held --timeout=1s'),
        post(maps, { ...configMap('bad'), metadata: { name: 'bad', finalizers: ['unqualified'] } }),
      ],
    },
    {
      name: 'owners',
      steps: [
        post(maps, configMap('owner'), { keep: { owner: 'metadata.uid' } }),
        post(maps, {
          ...configMap('owned'),
          metadata: {
            name: 'owned',
            ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{owner}' }],
          },
        }),
        call(`DELETE ${maps}/owner`, {
          body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
        }),
        gone(`${maps}/owned`),
        call(`GET ${maps}/owned`),
      ],
    },
    {
      name: 'propagation',
      steps: [
        kubectl('apply -f -', deployment('web', { replicas: 0 }), deployment('orphaning', { replicas: 0 })),
        {
          until: 'GET /apis/apps/v1/namespaces/{ns}/replicasets?labelSelector=app%3Dweb',
          path: 'items.0.metadata.uid',
        },
        {
          until: 'GET /apis/apps/v1/namespaces/{ns}/replicasets?labelSelector=app%3Dorphaning',
          path: 'items.0.metadata.uid',
        },
        call(`DELETE ${deployments}/web`, {
          body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' },
          members: [
            'kind',
            'metadata.finalizers',
            'metadata.deletionGracePeriodSeconds',
            'metadata.generation',
          ],
        }),
        gone(`${deployments}/web`),
        kubectl('delete deployment orphaning --cascade=orphan'),
        gone(`${deployments}/orphaning`),
        kubectl('get replicasets -o name'),
        call('GET /apis/apps/v1/namespaces/{ns}/replicasets?labelSelector=app%3Dorphaning', {
          members: ['items.0.metadata.ownerReferences', 'items.0.metadata.finalizers'],
        }),
      ],
    },
    {
      name: 'a pod without a node',
      steps: [
        post('/api/v1/namespaces/{ns}/pods', pod('alone')),
        call('GET /api/v1/namespaces/{ns}/pods/alone'),
        kubectl('delete pod alone'),
        call('GET /api/v1/namespaces/{ns}/pods/alone'),
      ],
    },
    {
      name: 'a namespace',
      steps: [
        kubectl('create namespace short-lived'),
        call('GET /api/v1/namespaces/short-lived'),
        { until: 'GET /api/v1/namespaces/short-lived/serviceaccounts/default', path: 'metadata.uid' },
        post('/api/v1/namespaces/short-lived/configmaps', held),
        kubectl('delete namespace short-lived --wait=false'),
        { until: 'GET /api/v1/namespaces/short-lived', path: 'status.conditions.4.type' },
        kubectl('get namespace short-lived'),
        call('GET /api/v1/namespaces/short-lived', { members: ['metadata', 'spec', 'status'] }),
        post('/api/v1/namespaces/short-lived/configmaps', configMap('late')),
        kubectl('create -n short-lived -f -', configMap('late')),
        call('DELETE /api/v1/namespaces/short-lived'),
        call('PATCH /api/v1/namespaces/short-lived/configmaps/held', {
          body: { metadata: { finalizers: null } },
          type: merge,
        }),
        gone('/api/v1/namespaces/short-lived'),
        kubectl('get namespace short-lived'),
        kubectl('delete namespace default'),
      ],
    },
  ],
};
