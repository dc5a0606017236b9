import { type CaseTable, call, kubectl } from '../case.ts';

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** How clients find out what is served. */
export const discovery: CaseTable = {
  subject: 'discovery',
  cases: [
    {
      name: 'versions and health',
      steps: [
        call('GET /api', { members: ['kind', 'versions'] }),
        call('GET /version', { members: ['major', 'minor', 'platform'] }),
        call('GET /healthz'),
        call('GET /readyz'),
        call('GET /livez'),
        kubectl('get --raw /readyz'),
        kubectl('get --raw /healthz'),
      ],
    },
    {
      name: 'resources of the core group',
      steps: [
        call('GET /api/v1', {
          only: {
            list: 'resources',
            names: [
              'configmaps',
              'endpoints',
              'events',
              'namespaces',
              'namespaces/finalize',
              'namespaces/status',
              'nodes',
              'pods',
              'pods/eviction',
              'pods/log',
              'pods/status',
              'secrets',
              'serviceaccounts',
              'serviceaccounts/token',
              'services',
              'services/status',
            ],
          },
        }),
      ],
    },
    {
      name: 'resources of other groups',
      steps: [
        ...[
          ['apps/v1', 'daemonsets deployments deployments/scale deployments/status replicasets'],
          ['networking.k8s.io/v1', 'ingressclasses ingresses ingresses/status networkpolicies'],
          ['rbac.authorization.k8s.io/v1', 'clusterroles clusterrolebindings roles rolebindings'],
          ['apiextensions.k8s.io/v1', 'customresourcedefinitions customresourcedefinitions/status'],
          [
            'admissionregistration.k8s.io/v1',
            'mutatingwebhookconfigurations validatingwebhookconfigurations',
          ],
          ['authentication.k8s.io/v1', 'selfsubjectreviews tokenreviews'],
          ['authorization.k8s.io/v1', 'selfsubjectaccessreviews subjectaccessreviews'],
          ['coordination.k8s.io/v1', 'leases'],
          ['discovery.k8s.io/v1', 'endpointslices'],
          ['policy/v1', 'poddisruptionbudgets poddisruptionbudgets/status'],
        ].map(([version = '', names = '']) =>
          call(`GET /apis/${version}`, { only: { list: 'resources', names: names.split(' ') } }),
        ),
      ],
    },
    {
      name: 'groups and their preferred versions',
      steps: [
        call('GET /apis', {
          only: {
            list: 'groups',
            names: ['apps', 'networking.k8s.io', 'apiextensions.k8s.io', 'discovery.k8s.io', 'policy'],
          },
        }),
        call('GET /apis/apps'),
      ],
    },
    {
      name: 'aggregated discovery',
      steps: [
        call('GET /apis', { accept: aggregated, members: ['kind', 'apiVersion', 'metadata'] }),
        call('GET /api', {
          accept: aggregated,
          members: ['kind', 'apiVersion', 'items.0.versions.0.version'],
        }),
      ],
    },
    {
      name: 'api-resources',
      steps: [
        {
          run: 'kubectl',
          args: ['api-resources'],
          lines: [
            'configmaps',
            'namespaces',
            'nodes',
            'pods',
            'secrets',
            'serviceaccounts',
            'services',
            'customresourcedefinitions',
            'daemonsets',
            'deployments',
            'replicasets',
            'leases',
            'endpointslices',
            'ingressclasses',
            'ingresses',
            'poddisruptionbudgets',
            'clusterroles',
            'storageclasses',
          ],
        },
        {
          run: 'kubectl',
          args: ['api-resources', '--api-group=apps', '-o', 'wide'],
          lines: ['daemonsets', 'deployments', 'replicasets'],
        },
        kubectl('api-resources --api-group=networking.k8s.io --namespaced=false -o name'),
      ],
    },
    {
      name: 'what is not served',
      steps: [
        kubectl('get gizmos'),
        kubectl('get gizmos.contract.test'),
        kubectl('get deployments.v7.apps'),
        call('GET /apis/nowhere.test/v1'),
        call('GET /apis/nowhere.test/v1/namespaces/{ns}/gizmos'),
        call('GET /api/v1/namespaces/{ns}/gizmos'),
        call('GET /nowhere'),
        kubectl('get --raw /nowhere'),
      ],
    },
    {
      name: 'methods and formats that are not served',
      steps: [
        call('PUT /api/v1/namespaces/{ns}/configmaps', { body: {} }),
        call('DELETE /api/v1/namespaces'),
        call('POST /api/v1/namespaces/{ns}/configmaps', { body: 'hello', type: 'text/plain' }),
        call('POST /api/v1/namespaces/{ns}/configmaps', { body: '{' }),
        call('POST /api/v1/namespaces/{ns}/configmaps', { body: '' }),
        call('GET /api/v1/namespaces/{ns}/configmaps', { accept: 'text/html' }),
        call('GET /api/v1/namespaces/{ns}/configmaps?limit=few'),
        call('GET /api/v1/namespaces/{ns}/configmaps?labelSelector=a%3D%3D%3Db'),
        call('GET /api/v1/namespaces/{ns}/configmaps?fieldSelector=data.a%3D1'),
      ],
    },
  ],
};
