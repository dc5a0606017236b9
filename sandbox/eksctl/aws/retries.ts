import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types';

/** How often eksctl tries a call in all (transcripts/eksctl/f19-throttle-forever.txt). */
export const maxAttempts = 13;

const longestDelay = 20;

/** Seconds before the next try: random below 2, 4, 8, 16, then 20 (transcripts/eksctl/f19-throttle-forever.txt). */
export function retryDelay(retry: number, random: () => number = Math.random): number {
  const exponent = retry + 1;
  return exponent > Math.log2(longestDelay) ? longestDelay : random() * 2 ** exponent;
}

/** Retries throttling, server errors and cut connections; a refused connection fails at once (f15-endpoint-down.txt). */
export class RetryStrategy extends StandardRetryStrategy {
  constructor(speed: number) {
    super({
      maxAttempts,
      baseDelay: 1,
      backoff: {
        setDelayBase: () => {},
        computeNextBackoffDelay: (retry) => (retryDelay(retry) * 1000) / speed,
      },
    });
  }

  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    info: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    const { code } = (info.error ?? {}) as { code?: string };
    if (code === 'ECONNREFUSED') throw new Error('a refused connection is not retried');
    return super.refreshRetryTokenForRetry(token, info);
  }
}
