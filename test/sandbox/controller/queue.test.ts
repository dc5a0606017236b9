import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../../sandbox/clock.ts';
import { createWorkQueue, RequeueAfter } from '../../../sandbox/controller/kube/work-queue.ts';

/** A clock whose timers are run by hand. */
function handClock() {
  const waits: number[] = [];
  const due: (() => void)[] = [];
  const clock = {
    speed: 1,
    after(seconds: number, task: () => void) {
      waits.push(seconds);
      due.push(task);
      return () => undefined;
    },
  } as Pick<Clock, 'speed' | 'after'> as Clock;
  return { clock, waits, next: () => due.shift()?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a work queue', () => {
  it('waits twice as long after each failure, from 5 ms to its limit, and forgets them after a success', async () => {
    const { clock, waits, next } = handClock();
    let works = false;
    const onError = vi.fn();
    const queue = createWorkQueue({
      clock,
      workers: 1,
      maxBackoff: 0.05,
      onError,
      reconcile: async () => {
        if (!works) throw new Error('no');
      },
    });
    queue.add('a');
    for (let count = 0; count < 5; count++) {
      await settled();
      next();
    }
    await settled();
    expect(waits).toEqual([0.005, 0.01, 0.02, 0.04, 0.05, 0.05]);
    expect(onError).toHaveBeenCalledTimes(6);
    works = true;
    next();
    await settled();
    works = false;
    queue.add('a');
    await settled();
    expect(waits.at(-1)).toBe(0.005);
    queue.stop();
  });

  it('takes a key up again that was added while it was worked on, and never twice at once', async () => {
    const { clock } = handClock();
    const releases: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const queue = createWorkQueue({
      clock,
      workers: 3,
      maxBackoff: 1,
      onError: () => undefined,
      reconcile: () => {
        most = Math.max(most, ++running);
        return new Promise<void>((resolve) => {
          releases.push(() => {
            running--;
            resolve();
          });
        });
      },
    });
    queue.add('a');
    await settled();
    queue.add('a');
    queue.add('a');
    await settled();
    expect(releases).toHaveLength(1);
    releases[0]?.();
    await settled();
    expect(releases).toHaveLength(2);
    releases[1]?.();
    await settled();
    expect(releases).toHaveLength(2);
    expect(most).toBe(1);
    queue.stop();
  });

  it('comes back later when asked to, which is no failure', async () => {
    const { clock, waits } = handClock();
    const onError = vi.fn();
    const queue = createWorkQueue({
      clock,
      workers: 1,
      maxBackoff: 1,
      onError,
      reconcile: async () => {
        throw new RequeueAfter('provisioning', 120);
      },
    });
    queue.add('a');
    await settled();
    expect(waits).toEqual([120]);
    expect(onError).not.toHaveBeenCalled();
    queue.stop();
  });
});
