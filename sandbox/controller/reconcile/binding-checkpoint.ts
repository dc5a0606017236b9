import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import { checkpointAnnotations } from '../deploy/bindings.ts';
import { keyOf, type TargetGroupBinding } from '../kube/types.ts';
import { messageOf } from '../log.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What a binding was last reconciled for: a hash of its targets and one of its spec. */
export const checkpointOf = (binding: TargetGroupBinding, endpoints: readonly string[]): string =>
  `${hash([...endpoints].sort().join(','))}/${hash(JSON.stringify(binding.spec))}`;

/** The checkpoint that the binding carries; empty when it was never reconciled, or a change was under way. */
export const savedCheckpoint = ({ metadata }: TargetGroupBinding): string =>
  metadata.annotations?.[checkpointAnnotations.checkpoint] ?? '';

/** Writes a checkpoint unless it is there. */
export async function saveCheckpoint(
  client: KubeClient,
  clock: Clock,
  binding: TargetGroupBinding,
  checkpoint: string,
  saved: string,
): Promise<void> {
  if (checkpoint === saved) return;
  const { name, namespace } = binding.metadata;
  const annotations = {
    [checkpointAnnotations.checkpoint]: checkpoint,
    [checkpointAnnotations.timestamp]: String(Math.floor(clock.now().getTime() / 1000)),
  };
  try {
    await client.patch('targetgroupbindings.elbv2.k8s.aws', name, namespace, { metadata: { annotations } });
  } catch (error) {
    const key = keyOf(binding);
    throw new Error(`failed to update targetGroupBinding checkpoint: ${key}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
