import type { World } from '../../world.ts';
import { KubeError } from '../api.ts';

/** A work queue and its worker: every key is reconciled until it succeeds, one run at a time per key. */
export interface Reconciler {
  /** Reconciles the key soon, or after a delay in simulated seconds (an earlier appointment wins). */
  enqueue(key: string, seconds?: number): void;
  /** Reconciles nothing from now on. */
  stop(): void;
}

interface Entry {
  running: boolean;
  again: boolean;
  failures: number;
  appointment?: { at: number; cancel: () => void };
}

// client-go's DefaultTypedControllerRateLimiter.
const firstBackOff = 0.005;
const longestBackOff = 1000;

/**
 * Makes a queue. `reconcile` may return simulated seconds after which it wants to look again. Refusals of the API are
 * retried in silence, anything else is a defect of the rehearsal and is printed.
 */
export function createReconciler(
  world: World,
  reconcile: (key: string) => Promise<number | undefined>,
): Reconciler {
  const entries = new Map<string, Entry>();
  let stopped = false;
  const run = async (key: string, entry: Entry): Promise<void> => {
    entry.running = true;
    entry.again = false;
    let next: number | undefined;
    try {
      next = await reconcile(key);
      entry.failures = 0;
    } catch (error) {
      next = Math.min(firstBackOff * 2 ** entry.failures++, longestBackOff);
      if (!stopped && !(error instanceof KubeError) && entry.failures === 1) console.error(error);
    }
    entry.running = false;
    if (entry.again) enqueue(key);
    if (next !== undefined) enqueue(key, next);
    if (!entry.running && !entry.appointment && entry.failures === 0) entries.delete(key);
  };
  const enqueue = (key: string, seconds = 0): void => {
    if (stopped) return;
    const entry = entries.get(key) ?? { running: false, again: false, failures: 0 };
    entries.set(key, entry);
    if (seconds === 0 && entry.running) {
      entry.again = true;
      return;
    }
    const at = Date.now() + (seconds * 1000) / world.clock.speed;
    if (entry.appointment && entry.appointment.at <= at) return;
    entry.appointment?.cancel();
    const cancel = world.clock.after(seconds, () => {
      delete entry.appointment;
      if (stopped) return;
      if (entry.running) entry.again = true;
      else void run(key, entry);
    });
    entry.appointment = { at, cancel };
  };
  return {
    enqueue,
    stop() {
      stopped = true;
      for (const entry of entries.values()) entry.appointment?.cancel();
      entries.clear();
    },
  };
}
