import type { Context } from '../context.ts';
import { controllerName, controllerNamespace, webhookService } from '../pins.ts';
import { atMost, poll } from '../poll.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import { ToolError } from '../tools/tool.ts';

import { roleAnnotation } from './create-service-account.ts';
import { availability, hasPodOlderThanProfile, podTrouble } from './pods.ts';
import { type State, state } from './step.ts';

/** The pods of the controller. */
export const controllerPods = `app.kubernetes.io/name=${controllerName}`;

/** The chart's default number of replicas. */
export const replicas = 2;

/** The Secret in which the chart keeps the webhook's certificate and its authority. */
export const certificateSecret = 'aws-load-balancer-tls';

/** The chart gives both configurations this name. */
export const webhookConfigurations = [
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
] as const;
export const webhookConfigurationName = 'aws-load-balancer-webhook';

/**
 * How our controller is: `drifted` when making it or its pods anew helps, `pending` when waiting may. Ready means that
 * it runs and answers, and that its pods have the role that the ServiceAccount has now.
 */
export async function controllerHealth(context: Context): Promise<State> {
  const running = await controllerRuns(context);
  if (running.status !== 'ready') return running;
  const stale = await podWithoutRole(context);
  return stale ? state.drifted(stale) : running;
}

/** The same without the role: its pods run, and the API server reaches and trusts its webhook. */
export async function controllerRuns(context: Context): Promise<State> {
  const { kubectl } = context;
  const deployment = await kubectl.get('Deployment', controllerName, controllerNamespace);
  if (!deployment) return state.absent('no controller');
  if (deployment.spec?.replicas === 0) return state.drifted('the controller is scaled to 0');
  const { available, wanted, complete } = availability(deployment);
  if (!complete) {
    if (await hasPodOlderThanProfile(context, controllerNamespace, controllerPods)) {
      return state.drifted('controller pods are older than the Fargate profile');
    }
    const trouble = await podTrouble(context, controllerNamespace, controllerPods);
    return state.pending(trouble ?? `${available} of ${wanted} pods available`);
  }
  if (!(await webhookHasEndpoint(context))) return state.pending('the webhook has no ready endpoint yet');
  return (await webhookTrouble(context)) ?? state.ready(`${available}/${wanted} pods available`);
}

/** Does what helps a controller that drifted. */
export async function mendController(context: Context): Promise<void> {
  const { kubectl } = context;
  const deployment = await kubectl.get('Deployment', controllerName, controllerNamespace);
  if (deployment?.spec?.replicas === 0) return kubectl.scale(controllerName, controllerNamespace, replicas);
  if ((await otherAuthorities(context)).length > 0) return trustCertificate(context);
  return restartController(context);
}

/** Makes the pods of the controller anew. */
export const restartController = ({ kubectl }: Context): Promise<void> =>
  kubectl.restart(controllerName, controllerNamespace);

/** What EC2 and ELB tell a controller that remembers a security group which was deleted under it. */
export const forgottenGroup = /InvalidGroup\.NotFound|InvalidSecurityGroup\b/;

/** Whether that is what a warning is about. */
export const isForgottenGroup = (warning: string): boolean => forgottenGroup.test(warning);

/** The rollout of two pods on Fargate. */
const renewalDeadline = 5 * 60;

/** Makes the pods of the controller anew and waits until they run. */
export async function renewController(context: Context): Promise<void> {
  await restartController(context);
  await poll(atMost(context.config, renewalDeadline), context.signal, async () => {
    context.reads.clear();
    return (await controllerRuns(context)).status === 'ready' ? true : undefined;
  });
}

/**
 * EKS gives a pod its role when it is made, from the annotation that the ServiceAccount had at that moment. A pod with
 * none, or with an earlier one, is Ready all the same.
 */
async function podWithoutRole({ kubectl, config }: Context): Promise<string | undefined> {
  const account = await kubectl.get('ServiceAccount', config.serviceAccount, controllerNamespace);
  const role = account?.metadata.annotations?.[roleAnnotation];
  if (!role) return undefined;
  const pods = await kubectl.list('Pod', { namespace: controllerNamespace, selector: controllerPods });
  const stale = pods.find((pod) => !pod.metadata.deletionTimestamp && roleOf(pod) !== role);
  return stale && `pod ${stale.metadata.name} is older than the ServiceAccount's role`;
}

/** The role that a pod was given when it was made. */
export const roleOf = ({ spec }: KubeObject): string | undefined =>
  spec?.containers?.[0]?.env?.find(({ name }: { name: string }) => name === 'AWS_ROLE_ARN')?.value;

async function webhookHasEndpoint({ kubectl }: Context): Promise<boolean> {
  const slices = await kubectl.list('EndpointSlice', {
    namespace: controllerNamespace,
    selector: `kubernetes.io/service-name=${webhookService}`,
  });
  return slices.some((slice) =>
    slice.endpoints?.some(
      (endpoint: { conditions?: { ready?: boolean } }) => endpoint.conditions?.ready !== false,
    ),
  );
}

const probe = {
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'IngressClassParams',
  metadata: { name: 'lbc-setup-probe' },
  spec: {},
};

/** Has the API server ask the webhook about an object that is not made: a ready endpoint may answer nothing. */
async function webhookTrouble(context: Context): Promise<State | undefined> {
  try {
    await context.kubectl.apply([probe], { dryRun: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolError) || !/failed calling webhook .*x509:/.test(error.stderr)) throw error;
    if ((await otherAuthorities(context)).length > 0)
      return state.drifted("the API server does not trust the webhook's certificate: its CA is another");
    // A changed Secret reaches the pods within a minute or two.
    return state.pending('the webhook still shows an old certificate');
  }
}

interface Webhook {
  readonly name: string;
  readonly clientConfig?: { readonly caBundle?: string };
}

/** The webhook configurations with another CA than the one of the certificate. */
async function otherAuthorities({ kubectl }: Context): Promise<KubeObject[]> {
  const authority = await authorityOf({ kubectl });
  const configurations = await Promise.all(
    webhookConfigurations.map((kind) => kubectl.get(kind, webhookConfigurationName)),
  );
  return configurations
    .filter((one) => one !== undefined)
    .filter(({ webhooks }) => webhooks?.some((one: Webhook) => one.clientConfig?.caBundle !== authority));
}

const authorityOf = async ({ kubectl }: Pick<Context, 'kubectl'>): Promise<string | undefined> =>
  (await kubectl.get('Secret', certificateSecret, controllerNamespace))?.data?.['ca.crt'];

/** Puts the certificate's CA into the webhooks; helm keeps it, since the chart takes it from the Secret. */
async function trustCertificate(context: Context): Promise<void> {
  const caBundle = await authorityOf(context);
  for (const { kind, webhooks } of await otherAuthorities(context)) {
    const trusting = webhooks.map((one: Webhook) => ({
      ...one,
      clientConfig: { ...one.clientConfig, caBundle },
    }));
    await context.kubectl.merge(kind, webhookConfigurationName, undefined, { webhooks: trusting });
  }
}
