import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import { type KubeClient, KubeError } from '../../kubernetes/api.ts';
import type { Pod, PodCondition, TargetGroupBinding } from '../kube/types.ts';

/** Prefix of the pod conditions that say whether a pod is a healthy target. */
export const gatePrefix = 'target-health.elbv2.k8s.aws';

/** The pod condition of a binding. */
export const gateOf = ({ metadata }: TargetGroupBinding): string => `${gatePrefix}/${metadata.name}`;

/** True when the pod waits for this condition. */
export const hasGate = (pod: Pod, gate: string): boolean =>
  (pod.spec.readinessGates ?? []).some(({ conditionType }) => conditionType === gate);

/** The condition, when the pod has it. */
export const gateCondition = (pod: Pod, gate: string): PodCondition | undefined =>
  pod.status?.conditions?.find(({ type }) => type === gate);

const gateStatus = (health: TargetHealth | undefined): string =>
  health === undefined ? 'Unknown' : health.State === 'healthy' ? 'True' : 'False';

/** True when the pod waits for this condition and the target is not known to be healthy. */
export const needsProbe = (pod: Pod, gate: string, health: TargetHealth | undefined): boolean =>
  hasGate(pod, gate) && gateStatus(health) !== 'True';

/** Writes the condition of a pod that waits for it. */
export async function writeGate(
  client: KubeClient,
  clock: Clock,
  pod: Pod,
  gate: string,
  health: TargetHealth | undefined,
): Promise<void> {
  if (!hasGate(pod, gate)) return;
  const known = gateCondition(pod, gate);
  const status = gateStatus(health);
  const { Reason: reason = '', Description: message = '' } = health ?? {};
  const isSame =
    known?.status === status && (known.reason ?? '') === reason && (known.message ?? '') === message;
  if (isSame) return;
  const lastTransitionTime =
    known?.status === status ? known.lastTransitionTime : `${clock.now().toISOString().slice(0, 19)}Z`;
  const condition: PodCondition = {
    type: gate,
    status,
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    lastTransitionTime,
  };
  const { name, namespace } = pod.metadata;
  try {
    // A merge patch replaces the whole list, so it starts from the pod as it is now.
    const current = (await client.get('pods', name, namespace)) as Pod | undefined;
    if (current === undefined || current.metadata.uid !== pod.metadata.uid) return;
    const others = (current.status?.conditions ?? []).filter(({ type }) => type !== gate);
    const metadata = { resourceVersion: current.metadata.resourceVersion };
    const patch = { metadata, status: { conditions: [...others, condition] } };
    await client.patch('pods', name, namespace, patch, { subresource: 'status' });
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
  }
}
