import type { Stack, StackStatus } from '@aws-sdk/client-cloudformation';
import type { SimulatedClock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { isValidationError } from './errors.ts';
import type { Stacks } from './stacks.ts';

/** What a poll saw: go on, stop, or fail. */
type Verdict = 'again' | 'done' | 'failed';

interface SdkWaiter {
  /** As the Go SDK names it: `StackCreateComplete`. */
  readonly name: string;
  /** Seconds. */
  readonly minDelay: number;
  readonly maxDelay: number;
  readonly timeout: number;
  poll(): Promise<Verdict>;
}

/**
 * Waits as the Go SDK's waiters do: the first poll at once, then after the minimum, then a growing random time.
 * Throws Failure `waiter state transitioned to Failure` or `exceeded max wait time …` (facts/eksctl.md §6).
 */
export async function waitAsSdk(clock: SimulatedClock, waiter: SdkWaiter): Promise<void> {
  const { minDelay, maxDelay } = waiter;
  let remaining = waiter.timeout;
  for (let attempt = 1; ; attempt++) {
    const started = clock.now();
    const verdict = await waiter.poll();
    if (verdict === 'done') return;
    if (verdict === 'failed') throw new Failure('waiter state transitioned to Failure');
    remaining -= clock.now() - started;
    const ceiling = Math.min(maxDelay, minDelay * 2 ** (attempt - 1));
    const delay = minDelay + Math.random() * (ceiling - minDelay);
    if (remaining < minDelay || remaining <= 0)
      throw new Failure(`exceeded max wait time for ${waiter.name} waiter`);
    remaining -= delay;
    await clock.sleep(delay);
  }
}

const stackVerdicts: Readonly<
  Record<'StackCreateComplete' | 'StackDeleteComplete', Readonly<Partial<Record<StackStatus, Verdict>>>>
> = {
  StackCreateComplete: {
    CREATE_COMPLETE: 'done',
    UPDATE_COMPLETE: 'done',
    CREATE_FAILED: 'failed',
    DELETE_COMPLETE: 'failed',
    DELETE_FAILED: 'failed',
    ROLLBACK_FAILED: 'failed',
    ROLLBACK_COMPLETE: 'failed',
  },
  StackDeleteComplete: {
    DELETE_COMPLETE: 'done',
    DELETE_FAILED: 'failed',
    CREATE_FAILED: 'failed',
    ROLLBACK_FAILED: 'failed',
    UPDATE_ROLLBACK_FAILED: 'failed',
    UPDATE_ROLLBACK_IN_PROGRESS: 'failed',
    UPDATE_ROLLBACK_COMPLETE: 'failed',
  },
};

/** Waits for a stack by name; one log line a poll. Its events are not looked at (transcripts/eksctl/d10-irsa-stack-fails.txt). */
export async function waitForStack(
  kind: keyof typeof stackVerdicts,
  name: string,
  stacks: Stacks,
  { clock, log, args }: Session,
): Promise<void> {
  await waitAsSdk(clock, {
    name: kind,
    minDelay: 30,
    maxDelay: 120,
    timeout: args.timeout,
    poll: async () => {
      let verdict: Verdict;
      try {
        const { StackStatus } = await stacks.describe(name);
        verdict = (StackStatus && stackVerdicts[kind][StackStatus]) ?? 'again';
      } catch (error) {
        if (!isValidationError(error)) throw error;
        verdict = kind === 'StackDeleteComplete' ? 'done' : 'failed';
      } finally {
        log.info(`waiting for CloudFormation stack "${name}"`);
      }
      return verdict;
    },
  });
}

const clusterStackFailures: ReadonlySet<StackStatus | undefined> = new Set([
  'CREATE_FAILED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_FAILED',
  'ROLLBACK_COMPLETE',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
  'DELETE_COMPLETE',
]);

/**
 * Waits for the cluster stack: polls after 30 s, after 30 s more, then every minute; `--timeout` cuts the wait
 * short (facts/eksctl.md §4). Throws Failure.
 */
export async function waitForClusterStack(
  id: string,
  stacks: Stacks,
  { clock, log, args }: Session,
): Promise<Stack> {
  const deadline = clock.now() + args.timeout;
  for (let attempt = 1; ; attempt++) {
    const delay = attempt <= 2 ? 30 : 60;
    const left = deadline - clock.now();
    await clock.sleep(Math.max(0, Math.min(delay, left)));
    if (left <= delay) throw new Failure('context deadline exceeded');
    log.info(`waiting for CloudFormation stack "${stacks.clusterStackName}"`);
    const stack = await stacks.describe(id, stacks.clusterStackName);
    if (stack.StackStatus === 'CREATE_COMPLETE' || stack.StackStatus === 'UPDATE_COMPLETE') return stack;
    if (clusterStackFailures.has(stack.StackStatus))
      throw new Failure('ResourceNotReady: failed waiting for successful resource state');
  }
}
