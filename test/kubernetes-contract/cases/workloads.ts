import { type CaseTable, call, kubectl, post } from '../case.ts';
import { deployment, service } from './manifests.ts';

const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
const sets = '/apis/apps/v1/namespaces/{ns}/replicasets';
const ready = (replicas: number, observedGeneration: number): object => ({
  status: {
    observedGeneration,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  },
});

/** The controllers of kube-controller-manager, as clients see their work. */
export const workloads: CaseTable = {
  subject: 'workloads',
  cases: [
    {
      name: 'a deployment without nodes',
      steps: [
        post(deployments, deployment('web'), { members: ['status', 'metadata.generation'] }),
        { until: `GET ${deployments}/web`, path: 'status.unavailableReplicas', is: 2 },
        { until: `GET ${sets}?labelSelector=app%3Dweb`, path: 'items.0.status.fullyLabeledReplicas', is: 2 },
        call(`GET ${deployments}/web`),
        call(`GET ${sets}`),
        call('GET /api/v1/namespaces/{ns}/pods?limit=1', { members: ['items'] }),
        kubectl('rollout status deployment/web --timeout=1s'),
        kubectl('wait deployment/web --for=condition=Available --timeout=1s'),
        kubectl('rollout history deployment/web'),
      ],
    },
    {
      name: 'a deployment of nothing',
      steps: [
        post(deployments, deployment('web', { replicas: 0 }), { members: ['status'] }),
        { until: `GET ${deployments}/web`, path: 'status.conditions.1.type' },
        kubectl('rollout status deployment/web --timeout=5s'),
        kubectl('wait deployment/web --for=condition=Available --timeout=5s'),
        call(`GET ${deployments}/web`, {
          members: ['status', 'metadata.annotations', 'metadata.generation'],
        }),
        kubectl('rollout restart deployment/web'),
        { until: `GET ${deployments}/web`, path: 'status.observedGeneration', is: 2 },
        { until: `GET ${sets}?labelSelector=app%3Dweb`, path: 'items.1.metadata.uid' },
        kubectl('rollout status deployment/web --timeout=5s'),
        kubectl('rollout history deployment/web'),
        kubectl('rollout undo deployment/web'),
        kubectl('rollout undo deployment/web --to-revision=9'),
      ],
    },
    {
      name: 'slices of endpoints',
      steps: [
        post('/api/v1/namespaces/{ns}/services', service('web'), { members: ['kind'] }),
        {
          until:
            'GET /apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dweb',
          path: 'items.0.metadata.uid',
        },
        call('GET /apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices', { members: ['items'] }),
        kubectl('get endpointslices'),
      ],
    },
    {
      name: 'status is written apart',
      steps: [
        post(
          deployments,
          { ...deployment('paused', { paused: true, replicas: 0 }), ...ready(3, 1) },
          { members: ['status'] },
        ),
        { until: `GET ${deployments}/paused`, path: 'status.observedGeneration', is: 1 },
        call(`PATCH ${deployments}/paused`, {
          body: ready(3, 1),
          type: 'application/merge-patch+json',
          members: ['metadata.generation', 'spec.replicas', 'status.replicas'],
        }),
        call(`PATCH ${deployments}/paused/status`, {
          body: { spec: { replicas: 9 }, metadata: { labels: { a: 'b' } } },
          type: 'application/merge-patch+json',
          members: ['metadata.generation', 'metadata.labels', 'spec.replicas'],
        }),
      ],
    },
  ],
};
