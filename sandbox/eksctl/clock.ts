import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** Time in simulated seconds. */
export interface SimulatedClock {
  /** Seconds since an arbitrary point. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

/** Makes a clock on which `speed` simulated seconds pass in one real second. */
export function createSimulatedClock(speed: number): SimulatedClock {
  return {
    now: () => (performance.now() / 1000) * speed,
    sleep: async (seconds) => {
      await delay((seconds * 1000) / speed);
    },
  };
}
