import type { Clock } from '../../clock.ts';
import type { KubeClient } from '../../kubernetes/api.ts';
import type { Random } from '../../random.ts';

/** Milliseconds until the answer to a write is back: longer than a change takes into the informers, mostly. */
const answerTime = { min: 5, max: 10 };

/**
 * The API server as a process far from it sees it: answers to writes take their time, and after `signal` aborted
 * nothing is written any more.
 */
export function remoteClient(
  client: KubeClient,
  clock: Clock,
  random: Random,
  signal: AbortSignal,
): KubeClient {
  const write =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (signal.aborted) throw new Error('context canceled');
      const result = await call(...args);
      await clock.sleep(random.integer(answerTime.min, answerTime.max) / 1000, signal);
      return result;
    };
  return {
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    create: write((...args) => client.create(...args)),
    update: write((...args) => client.update(...args)),
    patch: write((...args) => client.patch(...args)),
    delete: write((...args) => client.delete(...args)),
    watch: (...args) => client.watch(...args),
  };
}
