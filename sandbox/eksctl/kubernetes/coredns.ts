import type { FargateProfile } from '../config/types.ts';
import { Failure, wrap } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Kubernetes, KubernetesObject } from './client.ts';

const name = 'coredns';
const deploymentPath = `/apis/apps/v1/namespaces/kube-system/deployments/${name}`;
const podsPath = `/api/v1/namespaces/kube-system/pods?labelSelector=${encodeURIComponent('eks.amazonaws.com/component = coredns')}`;
const computeType = 'eks.amazonaws.com/compute-type';

interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
      readonly [field: string]: unknown;
    };
    readonly [field: string]: unknown;
  };
  readonly status?: { readonly readyReplicas?: number };
}

interface Pod extends KubernetesObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** True when one of the profiles takes CoreDNS. */
const selectsCoredns = (profiles: readonly FargateProfile[]): boolean =>
  profiles.some(({ selectors }) =>
    selectors.some(
      ({ namespace, labels = {} }) =>
        namespace === 'kube-system' &&
        (Object.keys(labels).length === 0 || labels['eks.amazonaws.com/component'] === name),
    ),
  );

const onFargate = (annotations: Readonly<Record<string, string>> | undefined): boolean =>
  annotations?.[computeType] === 'fargate';

async function isDeploymentOnFargate(kubernetes: Kubernetes, { log }: Session): Promise<boolean> {
  const { spec, status } = await kubernetes.request<Deployment>('GET', deploymentPath);
  const ready = status?.readyReplicas ?? 0;
  const annotations = spec.template.metadata?.annotations;
  log.debug(
    `deployment "${name}" with compute type "${annotations?.[computeType] ?? ''}" currently has ${ready}/${spec.replicas} replicas running`,
  );
  const scheduled = onFargate(annotations) && spec.replicas === ready;
  if (scheduled) log.info(`"${name}" is now scheduled onto Fargate`);
  return scheduled;
}

async function arePodsOnFargate(kubernetes: Kubernetes, { log }: Session): Promise<boolean> {
  const pods = (await kubernetes.list(podsPath)) as Pod[];
  const elsewhere = pods.some(
    ({ metadata, spec, status }) =>
      !onFargate(metadata.annotations) ||
      status?.phase !== 'Running' ||
      !spec?.nodeName?.startsWith('fargate-'),
  );
  if (!elsewhere) log.info(`"${name}" pods are now scheduled onto Fargate`);
  return !elsewhere;
}

async function isOnFargate(kubernetes: Kubernetes, session: Session): Promise<boolean> {
  const deployment = await isDeploymentOnFargate(kubernetes, session);
  const pods = await arePodsOnFargate(kubernetes, session);
  return deployment && pods;
}

/**
 * Sends the whole Deployment back with the annotation, as eksctl does; but for its resourceVersion, since simulated
 * time stretches the moment between reading and writing into seconds in which others write.
 */
async function allowFargate(kubernetes: Kubernetes): Promise<void> {
  const deployment = await kubernetes.request<Deployment>('GET', deploymentPath);
  const { template } = deployment.spec;
  const { resourceVersion: _, ...metadata } = deployment.metadata;
  const annotations = { ...template.metadata?.annotations, [computeType]: 'fargate' };
  const spec = {
    ...deployment.spec,
    template: { ...template, metadata: { ...template.metadata, annotations } },
  };
  await kubernetes
    .request('PATCH', deploymentPath, { ...deployment, metadata, spec })
    .catch((error: unknown) => {
      throw wrap('failed to patch deployment', error);
    });
}

/**
 * Moves CoreDNS onto Fargate when a profile selects it, and waits, doubling the time between looks, up to
 * `--timeout` (facts/eksctl.md §4, §7). Throws Failure.
 */
export async function scheduleCoredns(
  kubernetes: Kubernetes,
  profiles: readonly FargateProfile[],
  session: Session,
): Promise<void> {
  if (!selectsCoredns(profiles) || (await isOnFargate(kubernetes, session))) return;
  await allowFargate(kubernetes).catch((error: unknown) => {
    throw wrap(`failed to make "${name}" deployment schedulable on Fargate`, error);
  });
  session.log.info(`"${name}" is now schedulable onto Fargate`);
  let waited = 0;
  for (let delay = 1; waited < session.args.timeout; delay *= 2) {
    if (await isOnFargate(kubernetes, session)) return;
    const pause = Math.min(delay, session.args.timeout - waited);
    waited += pause;
    await session.clock.sleep(pause);
  }
  throw new Failure(`timed out while waiting for "${name}" to be scheduled on Fargate`);
}
