import { adoptedCluster, isServing } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { markSelector } from '../ownership.ts';
import { controllerName, controllerNamespace } from '../pins.ts';
import { availability } from '../steps/pods.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import type { Problem } from './problem.ts';

/** A load balancer controller that somebody else installed; the samples use it, and nothing beside it is installed. */
export interface ForeignController {
  /** `Deployment namespace/name, v2.13.0` */
  readonly evidence: string;
  /** What keeps the samples from using it, now or for good. */
  readonly problem?: Problem;
}

/** The first release with everything that the samples ask of it: IngressClass and `aws-load-balancer-type: external`. */
const oldest = [2, 4] as const;

const image = /\/aws-(?:load-balancer|alb-ingress)-controller(?::v?(\d+)\.(\d+)[^@]*)?(?:@|$)/;
const webhookConfigurations = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/**
 * Finds somebody else's controller on an adopted cluster. On a cluster of ours, and where we have installed one, nobody
 * else's is looked for.
 */
export async function findForeignController(context: Context): Promise<ForeignController | undefined> {
  const cluster = await adoptedCluster(context);
  if (!isServing(cluster)) return undefined;
  if (await hasOwnRelease(context)) return undefined;
  const deployment = (await context.kubectl.list('Deployment')).find(isController);
  return deployment ? describeController(context, deployment) : findOrphanedWebhooks(context);
}

/**
 * A controller beside the one of our release, whoever made the cluster: both would work on every object, and undo each
 * other's load balancers.
 */
export async function findSecondController({ kubectl }: Context): Promise<Problem | undefined> {
  const other = (await kubectl.list('Deployment')).find(
    (deployment) =>
      isController(deployment) &&
      !(deployment.metadata.name === controllerName && deployment.metadata.namespace === controllerNamespace),
  );
  if (!other) return undefined;
  const { name, namespace, annotations } = other.metadata;
  const release = annotations?.['meta.helm.sh/release-name'];
  return {
    evidence: `Deployment ${namespace}/${name} is a second load balancer controller, not ours`,
    fix: release
      ? `helm uninstall ${release} --namespace ${namespace}`
      : `kubectl delete deployment ${name} --namespace ${namespace}`,
  };
}

/** Whether the release in the cluster is ours. helm keeps a release in Secrets; the release's labels are theirs. */
export async function hasOwnRelease({ kubectl, config }: Context): Promise<boolean> {
  const selector = `owner=helm,name=${controllerName},${markSelector(config)}`;
  return (await kubectl.list('Secret', { namespace: controllerNamespace, selector })).length > 0;
}

const containersOf = ({ spec }: KubeObject): { image?: string; args?: string[] }[] =>
  spec?.template?.spec?.containers ?? [];

/** Whether a Deployment is a load balancer controller, whoever installed it. */
export const isController = (deployment: KubeObject): boolean =>
  deployment.metadata.labels?.['app.kubernetes.io/name'] === controllerName ||
  containersOf(deployment).some((container) => image.test(container.image ?? ''));

function describeController({ config }: Context, deployment: KubeObject): ForeignController {
  const { name, namespace } = deployment.metadata;
  const container = containersOf(deployment).find((one) => image.test(one.image ?? ''));
  const [, major, minor] = image.exec(container?.image ?? '') ?? [];
  const version = major ? `, v${major}.${minor}` : '';
  const evidence = `Deployment ${namespace}/${name}${version}`;
  const problem = (why: string, fix: string): ForeignController => ({
    evidence,
    problem: { evidence: `${evidence} is not ours, and ${why}`, fix },
  });
  if (major && (Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1])))
    return problem(`older than v${oldest.join('.')}`, 'upgrade that controller, or use another --cluster');
  const watched = container?.args?.find((arg) => arg.startsWith('--watch-namespace='))?.split('=')[1];
  if (watched && watched !== config.namespace)
    return problem(`watches namespace ${watched} only`, `use --namespace ${watched}`);
  if (availability(deployment).available === 0)
    return problem(
      'none of its pods is available',
      `kubectl --namespace ${namespace} describe deployment ${name}`,
    );
  return { evidence };
}

/** Webhooks without their controller refuse every new Service and Ingress, ours too. */
async function findOrphanedWebhooks({ kubectl }: Context): Promise<ForeignController | undefined> {
  for (const kind of webhookConfigurations) {
    const found = (await kubectl.list(kind)).find((configuration) =>
      configuration.webhooks?.some((webhook: { name: string }) => webhook.name.endsWith('.elbv2.k8s.aws')),
    );
    if (!found) continue;
    const evidence = `${kind} ${found.metadata.name} of a load balancer controller that is not there`;
    const fix = `kubectl delete ${kind.toLowerCase()} ${found.metadata.name}, or install its controller again`;
    return { evidence, problem: { evidence, fix } };
  }
  return undefined;
}
