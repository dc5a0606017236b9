import { describeFargateProfiles } from '../aws/fargate-profiles.ts';
import type { Context } from '../context.ts';
import type { KubeObject } from '../tools/kubectl.ts';

/**
 * What pods of a namespace run on in a cluster as it is: `Fargate profile x`, `2 nodes`, or undefined when they would
 * stay Pending.
 */
export async function findCompute(context: Context, namespace: string): Promise<string | undefined> {
  const profile = await findProfile(context, namespace);
  if (profile) return `Fargate profile ${profile}`;
  const nodes = (await context.kubectl.list('Node')).filter(takesPods);
  return nodes.length === 0 ? undefined : `${nodes.length} node${nodes.length === 1 ? '' : 's'}`;
}

async function findProfile(context: Context, namespace: string): Promise<string | undefined> {
  const profiles = await describeFargateProfiles(context);
  return profiles.find(
    ({ status, selectors }) =>
      status === 'ACTIVE' &&
      selectors?.some(
        (selector) =>
          Object.keys(selector.labels ?? {}).length === 0 && matches(selector.namespace ?? '', namespace),
      ),
  )?.fargateProfileName;
}

/** Selectors know `*` (any characters) and `?` (one) (EKS User Guide, "Define which Pods use AWS Fargate"). */
export function matches(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(name);
}

/** Whether a node takes any pod: Ready, not cordoned, without a taint that keeps pods away. Fargate's own have one. */
export function takesPods({ spec, status }: KubeObject): boolean {
  const ready = status?.conditions?.some(
    (condition: { type: string; status: string }) =>
      condition.type === 'Ready' && condition.status === 'True',
  );
  const tainted = spec?.taints?.some((taint: { effect: string }) => taint.effect !== 'PreferNoSchedule');
  return ready === true && !spec?.unschedulable && !tainted;
}
