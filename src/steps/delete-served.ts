import { findForeignController } from '../adoption/foreign-controller.ts';
import { findControllerResources } from '../aws/controller-resources.ts';
import type { Context } from '../context.ts';
import { explainReason } from '../errors/reasons.ts';
import { UserError } from '../errors/user-error.ts';
import { mark } from '../ownership.ts';
import { atMost, DeadlineExceeded, poll } from '../poll.ts';
import type { KubeObject } from '../tools/kubectl.ts';
import {
  controllerRuns,
  forgottenGroup,
  mendController,
  restartController,
  webhookConfigurationName,
  webhookConfigurations,
} from './controller-health.ts';
import { lastSeen } from './events.ts';
import { kindArgument } from './objects.ts';
import { albController, controllerFinalizer, nameOf, stackLabel } from './served-objects.ts';
import { sweep } from './sweep-controller-resources.ts';

/** A controller that is brought back runs within two or three minutes on Fargate. */
const revivalDeadline = 5 * 60;

/** A load balancer is gone before its object is; AWS takes a minute, and its network interfaces some more. */
const deletionDeadline = 15 * 60;

/**
 * Deletes objects that the controller serves, one after the other, each gone before the next is asked to go: when two
 * go at once the controller leaves its shared security group behind.
 *
 * The controller takes their load balancers away, and is brought back first when it does not run. Without one that is
 * done here, and the objects are let go of.
 *
 * @throws UserError when only somebody else can help: his controller does not run, or a load balancer is protected
 */
export async function deleteServed(context: Context, objects: readonly KubeObject[]): Promise<void> {
  if (objects.length === 0) return;
  const missing = context.writes.dryRun ? undefined : await reviveController(context);
  if (missing) {
    context.out.warn(`${missing}: load balancers are removed in AWS instead of by the controller`);
    await deleteWebhooks(context);
  }
  for (const object of objects) {
    if (!missing) await restoreIngressClass(context, object);
    await deleteObject(context, object);
    if (missing) await takeOver(context, object);
    if (!context.writes.dryRun) await waitUntilGone(context, object);
  }
}

const deleteObject = ({ kubectl }: Context, object: KubeObject): Promise<void> =>
  kubectl.delete(kindArgument(object), object.metadata.name, object.metadata.namespace);

/** Brings the controller back when it does not run; returns why that is in vain. */
async function reviveController(context: Context): Promise<string | undefined> {
  const foreign = await findForeignController(context);
  if (foreign?.problem) {
    throw new UserError({
      what: 'the load balancers cannot go without their controller, which is not ours',
      why: foreign.problem.evidence,
      fix: `${foreign.problem.fix}; then lbc-setup teardown once more`,
    });
  }
  if (foreign) return undefined;
  let health = await controllerRuns(context);
  if (health.status === 'ready') return undefined;
  if (health.status === 'absent') return 'there is no controller';
  // Deleted by an earlier run that had waited in vain.
  if (!(await hasWebhooks(context))) return 'the controller does not run';
  context.out.note(`the controller is brought back, to remove its load balancers: ${health.evidence}`);
  const begun = health;
  try {
    if (begun.status === 'drifted') await mendController(context);
    // New pods start at once, where those that failed wait longer and longer.
    else await restartController(context);
    return await poll(atMost(context.config, revivalDeadline), context.signal, async () => {
      context.reads.clear();
      health = await controllerRuns(context);
      if (health.status === 'drifted' && health.evidence !== begun.evidence) await mendController(context);
      return health.status === 'ready' ? { back: true } : undefined;
    }).then(() => undefined);
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    return `the controller does not run (${health.evidence})`;
  }
}

const hasWebhooks = async ({ kubectl }: Context): Promise<boolean> =>
  (await Promise.all(webhookConfigurations.map((kind) => kubectl.get(kind, webhookConfigurationName)))).some(
    (one) => one !== undefined,
  );

/** Without their controller the webhooks refuse that finalizers are taken off, and every new Service. */
async function deleteWebhooks({ kubectl }: Context): Promise<void> {
  for (const kind of webhookConfigurations) await kubectl.delete(kind, webhookConfigurationName);
}

/** The controller's webhook keeps an Ingress for ever whose class is gone; with the class again it goes at once. */
async function restoreIngressClass({ kubectl, config }: Context, { kind, spec }: KubeObject): Promise<void> {
  const name = spec?.ingressClassName;
  if (kind !== 'Ingress' || !name || (await kubectl.get('IngressClass', name))) return;
  await kubectl.apply([
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name, labels: mark(config) },
      spec: { controller: albController },
    },
  ]);
}

/**
 * Does what the controller does for an object that goes, except for the security group that all of them share: that one
 * the step `controller-resources` sweeps.
 */
