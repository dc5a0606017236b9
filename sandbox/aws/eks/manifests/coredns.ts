import {
  clusterRole,
  image,
  type Manifest,
  type ManifestSettings,
  namespace,
  serviceAccount,
} from './objects.ts';

const labels = {
  'eks.amazonaws.com/component': 'coredns',
  'k8s-app': 'kube-dns',
};
const deploymentLabels = { ...labels, 'kubernetes.io/name': 'CoreDNS' };
const selector = { 'eks.amazonaws.com/component': 'coredns', 'k8s-app': 'kube-dns' };

const corefile = `.:53 {
    errors
    health {
        lameduck 5s
      }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;

function container({ region, version }: ManifestSettings): object {
  return {
    name: 'coredns',
    image: image(region, 'eks/coredns', version),
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { containerPort: 53, name: 'dns', protocol: 'UDP' },
      { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
      { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
    ],
    livenessProbe: {
      httpGet: { path: '/health', port: 8080, scheme: 'HTTP' },
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      failureThreshold: 5,
    },
    readinessProbe: { httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' } },
    resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
    volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
  };
}

/**
 * The coredns add-on's objects. Its pods are marked for EC2, so that on a cluster with nothing but Fargate they wait
 * until somebody patches the annotation or sets `computeType` (facts/eksctl.md §4; EKS user guide, "Manage CoreDNS").
 */
export function corednsObjects(settings: ManifestSettings): Manifest[] {
  const { computeType = 'ec2', replicaCount = 2 } = settings.configuration;
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace, labels: deploymentLabels },
    spec: {
      replicas: replicaCount,
      selector: { matchLabels: selector },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
      template: {
        metadata: { labels, annotations: { 'eks.amazonaws.com/compute-type': String(computeType) } },
        spec: {
          serviceAccountName: 'coredns',
          priorityClassName: 'system-cluster-critical',
          dnsPolicy: 'Default',
          tolerations: [
            { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
          ],
          containers: [container(settings)],
          volumes: [
            {
              name: 'config-volume',
              configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] },
            },
          ],
        },
      },
    },
  };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace, labels },
    data: { Corefile: corefile },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace,
      labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      selector: { 'k8s-app': 'kube-dns' },
      clusterIP: settings.dnsAddress,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
      ],
    },
  };
  const readers = ['endpoints', 'services', 'pods', 'namespaces'];
  return [
    serviceAccount('coredns', labels, settings.serviceAccountRoleArn),
    ...clusterRole('system:coredns', 'coredns', [
      { apiGroups: [''], resources: readers, verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]),
    { resource: 'configmaps', object: configMap },
    { resource: 'services', object: service },
    { resource: 'deployments.apps', object: deployment },
  ];
}
