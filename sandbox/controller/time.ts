import type { Clock } from '../clock.ts';

/** Seconds of simulated time since some fixed moment: what durations are measured with. */
export const simulatedSeconds = (clock: Clock): number => (performance.now() / 1000) * clock.speed;

/** Remembers values for a while of simulated time. */
export interface ExpiringCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

/** Makes a cache whose entries live `seconds` of simulated time. */
export function createExpiringCache<V>(clock: Clock, seconds: number): ExpiringCache<V> {
  const entries = new Map<string, { value: V; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined || entry.until > simulatedSeconds(clock)) return entry?.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value) {
      entries.set(key, { value, until: simulatedSeconds(clock) + seconds });
    },
    delete(key) {
      entries.delete(key);
    },
  };
}

/** Runs tasks one after another, like code behind a mutex. */
export function createMutex(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = tail.then(task);
    tail = result.catch(() => undefined);
    return result;
  };
}

/**
 * Calls `task` at once and then every `interval` seconds while it fails in a way that `transient` knows, for at most
 * `timeout` seconds. The last failure is told as Go's polling helper tells it (facts/lbc.md §4, "Delete").
 */
export async function retryWhile(
  clock: Clock,
  signal: AbortSignal,
  limits: { readonly interval: number; readonly timeout: number },
  transient: (error: unknown) => boolean,
  task: () => Promise<unknown>,
): Promise<void> {
  const deadline = simulatedSeconds(clock) + limits.timeout;
  for (;;) {
    try {
      await task();
      return;
    } catch (error) {
      if (!transient(error)) throw error;
      if (simulatedSeconds(clock) + limits.interval > deadline) {
        throw new Error(`timed out waiting for the condition: ${(error as Error).message}`, { cause: error });
      }
      await clock.sleep(limits.interval, signal);
    }
  }
}
