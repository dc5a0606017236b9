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
 * Calls `task` at once and then every `interval` seconds while it fails in a way that `transient` knows, as often as
 * fits into `timeout` seconds. The last failure is told as Go's polling helper tells it (facts/lbc.md §4, "Delete").
 * Tries are counted rather than timed: a call takes real time, which a fast clock would mistake for minutes.
 */
export async function retryWhile<T>(
  clock: Clock,
  signal: AbortSignal,
  limits: { readonly interval: number; readonly timeout: number },
  transient: (error: unknown) => boolean,
  task: () => Promise<T>,
): Promise<T> {
  for (let left = Math.floor(limits.timeout / limits.interval); ; left--) {
    try {
      return await task();
    } catch (error) {
      if (!transient(error)) throw error;
      if (left <= 0) {
        throw new Error(`timed out waiting for the condition: ${(error as Error).message}`, { cause: error });
      }
      await clock.sleep(limits.interval, signal);
    }
  }
}

/** Looks at once and then every `interval` seconds until `done`; throws after as many looks as fit into `timeout`. */
export async function waitUntil(
  clock: Clock,
  signal: AbortSignal,
  limits: { readonly interval: number; readonly timeout: number },
  done: () => boolean,
): Promise<void> {
  for (let left = Math.floor(limits.timeout / limits.interval); !done(); left--) {
    if (left <= 0) throw new Error('timed out waiting for the condition');
    await clock.sleep(limits.interval, signal);
  }
}

/** Simulated seconds, stretched where a fast clock would make them shorter than so many real milliseconds. */
export const atLeast = (clock: Clock, seconds: number, milliseconds: number): number =>
  Math.max(seconds, (milliseconds / 1000) * clock.speed);
