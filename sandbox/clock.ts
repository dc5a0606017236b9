/**
 * The rehearsal's clock: durations are the realistic ones of AWS, divided by a speed factor.
 * Timestamps stay wall-clock time, because the clients on the other side of the socket live in it
 * (request signatures and tokens expire by it).
 */
export interface Clock {
  /** Simulated seconds that pass in one real second; 1 is real time. */
  readonly speed: number;
  /** The wall-clock time now. */
  now(): Date;
  /** Waits for a duration in simulated seconds; rejects with the signal's reason when aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` after a duration in simulated seconds; the returned function cancels it. */
  after(seconds: number, task: () => void): () => void;
}

/** Makes a clock that runs `speed` times as fast as reality. Its timers never keep the process alive. */
export function createClock(speed: number): Clock {
  const real = (seconds: number): number => (seconds * 1000) / speed;
  return {
    speed,
    now: () => new Date(),
    sleep(seconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', abort);
          resolve();
        }, real(seconds));
        timer.unref();
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    after(seconds, task) {
      const timer = setTimeout(task, real(seconds));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
