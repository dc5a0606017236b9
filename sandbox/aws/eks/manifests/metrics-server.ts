import {
  clusterRole,
  image,
  type Manifest,
  type ManifestSettings,
  namespace,
  serviceAccount,
} from './objects.ts';

const labels = { 'app.kubernetes.io/name': 'metrics-server', 'app.kubernetes.io/instance': 'metrics-server' };

function container({ region, version }: ManifestSettings): object {
  return {
    name: 'metrics-server',
    image: image(region, 'eks/metrics-server', version),
    args: [
      '--secure-port=10251',
      '--cert-dir=/tmp',
      '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      '--kubelet-use-node-status-port',
      '--metric-resolution=15s',
    ],
    ports: [{ name: 'https', containerPort: 10251, protocol: 'TCP' }],
    readinessProbe: { httpGet: { path: '/readyz', port: 'https', scheme: 'HTTPS' }, initialDelaySeconds: 20 },
    resources: { requests: { cpu: '100m', memory: '200Mi' }, limits: { memory: '400Mi' } },
  };
}

/** The metrics-server add-on's objects; its APIService is unavailable while its pods do not run (facts/pitfalls.md P12). */
export function metricsServerObjects(settings: ManifestSettings): Manifest[] {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'metrics-server', namespace, labels },
    spec: {
      replicas: settings.configuration.replicas ?? 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'metrics-server',
          priorityClassName: 'system-cluster-critical',
          containers: [container(settings)],
        },
      },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'metrics-server', namespace, labels },
    spec: {
      selector: labels,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' }],
    },
  };
  const apiService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io', labels },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'metrics-server', namespace, port: 443 },
    },
  };
  return [
    serviceAccount('metrics-server', labels, settings.serviceAccountRoleArn),
    ...clusterRole('system:metrics-server', 'metrics-server', [
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods', 'nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] },
    ]),
    { resource: 'services', object: service },
    { resource: 'deployments.apps', object: deployment },
    { resource: 'apiservices.apiregistration.k8s.io', object: apiService },
  ];
}
