/**
 * The versions that this release was made for. They belong together: the IAM policy and the CRDs are the
 * controller's, the chart installs exactly that controller, and the cluster configuration is eksctl's.
 */
export const pins = {
  /** AWS Load Balancer Controller, its chart and its IAM policy. */
  controller: '3.5.0',
  /** Configuration and messages were recorded from exactly this one. */
  eksctl: '0.230.0',
  /** The newest that this package's tests run. */
  helm: '4.1.4',
  /** The oldest helm that has every flag used here. */
  helmAtLeast: '3.16.0',
  /** Default Kubernetes minor version. */
  kubernetes: '1.35',
  /** The one that this package's tests run. */
  kubectl: '1.35.2',
} as const;

/** Where the controller's chart is published. */
export const chartRepository = 'https://aws.github.io/eks-charts';

/** The name of the chart, its release, its Deployment and (by default) its ServiceAccount. */
export const controllerName = 'aws-load-balancer-controller';

/** The namespace of everything that belongs to the controller. */
export const controllerNamespace = 'kube-system';

/** The Service behind the controller's admission webhooks. */
export const webhookService = 'aws-load-balancer-webhook-service';
