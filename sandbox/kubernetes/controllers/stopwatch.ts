import type { World } from '../../world.ts';

/**
 * Measures simulated time between events that a controller sees. The API's own timestamps have whole seconds, which
 * on a fast clock are minutes.
 */
export interface Stopwatch {
  /** Simulated seconds since the key was started; starts it when it was not. */
  elapsed(key: string): number;
  restart(key: string): void;
  forget(key: string): void;
}

/** Makes a stopwatch with nothing running. */
export function createStopwatch({ clock }: World): Stopwatch {
  const starts = new Map<string, number>();
  return {
    elapsed(key) {
      const now = clock.now().getTime();
      const start = starts.get(key) ?? now;
      starts.set(key, start);
      return ((now - start) * clock.speed) / 1000;
    },
    restart: (key) => {
      starts.set(key, clock.now().getTime());
    },
    forget: (key) => {
      starts.delete(key);
    },
  };
}
