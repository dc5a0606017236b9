import type { KubeObject } from '../../../sandbox/kubernetes/api.ts';

/** The namespace of the samples. */
export const sampleNamespace: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'sample' },
};

/** The sample's Deployment, with the port that the load balancers reach. */
export const deployment = (replicas = 2): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'helloworld', namespace: 'sample' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'helloworld' } },
    template: {
      metadata: { labels: { app: 'helloworld' } },
      spec: {
        containers: [
          {
            name: 'helloworld',
            image: 'registry.istio.io/release/examples-helloworld-v1:1.0',
            ports: [{ containerPort: 5000 }],
          },
        ],
      },
    },
  },
});

/** Annotations of the sample's Network Load Balancer (facts/walkthrough-today.md). */
export const networkAnnotations: Readonly<Record<string, string>> = {
  'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
  'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internet-facing',
  'service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol': 'http',
  'service.beta.kubernetes.io/aws-load-balancer-healthcheck-path': '/health',
};

/** A Service of type LoadBalancer; the sample's unless told otherwise. */
export const networkService = (
  name = 'helloworld',
  annotations: Readonly<Record<string, string>> = networkAnnotations,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'sample', annotations: { ...annotations } },
  spec: {
    type: 'LoadBalancer',
    selector: { app: 'helloworld' },
    ports: [{ port: 80, targetPort: 5000, protocol: 'TCP' }],
  },
});

/** A Service inside the cluster. */
export const clusterService = (name = 'helloworld'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'sample' },
  spec: { selector: { app: 'helloworld' }, ports: [{ port: 80, targetPort: 5000, protocol: 'TCP' }] },
});

/** The sample's IngressClass. */
export const ingressClass: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb-ingress' },
  spec: { controller: 'ingress.k8s.aws/alb' },
};

/** An Ingress with one path; the sample's unless told otherwise. */
export const ingress = (
  name = 'helloworld',
  annotations: Readonly<Record<string, string>> = {},
  path = '/hello',
): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'sample',
    annotations: {
      'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/healthcheck-path': '/health',
      ...annotations,
    },
  },
  spec: {
    ingressClassName: 'alb-ingress',
    rules: [
      {
        http: {
          paths: [
            {
              path,
              pathType: 'ImplementationSpecific',
              backend: { service: { name: 'helloworld', port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
});
