import type { Clock } from '../../clock.ts';
import type { Logger } from '../log.ts';

/** Thrown by a reconciler that wants to be called again later, without this counting as a failure. */
export class RequeueAfter extends Error {
  readonly seconds: number;
  constructor(reason: string, seconds: number) {
    super(reason);
    this.seconds = seconds;
  }
}

/** Keys to be worked on, each by one worker at a time. */
export interface WorkQueue {
  add(key: string): void;
  stop(): void;
}

/** Settings of a queue; durations in seconds. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly workers: number;
  /** Longest wait between two tries. */
  readonly maxBackoff: number;
  readonly reconcile: (key: string) => Promise<void>;
  /** Called with each failure, before the next try is scheduled. */
  readonly onError: (key: string, error: unknown) => void;
}

/** First wait after a failure; it doubles with each further one (facts/lbc.md §5, "Event counts"). */
const firstBackoff = 0.005;

/**
 * Makes a queue as controller-runtime has it: a key added while it is being worked on is worked on again, failures
 * back off exponentially, success forgets them.
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { clock, workers, maxBackoff, reconcile, onError } = options;
  const waiting: string[] = [];
  const active = new Set<string>();
  const dirty = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Set<() => void>();
  let stopped = false;

  const add = (key: string): void => {
    if (stopped || dirty.has(key)) return;
    dirty.add(key);
    if (active.has(key)) return;
    waiting.push(key);
    queueMicrotask(next);
  };
  const addAfter = (key: string, seconds: number): void => {
    const cancel = clock.after(seconds, () => {
      timers.delete(cancel);
      add(key);
    });
    timers.add(cancel);
  };
  const settle = (key: string, error: unknown): void => {
    if (error === undefined || error instanceof RequeueAfter) {
      failures.delete(key);
      if (error instanceof RequeueAfter) addAfter(key, error.seconds);
      return;
    }
    if (stopped) return;
    onError(key, error);
    const count = failures.get(key) ?? 0;
    failures.set(key, count + 1);
    addAfter(key, Math.min(firstBackoff * 2 ** count, maxBackoff));
  };
  const work = async (key: string): Promise<void> => {
    let error: unknown;
    try {
      await reconcile(key);
    } catch (failure) {
      error = failure ?? new Error('unknown failure');
    }
    active.delete(key);
    settle(key, error);
    if (dirty.has(key) && !stopped) waiting.push(key);
    next();
  };
  const next = (): void => {
    while (!stopped && active.size < workers && waiting.length > 0) {
      const key = waiting.shift() as string;
      dirty.delete(key);
      active.add(key);
      void work(key);
    }
  };

  return {
    add,
    stop() {
      stopped = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** An `onError` that logs as controller-runtime does. */
export const logReconcilerErrors =
  (log: Logger, controller: string, fields: (key: string) => object) =>
  (key: string, error: unknown): void =>
    log.error('Reconciler error', error, { controller, ...fields(key) });