async function takeOver(context: Context, object: KubeObject): Promise<void> {
  await letGo(context, object);
  const found = await findControllerResources(context);
  const madeFor = (tags: readonly Tag[] = []): boolean => tags.some((tag) => isStackOf(object, tag));
  const { tags } = found;
  await sweep(context, {
    loadBalancers: found.loadBalancers.filter(({ LoadBalancerArn = '' }) =>
      madeFor(tags.get(LoadBalancerArn)),
    ),
    targetGroups: found.targetGroups.filter(({ TargetGroupArn = '' }) => madeFor(tags.get(TargetGroupArn))),
    securityGroups: found.securityGroups.filter((group) => madeFor(group.Tags)),
  });
}

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** The controller tags what it makes with the object that it makes it for; a group of Ingresses is more than one. */
const isStackOf = ({ kind, metadata }: KubeObject, { Key, Value }: Tag): boolean =>
  Key === `${kind.toLowerCase()}.k8s.aws/stack` && Value === `${metadata.namespace}/${metadata.name}`;

/** Takes the controller's finalizers off an object, and off the bindings that were made for it, which go too. */
async function letGo(context: Context, object: KubeObject): Promise<void> {
  const { kubectl } = context;
  const { namespace } = object.metadata;
  const bindings = await kubectl.list('targetgroupbindings.elbv2.k8s.aws', { namespace });
  for (const binding of bindings.filter((one) => isMadeFor(one, object))) {
    await deleteObject(context, binding);
    await dropFinalizers(context, binding);
  }
  await dropFinalizers(context, object);
}

/** The controller labels a binding with the name of its Service or Ingress, or with the name of the Ingress' group. */
const isMadeFor = ({ metadata }: KubeObject, { metadata: owner }: KubeObject): boolean =>
  Object.entries(metadata.labels ?? {}).some(
    ([key, value]) =>
      stackLabel.test(key) &&
      (value === owner.name || owner.finalizers?.includes(`group.ingress.k8s.aws/${value}`)),
  );

async function dropFinalizers({ kubectl }: Context, object: KubeObject): Promise<void> {
  const { name, namespace } = object.metadata;
  const [present] = await kubectl.getAll([object]);
  if (!present) return;
  const finalizers = (present.metadata.finalizers ?? []).filter((one) => !controllerFinalizer.test(one));
  try {
    await kubectl.merge(kindArgument(object), name, namespace, { metadata: { finalizers } });
  } catch (error) {
    // It may have gone by itself meanwhile.
    if ((await kubectl.getAll([object])).length > 0) throw error;
  }
}

/** What the controller says of an object that it cannot take away, and what to do about it. */
const obstacles: readonly { says: RegExp; act: (context: Context, object: KubeObject) => Promise<void> }[] = [
  { says: forgottenGroup, act: restartController },
  // It may not, or has no credentials: the sweep has ours.
  {
    says: /AccessDenied|UnauthorizedOperation|InvalidIdentityToken|no EC2 IMDS role found|access disabled to EC2 IMDS/,
    act: takeOver,
  },
];

async function waitUntilGone(context: Context, object: KubeObject): Promise<void> {
  const acted = new Set<object>();
  let warning = '';
  try {
    await poll(atMost(context.config, deletionDeadline), context.signal, async () => {
      context.reads.clear();
      const [left] = await context.kubectl.getAll([object]);
      if (!left) return true;
      warning = (await warningSinceDeletion(context, left)) ?? '';
      if (/deletion_protection is enabled/.test(warning)) throw stuck(object, warning);
      const obstacle = obstacles.find(({ says }) => says.test(warning));
      if (obstacle && !acted.has(obstacle)) {
        acted.add(obstacle);
        await obstacle.act(context, object);
      }
      return undefined;
    });
  } catch (error) {
    if (error instanceof DeadlineExceeded) throw stuck(object, warning || error.message);
    throw error;
  }
}

/** The newest warning about an object since it is to go; earlier ones tell of its life. */
async function warningSinceDeletion(
  { kubectl }: Context,
  { metadata }: KubeObject,
): Promise<string | undefined> {
  const events = await kubectl.list('Event', { namespace: metadata.namespace });
  const newest = events
    .filter(({ type, involvedObject }) => type === 'Warning' && involvedObject?.uid === metadata.uid)
    .filter((event) => lastSeen(event) >= (metadata.deletionTimestamp ?? ''))
    .sort((one, other) => lastSeen(other).localeCompare(lastSeen(one)))[0];
  return newest && `${newest.reason}: ${newest.message}`;
}

function stuck(object: KubeObject, evidence: string): UserError {
  const reason = explainReason(evidence);
  return new UserError({
    what: `${nameOf(object)} does not go`,
    why: reason ? `${reason.what}\n${evidence}` : evidence,
    fix: reason?.fix ?? 'lbc-setup teardown once more',
  });
}
