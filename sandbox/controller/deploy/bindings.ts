import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, TargetGroupBinding } from '../kube/types.ts';
import { messageOf } from '../log.ts';
import { type BindingModel, managedGroup } from '../model/types.ts';
import { waitUntil } from '../time.ts';
import type { Deployment, Finish } from './deployment.ts';

const resource = 'targetgroupbindings.elbv2.k8s.aws';
const wait = { interval: 0.2, timeout: 60 };

/** Annotations that the TargetGroupBinding reconciler writes for itself. */
export const checkpointAnnotations = {
  checkpoint: 'elbv2.k8s.aws/checkpoint',
  timestamp: 'elbv2.k8s.aws/checkpoint-timestamp',
} as const;

/** Deploys the stack's TargetGroupBindings, which are told apart by target group. */
export async function deployBindings(
  deployment: Deployment,
  groupArns: ReadonlyMap<string, string>,
  securityGroup: string | undefined,
): Promise<Finish> {
  const { tools, stack, tracking } = deployment;
  const { labels } = tracking;
  const existing = tools.kube.bindings
    .list()
    .filter(({ metadata }) =>
      Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
    );
  const byArn = new Map(existing.map((binding) => [binding.spec.targetGroupARN ?? '', binding]));
  const desired = new Map(stack.bindings.map((model) => [groupArns.get(model.id) ?? '', model]));
  const arns = [...desired.keys()].sort();
  for (const arn of arns) {
    if (byArn.has(arn)) continue;
    await create(deployment, desired.get(arn) as BindingModel, arn, securityGroup);
  }
  for (const arn of arns) {
    const present = byArn.get(arn);
    if (present === undefined) continue;
    await update(deployment, desired.get(arn) as BindingModel, arn, securityGroup, present);
  }
  return async () => {
    for (const arn of [...byArn.keys()].sort()) {
      if (!desired.has(arn)) await remove(deployment, byArn.get(arn) as TargetGroupBinding);
    }
  };
}

function specOf(
  model: BindingModel,
  targetGroupARN: string,
  securityGroup: string | undefined,
): TargetGroupBinding['spec'] {
  const ingress = model.spec.networking?.ingress?.map((rule) => ({
    ...rule,
    from: rule.from.map((peer) =>
      peer.securityGroup?.groupID === managedGroup
        ? { securityGroup: { groupID: securityGroup ?? '' } }
        : peer,
    ),
  }));
  return { ...model.spec, ...(ingress === undefined ? {} : { networking: { ingress } }), targetGroupARN };
}

const nameOf = ({ metadata }: KubeObject) => ({ name: metadata.name, namespace: metadata.namespace });

/** Without the members that are not set: as the API server stores it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

async function create(
  { tools, tracking, stackId, log }: Deployment,
  model: BindingModel,
  arn: string,
  securityGroup: string | undefined,
): Promise<void> {
  const about = { stackID: stackId, resourceID: model.id };
  log.info('creating targetGroupBinding', about);
  const created = await tools.client.create(resource, {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { name: model.name, namespace: model.namespace, labels: { ...tracking.labels } },
    spec: plain(specOf(model, arn, securityGroup)),
  });
  log.info('created targetGroupBinding', { ...about, targetGroupBinding: nameOf(created) });
}

async function update(
  { tools, tracking, stackId, log }: Deployment,
  model: BindingModel,
  arn: string,
  securityGroup: string | undefined,
  present: TargetGroupBinding,
): Promise<void> {
  const spec = plain(specOf(model, arn, securityGroup)) as TargetGroupBinding['spec'];
  const foreign = Object.keys(present.metadata.annotations ?? {}).filter(
    (key) => !(Object.values(checkpointAnnotations) as string[]).includes(key),
  );
  const isSame =
    isDeepStrictEqual(plain(present.spec), spec) &&
    isDeepStrictEqual(present.metadata.labels, tracking.labels) &&
    foreign.length === 0;
  if (isSame) return;
  const { name, namespace } = present.metadata;
  const about = { stackID: stackId, resourceID: model.id, targetGroupBinding: nameOf(present) };
  log.info('modifying targetGroupBinding', about);
  const patched = await tools.client.patch(resource, name, namespace, {
    metadata: { annotations: null, labels: replacing(present.metadata.labels, tracking.labels) },
    spec: replacing(present.spec, spec),
  });
  const generation = patched.metadata.generation ?? 0;
  await waitUntil(tools.clock, tools.signal, wait, () => {
    const seen = tools.kube.bindings.get(name, namespace);
    if (seen === undefined) throw new Error(`TargetGroupBinding.elbv2.k8s.aws "${name}" not found`);
    return (seen.status?.observedGeneration ?? 0) >= generation;
  });
  log.info('modified targetGroupBinding', about);
}

/** A merge patch that makes `before` into `after`: members that are gone become null. */
const replacing = (before: object | undefined, after: object): object => ({
  ...Object.fromEntries(Object.keys(before ?? {}).map((key) => [key, null])),
  ...after,
});

async function remove({ tools, log }: Deployment, present: TargetGroupBinding): Promise<void> {
  const { name, namespace } = present.metadata;
  const about = { targetGroupBinding: nameOf(present) };
  log.info('deleting targetGroupBinding', about);
  await tools.client.delete(resource, name, namespace);
  try {
    await waitUntil(
      tools.clock,
      tools.signal,
      wait,
      () => tools.kube.bindings.get(name, namespace) === undefined,
    );
  } catch (error) {
    throw new Error(`failed to wait targetGroupBinding deletion: ${messageOf(error)}`, { cause: error });
  }
  log.info('deleted targetGroupBinding', about);
}
