import { setTimeout as delay } from 'node:timers/promises';
import { isTransient } from './errors/explain.ts';

const firstDelay = 200;
const longestDelay = 15_000;
const growth = 1.6;

/** Milliseconds for which a wait goes on although nothing but transient errors comes back. */
const patience = 5 * 60_000;

/** How many seconds a wait may take: so many, or what `--timeout` allows when that is less. */
export const atMost = (
  { timeout = Number.POSITIVE_INFINITY }: { timeout?: number },
  seconds: number,
): number => Math.min(seconds, timeout);

/** Thrown by `poll` when the deadline has passed. */
export class DeadlineExceeded extends Error {
  readonly seconds: number;
  constructor(seconds: number) {
    super(`not done after ${seconds} s`);
    this.name = 'DeadlineExceeded';
    this.seconds = seconds;
  }
}

/**
 * Calls `probe` until it answers something else than undefined. This is the only waiting in the program: it backs off
 * from 0.2 s to 15 s, with jitter so that several waits do not fall on the same instant. A refused connection, a
 * throttled call or an API server that restarts does not end a wait, unless it lasts for five minutes; an error that no
 * waiting cures (access denied, expired credentials) does at once.
 *
 * @param seconds how long to go on
 * @throws DeadlineExceeded when the time is up; the error of the probe; the signal's reason when it is aborted
 */
export async function poll<T>(
  seconds: number,
  signal: AbortSignal,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let failingSince: number | undefined;
  for (let wait = firstDelay; ; wait = Math.min(wait * growth, longestDelay)) {
    signal.throwIfAborted();
    let failure: unknown;
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
      failingSince = undefined;
    } catch (error) {
      signal.throwIfAborted();
      failingSince ??= Date.now();
      if (!isTransient(error) || Date.now() - failingSince > patience) throw error;
      failure = error;
    }
    const left = end - Date.now();
    if (left <= 0) throw failure ?? new DeadlineExceeded(seconds);
    const jittered = wait * (0.75 + Math.random() / 2);
    await delay(Math.min(jittered, left), undefined, { signal });
  }
}
