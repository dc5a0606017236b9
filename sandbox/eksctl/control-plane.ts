import type { Cluster } from '@aws-sdk/client-eks';
import type { Provider } from './aws/provider.ts';
import { describeCluster } from './aws/provider.ts';
import { formatDuration } from './duration.ts';
import { Failure, messageOf, wrap } from './failure.ts';
import { createKubernetes, discover, Unreachable } from './kubernetes/client.ts';
import type { Session } from './session.ts';

/** Seconds between looks, and how many looks must succeed, the sixth ending the wait: 120 s in silence. */
const pause = 20;
const successes = 6;

/**
 * Waits until the new API answers six times, 20 s apart (facts/eksctl.md §4). Failed looks are only logged at
 * level 4. Throws Failure after `--timeout`.
 */
export async function waitForControlPlane(
  session: Session,
  provider: Provider,
  cluster: Cluster,
): Promise<Cluster> {
  const { clock, log, args } = session;
  const kubernetes = createKubernetes(provider.clients, cluster);
  const name = cluster.name ?? '';
  try {
    await discover(kubernetes);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw wrap('error creating Clientset', error);
    log.warning('API server is unreachable');
    return describeCluster(provider, name);
  }
  const deadline = clock.now() + args.timeout;
  for (let succeeded = 0; succeeded < successes; ) {
    await clock.sleep(Math.min(pause, Math.max(0, deadline - clock.now())));
    if (clock.now() >= deadline)
      throw new Failure(
        `timed out waiting for control plane "${name}" after ${formatDuration(args.timeout)}`,
      );
    try {
      await kubernetes.request('GET', '/version');
      succeeded++;
    } catch (error) {
      log.debug(`control plane not ready yet – ${messageOf(error)}`);
    }
  }
  return describeCluster(provider, name);
}
