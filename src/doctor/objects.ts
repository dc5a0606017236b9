import { describeCluster, isServing } from '../aws/cluster.ts';
import { describeStack, stackNames } from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import { controllerName, controllerNamespace } from '../pins.ts';
import { albController, isHeld } from '../steps/served-objects.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/** What every cluster knows, and a doctor looks at: read in one go, since each kubectl costs a second. */
const kinds = {
  APIService: 'apiservices.apiregistration.k8s.io',
  Deployment: 'deployments.apps',
  Event: 'events',
  Ingress: 'ingresses.networking.k8s.io',
  IngressClass: 'ingressclasses.networking.k8s.io',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  Namespace: 'namespaces',
  Node: 'nodes',
  Pod: 'pods',
  Service: 'services',
} as const;

/** All objects of a kind. */
export async function objectsOf({ kubectl }: Context, kind: keyof typeof kinds): Promise<KubeObject[]> {
  const all = await kubectl.list(Object.values(kinds).join(','));
  return all.filter((object) => object.kind === kind);
}

/** The controller's TargetGroupBindings; none where its CRDs are missing. */
export const bindings = ({ kubectl }: Context): Promise<KubeObject[]> =>
  kubectl.list('targetgroupbindings.elbv2.k8s.aws');

/** The controller's Deployment. */
export const controllerDeployment = async (context: Context): Promise<KubeObject | undefined> =>
  (await objectsOf(context, 'Deployment')).find(
    ({ metadata }) => metadata.name === controllerName && metadata.namespace === controllerNamespace,
  );

/** The controller's pods. */
export const controllerPods = async (context: Context): Promise<KubeObject[]> =>
  (await objectsOf(context, 'Pod')).filter(
    ({ metadata }) =>
      metadata.namespace === controllerNamespace &&
      metadata.labels?.['app.kubernetes.io/name'] === controllerName &&
      !metadata.deletionTimestamp,
  );

/** Whether there is a cluster whose API is there to be asked. */
export const hasApi = async (context: Context): Promise<boolean> => isServing(await describeCluster(context));

/** Whether there is nothing that is, or becomes, a cluster. */
export async function isNone(context: Context): Promise<boolean> {
  if (await describeCluster(context)) return false;
  return (await describeStack(context, stackNames.cluster(context.config.cluster))) === undefined;
}

/** What shows more of an object. */
export const describeCommand = ({ kind, metadata }: KubeObject): string =>
  `kubectl describe ${kind.toLowerCase()} ${metadata.name} --namespace ${metadata.namespace}`;

/** The class of Services that the controller makes Network Load Balancers for. */
const nlbClass = 'service.k8s.aws/nlb';

/** The Services and Ingresses that the controller makes, or has made, load balancers for. */
export async function loadBalancerObjects(context: Context): Promise<KubeObject[]> {
  const [services, ingresses, classes] = await Promise.all([
    objectsOf(context, 'Service'),
    objectsOf(context, 'Ingress'),
    objectsOf(context, 'IngressClass'),
  ]);
  const albClasses = classes
    .filter(({ spec }) => spec?.controller === albController)
    .map(({ metadata }) => metadata.name);
  return [
    ...services.filter(
      (one) => isHeld(one) || (one.spec?.type === 'LoadBalancer' && one.spec.loadBalancerClass === nlbClass),
    ),
    ...ingresses.filter((one) => isHeld(one) || albClasses.includes(one.spec?.ingressClassName)),
  ];
}
