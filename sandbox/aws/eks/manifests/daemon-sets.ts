import type { KubeObject } from '../../../kubernetes/api.ts';
import {
  clusterRole,
  image,
  type Manifest,
  type ManifestSettings,
  namespace,
  notOnFargate,
  serviceAccount,
} from './objects.ts';

function daemonSet(
  name: string,
  labels: Record<string, string>,
  account: string,
  containers: readonly object[],
): KubeObject {
  const selector = { 'k8s-app': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels: { ...labels, ...selector } },
    spec: {
      selector: { matchLabels: selector },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
      template: {
        metadata: { labels: { ...labels, ...selector } },
        spec: {
          serviceAccountName: account,
          hostNetwork: true,
          priorityClassName: 'system-node-critical',
          affinity: notOnFargate,
          tolerations: [{ operator: 'Exists' }],
          containers,
        },
      },
    },
  };
}

/** The vpc-cni add-on's objects: its DaemonSet has no node to run on where all nodes are Fargate's. */
export function vpcCniObjects({ region, version, serviceAccountRoleArn }: ManifestSettings): Manifest[] {
  const labels = { 'app.kubernetes.io/name': 'aws-node', 'app.kubernetes.io/instance': 'aws-vpc-cni' };
  const containers = [
    { name: 'aws-node', image: image(region, 'amazon-k8s-cni', version) },
    {
      name: 'aws-eks-nodeagent',
      image: image(region, 'amazon/aws-network-policy-agent', version),
    },
  ];
  return [
    serviceAccount('aws-node', { ...labels, 'k8s-app': 'aws-node' }, serviceAccountRoleArn),
    ...clusterRole('aws-node', 'aws-node', [
      { apiGroups: [''], resources: ['namespaces', 'pods', 'nodes'], verbs: ['list', 'watch', 'get'] },
    ]),
    { resource: 'daemonsets.apps', object: daemonSet('aws-node', labels, 'aws-node', containers) },
  ];
}

/** The kube-proxy add-on's objects. */
export function kubeProxyObjects({ region, version, serviceAccountRoleArn }: ManifestSettings): Manifest[] {
  const labels = { 'eks.amazonaws.com/component': 'kube-proxy' };
  const containers = [
    {
      name: 'kube-proxy',
      image: image(region, 'eks/kube-proxy', version),
      command: ['kube-proxy', '--v=2', '--config=/var/lib/kube-proxy-config/config'],
    },
  ];
  return [
    serviceAccount('kube-proxy', { ...labels, 'k8s-app': 'kube-proxy' }, serviceAccountRoleArn),
    { resource: 'daemonsets.apps', object: daemonSet('kube-proxy', labels, 'kube-proxy', containers) },
  ];
}
